/**
 * An exported log against the chain, line by line: which lines are as they happened, which were changed, which were made up, and which
 * are missing. Names and sentences are not compared: they come from public profiles, which change.
 */
import { readHistory, zeroHash } from '#lib/chain/index.ts';
import type { Deps } from '../deps.ts';
import { auditsAmong, entriesOf, fieldsOf } from '../log.ts';
import { logLine, type LoggedEvent } from '../log-lines.ts';
import { comparedFields, type ExportedLog, type LogLineText } from './exported-log.ts';
import { finding, type Finding, type LogDifference, type Verification } from './types.ts';

/** Throws `chain.unreachable`. */
export async function verifyLog(deps: Deps, log: ExportedLog, fileName: string): Promise<Verification> {
	const { account, isWhole, upToBlock, chainId, lines } = log;
	const subject = { kind: 'log', fileName, account } as const;
	const nothing = { subject, facts: {}, entries: [], differences: [] };
	if (lines.length === 0) return { ...nothing, findings: [finding('log-empty')] };
	if (chainId !== deps.chain.chainId) {
		return { ...nothing, findings: [finding('log-other-network')] };
	}
	const history = await readHistory(deps.client, deps.chain.contracts, account ? { account } : {});
	const events = [...history, ...(await auditsAmong(deps, history, account))];
	const { matches, added, missing } = compareLog(lines, events, isWhole ? upToBlock : -1);
	const changed = matches.filter(({ fields }) => fields.length > 0);
	const entries = new Map(
		(await entriesOf(deps, [...changed.map(({ event }) => event), ...missing], history)).map((entry) => [
			entry.id,
			entry,
		]),
	);
	const entryOf = (event: LoggedEvent) => entries.get(idOf(event)) ?? null;
	const differences: LogDifference[] = [
		...changed.map(({ row, event, fields }) => ({ kind: 'changed', row, entry: entryOf(event), fields }) as const),
		...added.map(({ row, line }) => ({ kind: 'added', row, entry: null, fields: toldBy(line) }) as const),
		...missing.map((event) => ({ kind: 'missing', row: null, entry: entryOf(event), fields: [] }) as const),
	];
	const findings = findingsOf(log, { fits: matches.length - changed.length, changed, added, missing });
	return { ...nothing, findings, differences: differences.sort((a, b) => (a.row ?? Infinity) - (b.row ?? Infinity)) };
}

interface Counted {
	fits: number;
	changed: readonly unknown[];
	added: readonly unknown[];
	missing: readonly unknown[];
}

function findingsOf({ isWhole, upToBlock }: ExportedLog, { fits, changed, added, missing }: Counted): Finding[] {
	const some = (name: 'log-changed' | 'log-added' | 'log-missing', { length: count }: readonly unknown[]) =>
		count > 0 ? [finding(name, { count })] : [];
	return [
		...(fits > 0 ? [finding('log-fits', { count: fits })] : []),
		...some('log-changed', changed),
		...some('log-added', added),
		...some('log-missing', missing),
		...(isWhole
			? missing.length === 0
				? [finding('log-complete', { block: upToBlock })]
				: []
			: [finding('log-part')]),
		finding('log-names'),
	];
}

interface Match {
	/** From 1. */
	row: number;
	event: LoggedEvent;
	/** Where the file says something else. */
	fields: LogDifference['fields'];
}

export interface LogComparison {
	matches: Match[];
	added: { row: number; line: LogLineText }[];
	missing: LoggedEvent[];
}

/** Each line with its event: of the same id where the file has ids, else of the same transaction, the likest first. */
export function compareLog(
	lines: readonly LogLineText[],
	events: readonly LoggedEvent[],
	upToBlock: number,
): LogComparison {
	const waiting = new Map<string, { event: LoggedEvent; text: LogLineText }[]>();
	for (const event of events) {
		const inTransaction = waiting.get(event.transactionHash) ?? [];
		waiting.set(event.transactionHash, [...inTransaction, { event, text: textOf(event) }]);
	}
	const result: LogComparison = { matches: [], added: [], missing: [] };
	const rest: { row: number; line: LogLineText }[] = [];
	const take = (row: number, line: LogLineText, isExact: boolean) => {
		const candidates = waiting.get(line.transaction) ?? [];
		const found = candidates
			.map((candidate) => ({ candidate, fields: differencesBetween(line, candidate.text) }))
			.filter(({ candidate }) => line.id === null || line.id === candidate.text.id)
			.sort((a, b) => a.fields.length - b.fields.length)[0];
		if (!found || (isExact && found.fields.length > 0)) return false;
		candidates.splice(candidates.indexOf(found.candidate), 1);
		result.matches.push({ row, event: found.candidate.event, fields: found.fields });
		return true;
	};
	// Lines that are as they happened first, so that a changed line never takes the event of another.
	lines.forEach((line, index) => {
		if (!take(index + 1, line, true)) rest.push({ row: index + 1, line });
	});
	for (const { row, line } of rest) if (!take(row, line, false)) result.added.push({ row, line });
	const left = new Set([...waiting.values()].flat().map(({ event }) => event));
	result.missing = events.filter((event) => left.has(event) && event.blockNumber <= upToBlock);
	return result;
}

function differencesBetween(line: LogLineText, chain: LogLineText): LogDifference['fields'] {
	const compared = comparedFields.map((name) => ({ name, inFile: line[name], onChain: chain[name] }));
	const raw = Object.entries(line.fields ?? {}).map(([name, inFile]) => ({
		name,
		inFile,
		onChain: chain.fields?.[name] ?? '',
	}));
	return [...compared, ...raw].filter(({ inFile, onChain }) => inFile !== onChain);
}

/** What a made-up line claims. */
function toldBy(line: LogLineText): LogDifference['fields'] {
	const told = ['kind', 'at', 'actor', 'subject', 'object', 'transaction'] as const;
	return told.flatMap((name) => (line[name] === '' ? [] : [{ name, inFile: line[name], onChain: null }]));
}

/** An event as an exported line has it. */
function textOf(event: LoggedEvent): LogLineText {
	const { kind, actor, subject, object, expiresAt } = logLine(event);
	const time = (seconds: number) => new Date(seconds * 1000).toISOString();
	return {
		id: idOf(event),
		transaction: event.transactionHash,
		kind,
		at: time(event.timestamp),
		block: String(event.blockNumber),
		actor,
		subject: subject ?? '',
		object: object ?? '',
		recordId: 'recordId' in event && event.recordId !== zeroHash ? event.recordId : '',
		expiresAt: expiresAt === null ? '' : time(expiresAt),
		fields: fieldsOf(event),
	};
}

function idOf({ transactionHash, logIndex }: LoggedEvent): string {
	return `${transactionHash}-${logIndex}`;
}
