/** The log as FHIR, against the rules of R4 for Bundle and AuditEvent: https://hl7.org/fhir/R4/auditevent.html */
import fc from 'fast-check';
import type { AuditEvent, Bundle } from 'fhir/r4';
import { describe, expect, test } from 'vitest';
import type { LogEntry, LogKind, PersonView } from '#lib/records/index.ts';
import { lineOf } from '../../src/routes/(public)/log/lines.ts';
import type { LogScope } from '../../src/routes/(public)/log/log-export.ts';
import { auditBundle, logAsFhir } from '../../src/routes/(public)/log/log-fhir.ts';

const kinds: Record<LogKind, AuditEvent['action']> = {
	'hospital-applied': 'C',
	'application-withdrawn': 'D',
	'hospital-approved': 'U',
	'hospital-rejected': 'U',
	'hospital-suspended': 'U',
	'hospital-reinstated': 'U',
	'authority-published': 'U',
	'team-added': 'C',
	'directory-changed': 'U',
	'member-added': 'C',
	'member-removed': 'D',
	'keys-published': 'C',
	'keyring-changed': 'U',
	'access-requested': 'E',
	'request-withdrawn': 'E',
	'request-denied': 'E',
	'access-granted': 'C',
	'access-revoked': 'D',
	'adding-allowed': 'C',
	'adding-stopped': 'D',
	'record-added': 'C',
	'record-erased': 'D',
	'administrator-offered': 'C',
	'administrator-added': 'C',
	'administrator-removed': 'D',
	'team-renamed': 'U',
	'team-retired': 'D',
	'all-access-revoked': 'D',
	'keys-delivered': 'U',
	'reading-confirmed': 'R',
	'glass-broken': 'R',
	'record-amended': 'U',
	'records-resealed': 'U',
	'permission-cancelled': 'D',
	'audit-opened': 'E',
	'audit-answered': 'E',
	'audit-failure': 'E',
};

const person = (letter: string, name: string | null = null): PersonView => ({
	address: `0x${letter.repeat(40)}`,
	name,
	title: null,
	hospital: null,
	hospitalName: null,
});
const scope: LogScope = { account: null, isWhole: true, upToBlock: 9, chainId: 8453 };
const savedAt = Date.UTC(2026, 10, 22);
const patient = person('a');
const entry = (kind: LogKind, parts: Partial<LogEntry> = {}): LogEntry => ({
	id: `0x${'1'.repeat(64)}-3`,
	kind,
	at: savedAt,
	block: 7,
	transaction: `0x${'1'.repeat(64)}`,
	actor: patient,
	subject: patient,
	object: person('b', 'Dr Omar Nasser'),
	recordId: `0x${'9'.repeat(64)}`,
	expiresAt: savedAt + 1000,
	fields: { address: `0x${'c'.repeat(40)}`, epoch: '3' },
	...parts,
});
const all = Object.keys(kinds).map((kind, index) => entry(kind as LogKind, { id: `0x${'1'.repeat(64)}-${index}` }));
const parsed = (entries: readonly LogEntry[]) => JSON.parse(logAsFhir(entries, scope, savedAt)) as Bundle<AuditEvent>;
const eventOf = (line: LogEntry): AuditEvent => parsed([line]).entry![0]!.resource!;

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const absolute = /^(https?:\/\/|urn:)[^\s]+$/;

/** What holds of every element: nothing empty (ele-1), codings with an absolute system, and text that is not blank (dom-6, txt-2). */
function checkElements(value: unknown, path = ''): void {
	if (typeof value === 'string') expect(value.trim(), path).not.toBe('');
	else if (Array.isArray(value)) {
		expect(value.length, path).toBeGreaterThan(0);
		value.forEach((each, index) => checkElements(each, `${path}[${index}]`));
	} else if (typeof value === 'object' && value !== null) {
		expect(Object.keys(value).length, path).toBeGreaterThan(0);
		for (const [name, each] of Object.entries(value)) {
			if (name === 'system' || name === 'fullUrl') expect(each, `${path}.${name}`).toMatch(absolute);
			checkElements(each, `${path}.${name}`);
		}
	} else expect(typeof value, path).toMatch(/boolean|number/);
}

