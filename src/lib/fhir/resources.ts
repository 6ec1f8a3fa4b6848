/**
 * The FHIR R4 resources that Amana reads to a person, narrowed to what is shown: https://hl7.org/fhir/R4/resourcelist.html
 *
 * `narrow` never throws and never drops: a resource of another type, or one that is malformed, comes back as `unread` with its
 * original JSON, so that a page can list it and a copy keeps it.
 */
import * as v from 'valibot';
import * as t from './datatypes.ts';

const { optional, concept, reference, period, date, text, quantity, range } = t;
const many = <const Schema extends v.GenericSchema>(schema: Schema) => v.exactOptional(v.array(schema));
/** Every resource may have an id and resources of its own inside. */
const base = { id: optional(text) };

const value = {
	valueQuantity: optional(quantity),
	valueCodeableConcept: optional(concept),
	valueString: optional(text),
	valueBoolean: optional(v.boolean()),
	valueInteger: optional(v.number()),
	valueRange: optional(range),
	valueRatio: optional(t.ratio),
	valueTime: optional(text),
	valueDateTime: optional(date),
	valuePeriod: optional(period),
	valueSampledData: optional(v.object({})),
	dataAbsentReason: optional(concept),
	interpretation: many(concept),
	referenceRange: many(
		v.object({
			low: optional(quantity),
			high: optional(quantity),
			type: optional(concept),
			appliesTo: many(concept),
			age: optional(range),
			text: optional(text),
		}),
	),
};

/** One line of a section in a composition; sections nest. */
export interface CompositionSection {
	title?: string;
	code?: t.Concept;
	text?: { div: string };
	entry?: t.Reference[];
	section?: CompositionSection[];
}
const compositionSection: v.GenericSchema<unknown, CompositionSection> = v.object({
	title: optional(text),
	code: optional(concept),
	text: optional(v.object({ div: text })),
	entry: many(reference),
	section: v.exactOptional(v.array(v.lazy(() => compositionSection))),
});

