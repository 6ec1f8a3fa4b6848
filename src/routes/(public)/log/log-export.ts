/**
 * The log as a table for people (CSV, RFC 4180) and as data for programs (JSON). Each file says what it claims to be, so that the page
 * that checks it can tell a line that was taken out from one that was never asked for.
 */
import type { LogEntry, PersonView } from '#lib/records/index.ts';
import { plainSentence } from './lines.ts';

/** What the lines are of. */
export interface LogScope {
	/** Whose log; null: everyone's. */
	account: string | null;
	/** All of it, and not what a filter left. */
	isWhole: boolean;
	/** The last block that has a line, shown or not. */
	upToBlock: number;
	chainId: number;
}

const columns = [
	'when',
	'what happened',
	'kind',
	'by',
	'by (name)',
	'about',
	'about (name)',
	'other side',
	'other side (name)',
	'record',
	'until',
	'block',
	'transaction',
	'log of',
	'lines',
	'up to block',
	'network',
] as const;

/** One row per line. Starts with a byte order mark, so that spreadsheets read Arabic; rows end with CRLF. */
export function logAsCsv(entries: readonly LogEntry[], me: string | null, scope: LogScope): string {
	const claims = [scope.account ?? 'everyone', linesOf(scope), String(scope.upToBlock), String(scope.chainId)];
	const rows = entries.map((entry) => [
		new Date(entry.at).toISOString(),
		plainSentence(entry, me),
		entry.kind,
		...who(entry.actor),
		...who(entry.subject),
		...who(entry.object),
		entry.recordId ?? '',
		entry.expiresAt === null ? '' : new Date(entry.expiresAt).toISOString(),
		String(entry.block),
		entry.transaction,
		...claims,
	]);
	return `\ufeff${[columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** All that is known of each line, raw fields included. */
export function logAsJson(entries: readonly LogEntry[], scope: LogScope): string {
	const { account, chainId, upToBlock } = scope;
	const lines = entries.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() }));
	return `${JSON.stringify({ account, chainId, upToBlock, lines: linesOf(scope), entries: lines }, null, '\t')}\n`;
}

function linesOf({ isWhole }: LogScope): 'all' | 'some' {
	return isWhole ? 'all' : 'some';
}

function who(person: PersonView | null): [address: string, name: string] {
	return [person?.address ?? '', person?.name ?? ''];
}

/** Quoted where needed. A name that a spreadsheet would take for a formula gets an apostrophe before it. */
function cell(text: string): string {
	const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
