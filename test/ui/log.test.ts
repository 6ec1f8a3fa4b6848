import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { setLocale } from '#lib/i18n/index.ts';
import type { LogEntry, LogKind, PersonView } from '#lib/records/index.ts';
import { lineOf, plainSentence } from '../../src/routes/(public)/log/lines.ts';
import { logAsCsv, logAsJson, type LogScope } from '../../src/routes/(public)/log/log-export.ts';
import { actorsOf, askedForAll, fittingLines, recordsOf } from '../../src/routes/(public)/log/log-filter.ts';

const kinds: LogKind[] = [
	'hospital-applied',
	'application-withdrawn',
	'hospital-approved',
	'hospital-rejected',
	'hospital-suspended',
	'hospital-reinstated',
	'authority-published',
	'team-added',
	'directory-changed',
	'member-added',
	'member-removed',
	'keys-published',
	'keyring-changed',
	'access-requested',
	'request-withdrawn',
	'request-denied',
	'access-granted',
	'access-revoked',
	'adding-allowed',
	'adding-stopped',
	'record-added',
	'record-erased',
	'administrator-offered',
	'administrator-added',
	'administrator-removed',
	'team-renamed',
	'team-retired',
	'all-access-revoked',
	'keys-delivered',
	'reading-confirmed',
	'glass-broken',
	'record-amended',
	'records-resealed',
	'permission-cancelled',
	'audit-opened',
	'audit-answered',
	'audit-failure',
];
const person = (letter: string, name: string | null = null, hospitalName: string | null = null): PersonView => ({
	address: `0x${letter.repeat(40)}`,
	name,
	title: hospitalName ? 'Cardiologist' : null,
	hospital: null,
	hospitalName,
});
const patient = person('a');
const doctor = person('b', 'Dr Omar Nasser', 'Cedar Heart Centre');
const now = Date.UTC(2026, 10, 22);
const entry = (kind: LogKind, parts: Partial<LogEntry> = {}): LogEntry => ({
	id: `0x1-${kind}`,
	kind,
	at: now,
	block: 7,
	transaction: `0x${'1'.repeat(64)}`,
	actor: patient,
	subject: patient,
	object: doctor,
	recordId: null,
	expiresAt: null,
	fields: {},
	...parts,
});

afterEach(() => setLocale('en'));

describe('a line', () => {
	test.each(['en', 'ar'] as const)('is a sentence and a status word for every kind of event, in %s', (locale) => {
		setLocale(locale);
		for (const kind of kinds) {
			for (const me of [null, patient.address, doctor.address]) {
				const { text, tag } = lineOf(entry(kind), me);
				expect(text, kind).not.toMatch(/public_|undefined|null|[{}]/);
				expect(tag.text, kind).not.toMatch(/public_|undefined|^$/);
				if (locale === 'ar') expect(text, kind).toMatch(/\p{Script=Arabic}/u);
			}
		}
	});
	test('says you to the person it is about, in the right place', () => {
		const granted = entry('access-granted');
		expect(plainSentence(granted, null)).toBe('0xaaaa…aaaa approved Dr Omar Nasser');
		expect(plainSentence(granted, patient.address)).toBe('You approved Dr Omar Nasser');
		expect(plainSentence(granted, doctor.address)).toBe('0xaaaa…aaaa approved you');
		setLocale('ar');
		expect(plainSentence(granted, doctor.address)).toBe('0xaaaa…aaaa: الموافقة على المشاركة معك');
	});
	test('of a record that the patient added names nobody else', () => {
		expect(plainSentence(entry('record-added', { object: null }), null)).toBe('0xaaaa…aaaa added a record');
		expect(plainSentence(entry('record-added', { actor: doctor }), patient.address)).toBe(
			'Dr Omar Nasser added a record for you',
		);
	});
	test('of somebody whom nobody knows says so', () => {
		const nobody = entry('access-revoked', { actor: null, subject: null, object: null });
		expect(plainSentence(nobody, null)).toBe('Someone stopped sharing with Someone');
	});
	test('keeps a name in its own direction', () => {
		expect(lineOf(entry('access-granted'), null).text).toContain('\u2068Dr Omar Nasser\u2069');
	});
	test('tells place and end where they are known', () => {
		const { detail } = lineOf(entry('access-granted', { expiresAt: Date.UTC(2026, 11, 2, 12) }), null);
		expect(detail.replaceAll(/[\u2066-\u2069]/gu, '')).toBe(
			'Cardiologist · Cedar Heart Centre · Until 2\u00a0December\u00a02026',
		);
	});
});

