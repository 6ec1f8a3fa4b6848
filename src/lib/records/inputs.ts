/**
 * What people may type into each form. Screens show what is wrong field by field with the same schemas that the use cases
 * check again, so that nothing unchecked is ever sealed or signed.
 */
import * as v from 'valibot';
import type { Address } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import { storeConfigSchema } from '#lib/storage/index.ts';
import { categorySchema, hashSchema, isoDateSchema, scopeSchema } from './formats.ts';
import { memberRoles } from './types.ts';

const line = (maximum: number) => v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(maximum));
const optionalLine = (maximum: number) => v.pipe(v.string(), v.trim(), v.maxLength(maximum));
const moment = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** An address as people paste it; lower-case afterwards. */
export const addressInput = v.pipe(
	v.string(),
	v.trim(),
	v.toLowerCase(),
	v.regex(/^0x[0-9a-f]{40}$/),
	v.transform((text) => text as Address),
);

const emailInput = v.pipe(v.string(), v.email());
const phoneInput = v.pipe(v.string(), v.regex(/^\+?[0-9][0-9 ()./-]{4,30}$/));
const webInput = v.pipe(v.string(), v.url(), v.regex(/^https?:\/\//i));

export const hospitalProfileInput = v.object({
	name: line(200),
	country: v.pipe(v.string(), v.trim(), v.toUpperCase(), v.regex(/^[A-Z]{2}$/)),
	contact: v.pipe(line(300), v.union([emailInput, phoneInput, webInput])),
	about: optionalLine(2000),
});

export const teamInput = v.object({ name: line(200) });

export const memberInput = v.object({
	address: addressInput,
	name: line(200),
	title: optionalLine(200),
	role: v.picklist(memberRoles),
	teamId: hashSchema,
	/** Milliseconds since 1970. */
	validUntil: moment,
});

export const administratorInput = v.object({ hospital: addressInput, account: addressInput });

export const reasonInput = v.object({ hospital: addressInput, reason: line(2000) });

export const requestInput = v.object({
	patient: addressInput,
	hospital: addressInput,
	purpose: line(2000),
	scope: scopeSchema,
	days: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(3660)),
});

export const grantInput = v.object({
	grantee: addressInput,
	requestId: v.nullish(hashSchema),
	scope: scopeSchema,
	/** Milliseconds since 1970. */
	expiresAt: moment,
	shareName: v.boolean(),
});

export const addingInput = v.object({ hospital: addressInput, expiresAt: moment });

const policyInput = v.variant('who', [
	v.object({ who: v.literal('only-me') }),
	v.object({ who: v.literal('allowed'), category: categorySchema }),
	v.object({ who: v.literal('role'), category: categorySchema, hospital: addressInput, role: v.picklist(memberRoles) }),
	v.object({
		who: v.literal('team'),
		category: categorySchema,
		hospital: addressInput,
		teamId: hashSchema,
		teamSlug: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{0,58}$/)),
	}),
]);

/** Without the file itself. */
export const documentInput = v.object({
	title: line(1000),
	category: categorySchema,
	clinicalDate: isoDateSchema,
	policy: policyInput,
	keeping: v.exactOptional(v.object({ need: v.picklist([1, 2]), all: v.boolean() })),
});

export const settingsInput = v.object({
	displayName: optionalLine(200),
	language: v.picklist(['en', 'ar']),
	clouds: v.pipe(v.array(storeConfigSchema), v.minLength(1), v.maxLength(16)),
});

/** The checked value. Throws `records.invalid-input` with the first wrong field in `details.field`. */
export function checkInput<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
	const result = v.safeParse(schema, value);
	if (result.success) return result.output;
	const field = v.getDotPath(result.issues[0]) ?? '';
	throw new AppError('records.invalid-input', `Not as it should be: ${field}.`, { details: { field } });
}
