/**
 * The log for hospitals' own systems: a Bundle of FHIR R4 AuditEvents (https://hl7.org/fhir/R4/auditevent.html), one for each line. An
 * account is named by its DID (did:pkh, after CAIP-10), and by a name only where the log page shows that name.
 */
import type { AuditEvent, AuditEventAgent, AuditEventEntity, Bundle, Coding, Reference } from 'fhir/r4';
import type { LogEntry, LogKind, PersonView } from '#lib/records/index.ts';
import { lineOf, plainSentence } from './lines.ts';
import type { LogScope } from './log-export.ts';

const dicom = 'http://dicom.nema.org/resources/ontology/DCM';
const codeSystems = 'http://terminology.hl7.org/CodeSystem';
/** Identifiers that are URIs: https://hl7.org/fhir/R4/datatypes.html#Identifier */
const uri = 'urn:ietf:rfc:3986';
const kindSystem = 'urn:amana:log-kind';
const recordSystem = 'urn:amana:record';
const transactionSystem = 'urn:amana:transaction';

const patientRecord: Coding = { system: dicom, code: '110110', display: 'Patient Record' };
const securityAlert: Coding = { system: dicom, code: '110113', display: 'Security Alert' };
const rolesChanged: Coding = { system: dicom, code: '110136', display: 'Security Roles Changed' };
const attributesChanged: Coding = { system: dicom, code: '110137', display: 'User Security Attributes Changed' };
const emergencyOverride: Coding = { system: dicom, code: '110127', display: 'Emergency Override Started' };

/** What a line is in the terms of FHIR: type, action (create, read, update, delete, execute), and whom it concerns. */
interface Meaning {
	type: Coding;
	subtype?: Coding;
	action: NonNullable<AuditEvent['action']>;
	subject: 'patient' | 'hospital' | 'account';
}

const ofRecord = (action: Meaning['action']): Meaning => ({ type: patientRecord, action, subject: 'patient' });
const ofAccess = (action: Meaning['action']): Meaning => ({
	type: securityAlert,
	subtype: attributesChanged,
	action,
	subject: 'patient',
});
const ofHospital = (action: Meaning['action']): Meaning => ({
	type: securityAlert,
	subtype: rolesChanged,
	action,
	subject: 'hospital',
});

const meanings: Record<LogKind, Meaning> = {
	'access-requested': { type: patientRecord, action: 'E', subject: 'patient' },
	'request-withdrawn': { type: patientRecord, action: 'E', subject: 'patient' },
	'request-denied': ofAccess('E'),
	'access-granted': ofAccess('C'),
	'access-revoked': ofAccess('D'),
	'all-access-revoked': ofAccess('D'),
	'keys-delivered': ofAccess('U'),
	'adding-allowed': ofAccess('C'),
	'adding-stopped': ofAccess('D'),
	'record-added': ofRecord('C'),
	'record-amended': ofRecord('U'),
	'records-resealed': ofRecord('U'),
	'record-erased': ofRecord('D'),
	'reading-confirmed': ofRecord('R'),
	'glass-broken': { ...ofRecord('R'), subtype: emergencyOverride },
	'hospital-applied': ofHospital('C'),
	'application-withdrawn': ofHospital('D'),
	'hospital-approved': ofHospital('U'),
	'hospital-rejected': ofHospital('U'),
	'hospital-suspended': ofHospital('U'),
	'hospital-reinstated': ofHospital('U'),
	'authority-published': ofHospital('U'),
	'administrator-offered': ofHospital('C'),
	'administrator-added': ofHospital('C'),
	'administrator-removed': ofHospital('D'),
	'team-added': ofHospital('C'),
	'team-renamed': ofHospital('U'),
	'team-retired': ofHospital('D'),
	'directory-changed': ofHospital('U'),
	'member-added': ofHospital('C'),
	'member-removed': ofHospital('D'),
	'keys-published': { ...ofAccess('C'), subject: 'account' },
	'keyring-changed': { ...ofAccess('U'), subject: 'account' },
	'permission-cancelled': { ...ofAccess('D'), subject: 'account' },
	'audit-opened': ofRecord('E'),
	'audit-answered': ofRecord('E'),
	'audit-failure': ofRecord('E'),
};

/** The lines as a Bundle, in JSON. `savedAt` is when: the clock is given. */
export function logAsFhir(entries: readonly LogEntry[], scope: LogScope, savedAt: number): string {
	return `${JSON.stringify(auditBundle(entries, scope, savedAt), null, '\t')}\n`;
}

