/** The log as a table for people (CSV, RFC 4180) and as data for programs (JSON). */
import type { LogEntry, PersonView } from '#lib/records/index.ts';
import { plainSentence } from './lines.ts';

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
] as const;

/** One row per line. Starts with a byte order mark, so that spreadsheets read Arabic; rows end with CRLF. */
export function logAsCsv(entries: readonly LogEntry[], me: string | null): string {
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
	]);
	return `\ufeff${[columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** All that is known of each line, raw fields included. */
export function logAsJson(entries: readonly LogEntry[]): string {
	return `${JSON.stringify(
		entries.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })),
		null,
		'\t',
	)}\n`;
}

function who(person: PersonView | null): [address: string, name: string] {
	return [person?.address ?? '', person?.name ?? ''];
}

/** Quoted where needed. A name that a spreadsheet would take for a formula gets an apostrophe before it. */
function cell(text: string): string {
	const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
