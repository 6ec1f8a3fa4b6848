/** The sentence above the log: what kind, by whom, about which record, since when. Pure; the clock is given. */
import type { LogEntry, LogKind } from '#lib/records/index.ts';

export type KindGroup = 'requests' | 'decisions' | 'keys' | 'records' | 'audits' | 'hospitals' | 'accounts';
export type Since = 'beginning' | 'week' | 'month' | 'year';

const groups: Record<KindGroup, readonly LogKind[]> = {
	requests: ['access-requested', 'request-withdrawn'],
	decisions: [
		'access-granted',
		'request-denied',
		'access-revoked',
		'all-access-revoked',
		'keys-delivered',
		'adding-allowed',
		'adding-stopped',
	],
	keys: ['access-granted', 'keys-delivered', 'member-added'],
	records: ['record-added', 'record-amended', 'records-resealed', 'record-erased', 'reading-confirmed', 'glass-broken'],
	audits: ['audit-opened', 'audit-answered', 'audit-failure'],
	hospitals: [
		'hospital-applied',
		'application-withdrawn',
		'hospital-approved',
		'hospital-rejected',
		'hospital-suspended',
		'hospital-reinstated',
		'authority-published',
		'administrator-offered',
		'administrator-added',
		'administrator-removed',
		'team-added',
		'team-renamed',
		'team-retired',
		'directory-changed',
		'member-added',
		'member-removed',
	],
	accounts: ['keys-published', 'keyring-changed', 'permission-cancelled'],
};
const days: Record<Exclude<Since, 'beginning'>, number> = { week: 7, month: 30, year: 365 };

export interface Asked {
	kind: KindGroup | 'everything';
	/** Address of who did it, or `anyone`. */
	person: string;
	/** Record id, or `all`. */
	record: string;
	since: Since;
}

export const askedForAll: Asked = { kind: 'everything', person: 'anyone', record: 'all', since: 'beginning' };

/** The lines that fit, newest first. */
export function fittingLines(entries: readonly LogEntry[], asked: Asked, now: number): readonly LogEntry[] {
	const kinds = asked.kind === 'everything' ? null : groups[asked.kind];
	const from = asked.since === 'beginning' ? 0 : now - days[asked.since] * 86_400_000;
	return entries
		.filter((entry) => kinds === null || kinds.includes(entry.kind))
		.filter((entry) => asked.person === 'anyone' || entry.actor?.address === asked.person)
		.filter((entry) => asked.record === 'all' || entry.recordId === asked.record)
		.filter((entry) => entry.at >= from)
		.toSorted((a, b) => b.block - a.block || b.at - a.at);
}

/** Everybody who did something, once, in order of appearance. */
export function actorsOf(entries: readonly LogEntry[]): NonNullable<LogEntry['actor']>[] {
	const actors = new Map(entries.flatMap(({ actor }) => (actor ? [[actor.address, actor] as const] : [])));
	return [...actors.values()];
}

export function recordsOf(entries: readonly LogEntry[]): string[] {
	return [...new Set(entries.flatMap(({ recordId }) => (recordId ? [recordId as string] : [])))];
}