export function auditBundle(entries: readonly LogEntry[], { chainId }: LogScope, savedAt: number): Bundle<AuditEvent> {
	return {
		resourceType: 'Bundle',
		type: 'collection',
		timestamp: new Date(savedAt).toISOString(),
		// An empty list is no FHIR.
		...(entries.length > 0 && {
			entry: entries.map((entry) => ({
				fullUrl: `urn:uuid:${uuidOf(entry)}`,
				resource: auditEvent(withShownNames(entry), chainId),
			})),
		}),
	};
}

/** The line with the names that the page shows in it, and no others. */
function withShownNames(entry: LogEntry): LogEntry {
	const { text, detail } = lineOf(entry, null);
	const shown = (person: PersonView | null) =>
		person?.name && !`${text} ${detail}`.includes(person.name) ? { ...person, name: null } : person;
	return { ...entry, actor: shown(entry.actor), subject: shown(entry.subject), object: shown(entry.object) };
}

function auditEvent(entry: LogEntry, chainId: number): AuditEvent {
	const { kind, at, actor, object } = entry;
	const { type, subtype, action } = meanings[kind];
	const agents = [
		...(actor ? [agentOf(actor, chainId, true)] : []),
		...(object && object.address !== actor?.address ? [agentOf(object, chainId, false)] : []),
	];
	return {
		resourceType: 'AuditEvent',
		id: uuidOf(entry),
		text: { status: 'generated', div: narrative(plainSentence(entry, null)) },
		type,
		subtype: [...(subtype ? [subtype] : []), { system: kindSystem, code: kind }],
		action,
		recorded: new Date(at).toISOString(),
		outcome: '0',
		...(kind === 'glass-broken' && {
			purposeOfEvent: [
				{ coding: [{ system: `${codeSystems}/v3-ActReason`, code: 'BTG', display: 'break the glass' }] },
			],
		}),
		agent: agents.length > 0 ? agents : [{ requestor: true }],
		source: { observer: accountReference(entry.fields['address'] ?? '', chainId, null), type: [ledger] },
		entity: entitiesOf(entry, chainId),
	};
}

/** The contract wrote the line, in the transaction of whoever acted. */
const ledger: Coding = { system: `${codeSystems}/security-source-type`, code: '4', display: 'Application Server' };

function agentOf(person: PersonView, chainId: number, requestor: boolean): AuditEventAgent {
	const { address, name } = person;
	return { who: accountReference(address, chainId, name), ...(name && { name }), requestor };
}

function entitiesOf(entry: LogEntry, chainId: number): AuditEventEntity[] {
	const { kind, subject, recordId, expiresAt, transaction, block } = entry;
	const subjectKind = meanings[kind].subject;
	const detail = (type: string, valueString: string) => ({ type, valueString });
	return [
		...(subject && subjectKind !== 'account'
			? [{ what: accountReference(subject.address, chainId, subject.name), ...subjectCodes[subjectKind] }]
			: []),
		...(recordId ? [{ what: { identifier: { system: recordSystem, value: recordId } }, ...recordCodes }] : []),
		{
			what: { identifier: { system: transactionSystem, value: transaction } },
			...transactionCodes,
			detail: [
				detail('network', `eip155:${chainId}`),
				detail('block', String(block)),
				...(expiresAt === null ? [] : [detail('until', new Date(expiresAt).toISOString())]),
			],
		},
	];
}

const entityType = (code: string, display: string): Coding => ({
	system: `${codeSystems}/audit-entity-type`,
	code,
	display,
});
const objectRole = (code: string, display: string): Coding => ({ system: `${codeSystems}/object-role`, code, display });

const subjectCodes = {
	patient: { type: entityType('1', 'Person'), role: objectRole('1', 'Patient') },
	hospital: { type: entityType('3', 'Organization'), role: objectRole('4', 'Domain Resource') },
} as const;
const recordCodes = { type: entityType('2', 'System Object'), role: objectRole('3', 'Report') };
const transactionCodes = { type: entityType('2', 'System Object'), role: objectRole('13', 'Security Resource') };

function accountReference(address: string, chainId: number, name: string | null): Reference {
	return {
		identifier: { system: uri, value: `did:pkh:eip155:${chainId}:${address}` },
		...(name && { display: name }),
	};
}

/** The same line has the same id in every export: a version 8 UUID (RFC 9562 §5.8) of its transaction and place in it. */
function uuidOf({ id, transaction }: LogEntry): string {
	const index = Number(id.slice(id.lastIndexOf('-') + 1)) || 0;
	const digits = `${transaction.slice(2, 30)}${index.toString(16).padStart(4, '0').slice(-4)}`;
	const marked = `${digits.slice(0, 12)}8${digits.slice(13, 16)}a${digits.slice(17)}`;
	return marked.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function narrative(sentence: string): string {
	const escaped = sentence.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
	return `<div xmlns="http://www.w3.org/1999/xhtml">${escaped}</div>`;
}