describe('the sentence above the log', () => {
	const entries = [
		entry('access-requested', { id: '1', actor: doctor, object: null, block: 1, at: now - 40 * 86_400_000 }),
		entry('access-granted', { id: '2', block: 2, at: now - 5 * 86_400_000 }),
		entry('record-added', { id: '3', block: 3, recordId: `0x${'9'.repeat(64)}` }),
	];
	const ids = (lines: readonly LogEntry[]) => lines.map(({ id }) => id);

	test('shows everything, newest first', () => {
		expect(ids(fittingLines(entries, askedForAll, now))).toEqual(['3', '2', '1']);
	});
	test('narrows by kind, person, record and time', () => {
		expect(ids(fittingLines(entries, { ...askedForAll, kind: 'requests' }, now))).toEqual(['1']);
		expect(ids(fittingLines(entries, { ...askedForAll, kind: 'keys' }, now))).toEqual(['2']);
		expect(ids(fittingLines(entries, { ...askedForAll, person: doctor.address }, now))).toEqual(['1']);
		expect(ids(fittingLines(entries, { ...askedForAll, record: `0x${'9'.repeat(64)}` }, now))).toEqual(['3']);
		expect(ids(fittingLines(entries, { ...askedForAll, since: 'week' }, now))).toEqual(['3', '2']);
		expect(ids(fittingLines(entries, { ...askedForAll, since: 'week', kind: 'requests' }, now))).toEqual([]);
	});
	test('offers each person and record once', () => {
		expect(actorsOf([...entries, ...entries]).map(({ address }) => address)).toEqual([doctor.address, patient.address]);
		expect(recordsOf([...entries, ...entries])).toHaveLength(1);
	});
	test('every kind of event is under one of the choices', () => {
		const choices = ['requests', 'decisions', 'records', 'audits', 'hospitals', 'accounts'] as const;
		for (const kind of kinds) {
			const found = choices.filter(
				(choice) => fittingLines([entry(kind)], { ...askedForAll, kind: choice }, now).length,
			);
			expect(found, kind).toHaveLength(1);
		}
	});
});

describe('export', () => {
	const scope: LogScope = { account: patient.address, isWhole: true, upToBlock: 9, chainId: 31337 };

	test('a table has a heading, one row per line, and a byte order mark', () => {
		const csv = logAsCsv([entry('access-granted'), entry('record-added')], null, scope);
		expect(csv.startsWith('\ufeffwhen,')).toBe(true);
		expect(csv.trimEnd().split('\r\n')).toHaveLength(3);
		expect(csv).toContain('2026-11-22T00:00:00.000Z,0xaaaa…aaaa approved Dr Omar Nasser,access-granted,0xaaaa');
	});
	test('a name cannot become a formula, a column or a row', () => {
		for (const name of ['=1+1', '+cmd', '-2', '@sum', 'a,b', 'a"b', 'a\r\nb']) {
			const csv = logAsCsv([entry('access-granted', { object: person('c', name) })], null, scope);
			const cells = parseCsv(csv)[1]!;
			expect(cells).toHaveLength(17);
			expect(cells[8]).toBe(/^[=+\-@]/.test(name) ? `'${name}` : name);
		}
	});
	test('whatever names hold, the table reads back as it was', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), (name) => {
				const rows = parseCsv(logAsCsv([entry('access-granted', { object: person('c', name) })], null, scope));
				expect(rows).toHaveLength(2);
				expect(rows[1]).toHaveLength(17);
				expect(rows[1]![8]!.replace(/^'/, '')).toBe(name.replace(/^'/, ''));
			}),
		);
	});
	test('data for programs holds every field', () => {
		const json = JSON.parse(logAsJson([entry('access-granted', { fields: { epoch: '3' } })], scope)) as {
			entries: LogEntry[];
		};
		expect(json.entries).toMatchObject([
			{ kind: 'access-granted', at: '2026-11-22T00:00:00.000Z', fields: { epoch: '3' } },
		]);
	});
	test('both say whose log it is, whether all of it, and up to which block', () => {
		const lines = [entry('access-granted')];
		expect(parseCsv(logAsCsv(lines, null, scope))[1]!.slice(-4)).toEqual([patient.address, 'all', '9', '31337']);
		const part = { ...scope, account: null, isWhole: false, chainId: 1 };
		expect(parseCsv(logAsCsv(lines, null, part))[1]!.slice(-4)).toEqual(['everyone', 'some', '9', '1']);
		expect(JSON.parse(logAsJson(lines, part))).toMatchObject({
			account: null,
			lines: 'some',
			upToBlock: 9,
			chainId: 1,
		});
	});
});

/** A reader of RFC 4180, for the tests. */
function parseCsv(text: string): string[][] {
	const rows: string[][] = [[]];
	let cell = '';
	let quoted = false;
	const body = text.replace(/^\ufeff/, '').replace(/\r\n$/, '');
	for (let i = 0; i < body.length; i++) {
		const char = body[i]!;
		if (quoted) {
			if (char === '"' && body[i + 1] === '"') cell += body[++i]!;
			else if (char === '"') quoted = false;
			else cell += char;
		} else if (char === '"') quoted = true;
		else if (char === ',') {
			rows.at(-1)!.push(cell);
			cell = '';
		} else if (char === '\r' && body[i + 1] === '\n') {
			rows.at(-1)!.push(cell);
			rows.push([]);
			cell = '';
			i++;
		} else cell += char;
	}
	rows.at(-1)!.push(cell);
	return rows;
}
