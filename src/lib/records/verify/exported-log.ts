/**
 * A log that the site's access log page saved, as CSV or as JSON, read back. Only what the chain can confirm is taken: who, what, when,
 * where on the chain. The first line of each file says what it claims to be: whose log, all of it or a part, and up to which block.
 */
import * as v from 'valibot';
import type { Address } from '#lib/chain/index.ts';
import { addressSchema } from '../formats.ts';
import { readCsv } from './csv.ts';

/** Fields of a line that are compared, as text; '' where the line has none. A CSV has no raw fields. */
export const comparedFields = ['kind', 'at', 'block', 'actor', 'subject', 'object', 'recordId', 'expiresAt'] as const;
export type ComparedField = (typeof comparedFields)[number];

export interface LogLineText extends Record<ComparedField, string> {
	transaction: string;
	/** `transaction-logIndex`; null in a CSV. */
	id: string | null;
	/** The event's raw fields; null in a CSV. */
	fields: Readonly<Record<string, string>> | null;
}

export interface ExportedLog {
	/** Whose; null: everyone's. */
	account: Address | null;
	/** It claims to have all of the lines. */
	isWhole: boolean;
	upToBlock: number;
	chainId: number;
	lines: LogLineText[];
}

const partySchema = v.nullable(v.object({ address: v.string() }));
const logSchema = v.object({
	chainId: v.number(),
	account: v.nullable(addressSchema),
	lines: v.picklist(['all', 'some']),
	upToBlock: v.number(),
	entries: v.array(
		v.object({
			id: v.string(),
			kind: v.string(),
			at: v.string(),
			block: v.number(),
			transaction: v.string(),
			actor: partySchema,
			subject: partySchema,
			object: partySchema,
			recordId: v.nullable(v.string()),
			expiresAt: v.nullable(v.number()),
			fields: v.record(v.string(), v.string()),
		}),
	),
});

/** The log in a file's text; `fhir` for the same as a bundle for other programs, null for anything else. */
export function readExportedLog(text: string): ExportedLog | 'fhir' | null {
	return /^\s*[{[]/.test(text) ? readJson(text) : readTable(text);
}

function readJson(text: string): ExportedLog | 'fhir' | null {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return null;
	}
	if (v.is(v.object({ resourceType: v.literal('Bundle') }), value)) return 'fhir';
	const parsed = v.safeParse(logSchema, value);
	if (!parsed.success) return null;
	const { account, chainId, upToBlock, lines, entries } = parsed.output;
	return {
		account,
		chainId,
		upToBlock,
		isWhole: lines === 'all',
		lines: entries.map((entry) => ({
			id: entry.id,
			transaction: entry.transaction,
			kind: entry.kind,
			at: entry.at,
			block: String(entry.block),
			actor: entry.actor?.address ?? '',
			subject: entry.subject?.address ?? '',
			object: entry.object?.address ?? '',
			recordId: entry.recordId ?? '',
			expiresAt: entry.expiresAt === null ? '' : new Date(entry.expiresAt).toISOString(),
			fields: entry.fields,
		})),
	};
}

/** The heading's words, and what they are here. */
const columns = {
	when: 'at',
	kind: 'kind',
	by: 'actor',
	about: 'subject',
	'other side': 'object',
	record: 'recordId',
	until: 'expiresAt',
	block: 'block',
	transaction: 'transaction',
} as const;
const claims = ['log of', 'lines', 'up to block', 'network'] as const;

function readTable(text: string): ExportedLog | null {
	const [heading = [], ...rows] = readCsv(text);
	const isOurs = [...Object.keys(columns), ...claims].every((name) => heading.includes(name));
	if (!isOurs) return null;
	const cellIn = (row: readonly string[], name: string) => row[heading.indexOf(name)] ?? '';
	const first = rows[0] ?? [];
	const account = cellIn(first, 'log of');
	return {
		account: v.is(addressSchema, account) ? account : null,
		isWhole: cellIn(first, 'lines') === 'all',
		upToBlock: Number(cellIn(first, 'up to block')) || 0,
		chainId: Number(cellIn(first, 'network')),
		lines: rows.map((row) => ({
			...(Object.fromEntries(Object.entries(columns).map(([name, field]) => [field, cellIn(row, name)])) as Record<
				(typeof columns)[keyof typeof columns],
				string
			>),
			id: null,
			fields: null,
		})),
	};
}
