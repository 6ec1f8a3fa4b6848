/**
 * The FHIR R4 data types that resources here are made of, as valibot schemas: https://hl7.org/fhir/R4/datatypes.html
 *
 * Only the elements that a reader is shown are named; others pass by unread (the resource keeps its original JSON). What is
 * named must be well formed: a value that is not a number fails its resource rather than vanish from a table of results.
 */
import * as v from 'valibot';

/** A choice of what is allowed to be missing. FHIR JSON has no null outside of arrays of primitives. */
export const optional = <const Schema extends v.GenericSchema>(schema: Schema) => v.exactOptional(schema);
const many = <const Schema extends v.GenericSchema>(schema: Schema) => v.exactOptional(v.array(schema));

export const text = v.string();
/** Strings of a repeating primitive; FHIR puts null where only an extension stands. */
export const texts = v.pipe(
	v.array(v.nullable(v.string())),
	v.transform((items) => items.filter((item) => item !== null)),
);
/** date, dateTime or instant, complete or not: https://hl7.org/fhir/R4/datatypes.html#dateTime (the regex, a little wider on seconds). */
export const date = v.pipe(
	v.string(),
	v.regex(
		/^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/,
	),
);

export const coding = v.object({
	system: optional(text),
	code: optional(text),
	display: optional(text),
});
export const concept = v.object({ coding: many(coding), text: optional(text) });
export const identifier = v.object({ system: optional(text), value: optional(text), type: optional(concept) });
export const reference = v.object({
	reference: optional(text),
	type: optional(text),
	identifier: optional(identifier),
	display: optional(text),
});
export const quantity = v.object({
	value: optional(v.number()),
	comparator: optional(v.picklist(['<', '<=', '>=', '>'])),
	unit: optional(text),
	system: optional(text),
	code: optional(text),
});
export const range = v.object({ low: optional(quantity), high: optional(quantity) });
export const ratio = v.object({ numerator: optional(quantity), denominator: optional(quantity) });
export const period = v.object({ start: optional(date), end: optional(date) });
export const annotation = v.object({ text, time: optional(date), authorString: optional(text) });
export const attachment = v.object({
	contentType: optional(text),
	data: optional(text),
	url: optional(text),
	size: optional(v.number()),
	title: optional(text),
	creation: optional(date),
});
export const humanName = v.object({
	use: optional(text),
	text: optional(text),
	family: optional(text),
	given: optional(texts),
	prefix: optional(texts),
	suffix: optional(texts),
});
export const contactPoint = v.object({ system: optional(text), value: optional(text), use: optional(text) });
export const address = v.object({
	text: optional(text),
	line: optional(texts),
	city: optional(text),
	district: optional(text),
	state: optional(text),
	postalCode: optional(text),
	country: optional(text),
});
/** Loose where doses are written in parts, so that a part which is not understood can be noticed: see `medicines.ts`. */
export const dosage = v.looseObject({
	text: optional(text),
	patientInstruction: optional(text),
	additionalInstruction: many(concept),
	asNeededBoolean: optional(v.boolean()),
	asNeededCodeableConcept: optional(concept),
	timing: optional(
		v.looseObject({
			code: optional(concept),
			repeat: optional(
				v.looseObject({
					frequency: optional(v.number()),
					period: optional(v.number()),
					periodUnit: optional(text),
				}),
			),
		}),
	),
	route: optional(concept),
	doseAndRate: many(v.looseObject({ doseQuantity: optional(quantity), doseRange: optional(range) })),
});

export type Coding = v.InferOutput<typeof coding>;
export type Concept = v.InferOutput<typeof concept>;
export type Identifier = v.InferOutput<typeof identifier>;
export type Reference = v.InferOutput<typeof reference>;
export type Quantity = v.InferOutput<typeof quantity>;
export type Range = v.InferOutput<typeof range>;
export type Period = v.InferOutput<typeof period>;
export type Annotation = v.InferOutput<typeof annotation>;
export type Attachment = v.InferOutput<typeof attachment>;
export type HumanName = v.InferOutput<typeof humanName>;
export type Address = v.InferOutput<typeof address>;
export type ContactPoint = v.InferOutput<typeof contactPoint>;
export type Dosage = v.InferOutput<typeof dosage>;
