/**
 * A treatment as FHIR R4: what was found and given (`summary`), and the doctor's notes (`notes`) as a bundle of their own, because
 * they are sealed under a policy of their own.
 *
 * The summary holds Encounter, Conditions and MedicationRequests, with the Practitioner and the Organization that they name. Notes
 * are a DocumentReference with its text inside, as clinical notes are exchanged elsewhere
 * (https://hl7.org/fhir/us/core/clinical-notes.html), with LOINC 11506-3 as their type. The patient is named by nothing but a wallet
 * address, as a logical reference (https://hl7.org/fhir/R4/references.html#logical).
 */
import type {
	Bundle,
	Condition,
	DocumentReference,
	Encounter,
	FhirResource,
	MedicationRequest,
	Organization,
	Practitioner,
	Reference,
} from 'fhir/r4';
import { utf8 } from '#lib/bytes.ts';
import { checkTreatment, type Treatment } from './treatment-input.ts';

/**
 * The two bundles of a treatment; `notes` is null when none were written.
 *
 * @throws AppError `records.invalid-input`, `details.field` naming the first field that is wrong and `details.reason` one of
 * `missing`, `too-long`, `bad-date`, `bad-address`, `too-many`.
 */
export function makeTreatmentBundle(input: Treatment): { summary: Bundle; notes: Bundle | null } {
	const treatment = checkTreatment(input);
	const context = makeContext(treatment);
	const encounter = makeEncounter(treatment, context);
	const visit: Reference = { reference: urn(encounter), display: treatment.title };
	const summary = [
		encounter,
		...treatment.conditions.map((condition) => makeCondition(condition, treatment, context, visit)),
		...treatment.medicines.map((medicine) => makeMedicationRequest(medicine, treatment, context, visit)),
		context.practitioner,
		context.organization,
	];
	const notes = treatment.notes === '' ? null : makeNotes(treatment, context);
	return {
		summary: collect(summary),
		notes: notes && collect([notes, context.practitioner, context.organization]),
	};
}

/**
 * How a wallet address stands in FHIR: an identifier whose value is itself a URI, which FHIR marks with the system
 * `urn:ietf:rfc:3986`; the URI is the address part of ERC-681 (`ethereum:0x…`). It names an account on every EVM chain alike.
 */
export function walletIdentifier(address: string): { system: string; value: string } {
	return { system: 'urn:ietf:rfc:3986', value: `ethereum:${address.toLowerCase()}` };
}

interface Context {
	subject: Reference;
	author: Reference;
	place: Reference;
	practitioner: Practitioner;
	organization: Organization;
}

function makeContext({ patient, author, hospital }: Treatment): Context {
	const practitioner: Practitioner = {
		resourceType: 'Practitioner',
		id: crypto.randomUUID(),
		identifier: [walletIdentifier(author.address)],
		name: [{ text: author.name }],
		...(author.title === '' ? {} : { qualification: [{ code: { text: author.title } }] }),
	};
	const organization: Organization = {
		resourceType: 'Organization',
		id: crypto.randomUUID(),
		identifier: [walletIdentifier(hospital.address)],
		name: hospital.name,
	};
	return {
		subject: { type: 'Patient', identifier: walletIdentifier(patient) },
		author: { reference: urn(practitioner), display: [author.name, author.title].filter(Boolean).join(', ') },
		place: { reference: urn(organization), display: hospital.name },
		practitioner,
		organization,
	};
}

function makeEncounter({ title, startedOn, endedOn }: Treatment, { subject, author, place }: Context): Encounter {
	const overNight = endedOn !== null && endedOn !== startedOn;
	return {
		resourceType: 'Encounter',
		id: crypto.randomUUID(),
		status: 'finished',
		class: {
			system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
			...(overNight ? { code: 'IMP', display: 'inpatient encounter' } : { code: 'AMB', display: 'ambulatory' }),
		},
		subject,
		participant: [{ individual: author }],
		period: { start: startedOn, end: endedOn ?? startedOn },
		reasonCode: [{ text: title }],
		serviceProvider: place,
	};
}

function makeCondition(
	condition: Treatment['conditions'][number],
	{ startedOn }: Treatment,
	{ subject, author }: Context,
	encounter: Reference,
): Condition {
	const terminology = 'http://terminology.hl7.org/CodeSystem';
	return {
		resourceType: 'Condition',
		id: crypto.randomUUID(),
		clinicalStatus: { coding: [{ system: `${terminology}/condition-clinical`, code: 'active' }] },
		verificationStatus: { coding: [{ system: `${terminology}/condition-ver-status`, code: 'confirmed' }] },
		category: [{ coding: [{ system: `${terminology}/condition-category`, code: 'encounter-diagnosis' }] }],
		code: { ...(condition.code ? { coding: [condition.code] } : {}), text: condition.text },
		subject,
		encounter,
		recordedDate: startedOn,
		recorder: author,
	};
}

function makeMedicationRequest(
	medicine: Treatment['medicines'][number],
	{ startedOn }: Treatment,
	{ subject, author }: Context,
	encounter: Reference,
): MedicationRequest {
	return {
		resourceType: 'MedicationRequest',
		id: crypto.randomUUID(),
		status: 'active',
		intent: 'order',
		medicationCodeableConcept: { text: medicine.name },
		subject,
		encounter,
		authoredOn: startedOn,
		requester: author,
		...(medicine.dose === '' ? {} : { dosageInstruction: [{ text: medicine.dose }] }),
	};
}

function makeNotes({ title, startedOn, endedOn, notes }: Treatment, context: Context): DocumentReference {
	const bytes = utf8(notes);
	return {
		resourceType: 'DocumentReference',
		id: crypto.randomUUID(),
		status: 'current',
		docStatus: 'final',
		type: { coding: [{ system: 'http://loinc.org', code: '11506-3', display: 'Progress note' }] },
		subject: context.subject,
		date: new Date().toISOString(),
		author: [context.author],
		custodian: context.place,
		content: [
			{ attachment: { contentType: 'text/plain; charset=utf-8', data: base64(bytes), size: bytes.length, title } },
		],
		// Names no encounter: who may read the notes need not be told what the summary calls its parts.
		context: { period: { start: startedOn, end: endedOn ?? startedOn } },
	};
}

function collect(resources: FhirResource[]): Bundle {
	return {
		resourceType: 'Bundle',
		type: 'collection',
		timestamp: new Date().toISOString(),
		entry: resources.map((resource) => ({ fullUrl: urn(resource), resource })),
	};
}

function urn(resource: FhirResource): string {
	return `urn:uuid:${resource.id ?? ''}`;
}

function base64(bytes: Uint8Array): string {
	let binary = '';
	for (const byte of bytes) binary += String.fromCharCode(byte);
	return btoa(binary);
}