const schemas = {
	Patient: v.object({
		...base,
		identifier: many(t.identifier),
		name: many(t.humanName),
		telecom: many(t.contactPoint),
		gender: optional(text),
		birthDate: optional(date),
		deceasedDateTime: optional(date),
		deceasedBoolean: optional(v.boolean()),
		address: many(t.address),
		communication: many(v.object({ language: concept })),
	}),
	Practitioner: v.object({ ...base, identifier: many(t.identifier), name: many(t.humanName) }),
	PractitionerRole: v.object({
		...base,
		practitioner: optional(reference),
		organization: optional(reference),
		code: many(concept),
		specialty: many(concept),
	}),
	Organization: v.object({ ...base, identifier: many(t.identifier), name: optional(text) }),
	Location: v.object({ ...base, name: optional(text) }),
	RelatedPerson: v.object({ ...base, name: many(t.humanName) }),
	Device: v.object({
		...base,
		type: optional(concept),
		deviceName: many(v.object({ name: text })),
		manufacturer: optional(text),
	}),
	Medication: v.object({
		...base,
		code: optional(concept),
		form: optional(concept),
		ingredient: many(v.object({ itemCodeableConcept: optional(concept), itemReference: optional(reference) })),
	}),
	Encounter: v.object({
		...base,
		status: text,
		class: t.coding,
		type: many(concept),
		period: optional(period),
		reasonCode: many(concept),
		participant: many(v.object({ individual: optional(reference) })),
		serviceProvider: optional(reference),
		diagnosis: many(v.object({ condition: reference })),
	}),
	Condition: v.object({
		...base,
		clinicalStatus: optional(concept),
		verificationStatus: optional(concept),
		category: many(concept),
		severity: optional(concept),
		code: optional(concept),
		bodySite: many(concept),
		onsetDateTime: optional(date),
		onsetPeriod: optional(period),
		onsetAge: optional(quantity),
		onsetString: optional(text),
		abatementDateTime: optional(date),
		recordedDate: optional(date),
		recorder: optional(reference),
		asserter: optional(reference),
		note: many(t.annotation),
	}),
	MedicationRequest: v.object({
		...base,
		status: text,
		intent: optional(text),
		medicationCodeableConcept: optional(concept),
		medicationReference: optional(reference),
		authoredOn: optional(date),
		requester: optional(reference),
		reasonCode: many(concept),
		dosageInstruction: many(t.dosage),
		note: many(t.annotation),
	}),
	MedicationStatement: v.object({
		...base,
		status: text,
		medicationCodeableConcept: optional(concept),
		medicationReference: optional(reference),
		effectiveDateTime: optional(date),
		effectivePeriod: optional(period),
		dateAsserted: optional(date),
		reasonCode: many(concept),
		dosage: many(t.dosage),
		note: many(t.annotation),
	}),
	AllergyIntolerance: v.object({
		...base,
		clinicalStatus: optional(concept),
		verificationStatus: optional(concept),
		type: optional(text),
		criticality: optional(text),
		code: optional(concept),
		onsetDateTime: optional(date),
		recordedDate: optional(date),
		lastOccurrence: optional(date),
		reaction: many(
			v.object({
				substance: optional(concept),
				manifestation: many(concept),
				description: optional(text),
				severity: optional(text),
			}),
		),
		note: many(t.annotation),
	}),
	Observation: v.object({
		...base,
		status: text,
		category: many(concept),
		code: concept,
		effectiveDateTime: optional(date),
		effectivePeriod: optional(period),
		effectiveInstant: optional(date),
		issued: optional(date),
		performer: many(reference),
		...value,
		note: many(t.annotation),
		method: optional(concept),
		hasMember: many(reference),
		component: many(v.object({ code: concept, ...value })),
	}),
	DiagnosticReport: v.object({
		...base,
		status: text,
		category: many(concept),
		code: concept,
		effectiveDateTime: optional(date),
		effectivePeriod: optional(period),
		issued: optional(date),
		performer: many(reference),
		result: many(reference),
		conclusion: optional(text),
		conclusionCode: many(concept),
		presentedForm: many(t.attachment),
	}),
	Immunization: v.object({
		...base,
		status: text,
		statusReason: optional(concept),
		vaccineCode: concept,
		occurrenceDateTime: optional(date),
		occurrenceString: optional(text),
		lotNumber: optional(text),
		manufacturer: optional(reference),
		protocolApplied: many(
			v.object({
				doseNumberPositiveInt: optional(v.number()),
				doseNumberString: optional(text),
				targetDisease: many(concept),
			}),
		),
		note: many(t.annotation),
	}),
	Procedure: v.object({
		...base,
		status: text,
		code: optional(concept),
		performedDateTime: optional(date),
		performedPeriod: optional(period),
		performedString: optional(text),
		performer: many(v.object({ actor: reference })),
		reasonCode: many(concept),
		bodySite: many(concept),
		outcome: optional(concept),
		note: many(t.annotation),
	}),
	DocumentReference: v.object({
		...base,
		status: text,
		type: optional(concept),
		date: optional(date),
		description: optional(text),
		author: many(reference),
		content: v.array(v.object({ attachment: t.attachment })),
		context: optional(v.object({ period: optional(period) })),
	}),
	Binary: v.object({ ...base, contentType: text, data: optional(text) }),
	ClinicalImpression: v.object({
		...base,
		status: text,
		description: optional(text),
		date: optional(date),
		effectiveDateTime: optional(date),
		effectivePeriod: optional(period),
		assessor: optional(reference),
		summary: optional(text),
		finding: many(v.object({ itemCodeableConcept: optional(concept), basis: optional(text) })),
		note: many(t.annotation),
	}),
	Communication: v.object({
		...base,
		status: text,
		topic: optional(concept),
		sent: optional(date),
		sender: optional(reference),
		payload: many(v.object({ contentString: optional(text), contentAttachment: optional(t.attachment) })),
		note: many(t.annotation),
	}),
	Composition: v.object({
		...base,
		status: text,
		type: concept,
		date,
		author: many(reference),
		title: text,
		section: many(compositionSection),
	}),
};

type Schemas = typeof schemas;
export type ReadType = keyof Schemas;
export type Resource<Type extends ReadType> = v.InferOutput<Schemas[Type]>;
/** A resource that was understood. */
export type ReadResource = { [Type in ReadType]: { type: Type; value: Resource<Type> } }[ReadType];
/** One that was not: of a type that is not shown here, or malformed at `problem`, a path such as `valueQuantity.value`. */
export interface UnreadResource {
	type: string;
	value: null;
	problem: string | null;
}

/** Narrows one resource. Pure; never throws. */
export function narrow(resource: { resourceType: string }): ReadResource | UnreadResource {
	const type = resource.resourceType;
	if (!isReadType(type)) return { type, value: null, problem: null };
	const result = v.safeParse(schemas[type], resource);
	if (result.success) return { type, value: result.output } as ReadResource;
	return { type, value: null, problem: v.getDotPath(result.issues[0]) ?? 'resource' };
}

function isReadType(type: string): type is ReadType {
	return Object.hasOwn(schemas, type);
}