describe('a bundle', () => {
	test('is a collection whose entries each have an address of their own (bdl-5, bdl-7)', () => {
		const bundle = parsed(all);
		expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'collection', timestamp: '2026-11-22T00:00:00.000Z' });
		expect(bundle.entry).toHaveLength(all.length);
		const urls = bundle.entry!.map(({ fullUrl }) => fullUrl);
		expect(new Set(urls).size).toBe(all.length);
		for (const { fullUrl, resource, ...rest } of bundle.entry!) {
			expect(rest).toEqual({});
			expect(fullUrl).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
			expect(resource?.id).toBe(fullUrl?.slice('urn:uuid:'.length));
		}
		checkElements(bundle);
	});
	test('of no lines is one too', () => {
		expect(auditBundle([], scope, savedAt)).toEqual({
			resourceType: 'Bundle',
			type: 'collection',
			timestamp: '2026-11-22T00:00:00.000Z',
		});
	});
	test('gives the same line the same id each time', () => {
		expect(parsed(all.toReversed()).entry!.at(-1)!.fullUrl).toBe(parsed(all).entry![0]!.fullUrl);
	});
});

describe.each(Object.keys(kinds) as LogKind[])('%s', (kind) => {
	const event = eventOf(entry(kind));

	test('has all that an AuditEvent must have, in its codes', () => {
		expect(event.resourceType).toBe('AuditEvent');
		expect(event.type).toMatchObject({
			system: 'http://dicom.nema.org/resources/ontology/DCM',
			code: expect.stringMatching(/^1101\d\d$/) as string,
		});
		expect(event.subtype).toContainEqual({ system: 'urn:amana:log-kind', code: kind });
		expect(event.action).toBe(kinds[kind]);
		expect(event.recorded).toMatch(instant);
		expect(event.outcome).toBe('0');
		expect(event.agent.filter(({ requestor }) => requestor)).toHaveLength(1);
		expect(event.agent.every(({ requestor }) => typeof requestor === 'boolean')).toBe(true);
		expect(event.source.observer.identifier?.value).toBe(`did:pkh:eip155:8453:0x${'c'.repeat(40)}`);
		expect(event.text).toMatchObject({ status: 'generated' });
		expect(event.text?.div).toMatch(/^<div xmlns="http:\/\/www\.w3\.org\/1999\/xhtml">[^<]*\S[^<]*<\/div>$/);
	});
	test('says what it is about: either a name or a query of each, never both (sev-1)', () => {
		for (const { name, query, what, type, role, detail } of event.entity!) {
			expect(name !== undefined && query !== undefined).toBe(false);
			expect(what?.identifier?.value).toBeTruthy();
			expect(type?.system).toBe('http://terminology.hl7.org/CodeSystem/audit-entity-type');
			expect(role?.system).toBe('http://terminology.hl7.org/CodeSystem/object-role');
			for (const each of detail ?? []) expect(each.valueString).toBeTruthy();
		}
		const values = event.entity!.map(({ what }) => what?.identifier?.value);
		expect(values).toContain(`0x${'9'.repeat(64)}`);
		expect(values).toContain(`0x${'1'.repeat(64)}`);
	});
	test('is the same where little is known', () => {
		const least = eventOf(
			entry(kind, { actor: null, subject: null, object: null, recordId: null, expiresAt: null, fields: {} }),
		);
		checkElements(least);
		expect(least.agent).toEqual([{ requestor: true }]);
		expect(least.entity).toHaveLength(1);
	});
});

describe('names', () => {
	test('are those that the log page shows, and no others', () => {
		for (const line of all) {
			const { text, detail } = lineOf(line, null);
			const isShown = `${text} ${detail}`.includes('Dr Omar Nasser');
			expect(JSON.stringify(eventOf(line)).includes('Dr Omar Nasser'), line.kind).toBe(isShown);
		}
		const unknown = eventOf(entry('access-granted', { object: person('b') }));
		expect(JSON.stringify(unknown)).not.toMatch(/"(name|display)":"Dr/);
		expect(unknown.agent.every(({ name }) => name === undefined)).toBe(true);
	});
	test('cannot break out of the text', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
				const { text } = eventOf(entry('access-granted', { object: person('b', name) }));
				const inside = text!.div.slice('<div xmlns="http://www.w3.org/1999/xhtml">'.length, -'</div>'.length);
				expect(inside).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
			}),
		);
	});
});

test('an emergency says so', () => {
	expect(eventOf(entry('glass-broken'))).toMatchObject({
		subtype: [{ code: '110127' }, { code: 'glass-broken' }],
		purposeOfEvent: [{ coding: [{ code: 'BTG' }] }],
	});
});
