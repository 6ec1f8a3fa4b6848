/**
 * JSON from strangers, made safe to walk: bounded in size, depth and number of values, and free of the keys that reach an
 * object's prototype. The depth is counted on the bytes, before `JSON.parse` sees them.
 *
 * It does not judge what the values mean; `bundle.ts` does.
 */
import { AppError } from '#lib/errors.ts';

/** 64 MiB: the largest example in the FHIR R4 packages has 35. */
export const largestJsonBytes = 64 * 1024 * 1024;
/** FHIR's own examples stay under 20; questionnaires of the field under 40. */
export const deepestJson = 100;
const mostValues = 4_000_000;

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The value of JSON text in UTF-8, or an already parsed value after the same checks.
 *
 * @throws AppError `records.too-large` above {@link largestJsonBytes}; `records.invalid-input` for anything that is not JSON,
 * nests too deep, holds too many values, or uses a key that FHIR never has. `details.reason` names which.
 */
export function readJson(input: unknown): unknown {
	if (!(input instanceof Uint8Array)) return checkValue(input);
	if (input.length > largestJsonBytes) {
		throw new AppError('records.too-large', 'The JSON is too large.', { details: { bytes: input.length } });
	}
	checkDepth(input);
	let value: unknown;
	try {
		value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(input));
	} catch (cause) {
		throw invalid('not-json', 'This is not JSON in UTF-8.', cause);
	}
	return checkValue(value);
}

/** An `records.invalid-input` error with a reason that tests and screens can switch over. */
export function invalid(reason: string, message: string, cause?: unknown): AppError {
	return new AppError('records.invalid-input', message, { cause, details: { reason } });
}

const quote = 0x22;
const backslash = 0x5c;

/** Brackets outside strings, counted without building anything. */
function checkDepth(bytes: Uint8Array): void {
	let depth = 0;
	let inString = false;
	for (let i = 0; i < bytes.length; i++) {
		const byte = bytes[i];
		if (inString) {
			if (byte === backslash) i++;
			else if (byte === quote) inString = false;
		} else if (byte === quote) inString = true;
		else if (byte === 0x5b || byte === 0x7b) {
			if (++depth > deepestJson) throw tooDeep();
		} else if (byte === 0x5d || byte === 0x7d) depth--;
	}
}

/** Walks without recursion, so that a value made by hand cannot exhaust the stack or run in a circle. */
function checkValue(root: unknown): unknown {
	const open: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
	let seen = 0;
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		const { value, depth } = next;
		if (++seen > mostValues) throw invalid('too-many', 'The JSON holds too many values.');
		if (value === null || typeof value === 'string' || typeof value === 'boolean') continue;
		if (typeof value === 'number' && Number.isFinite(value)) continue;
		if (typeof value !== 'object') throw invalid('not-json', `JSON has no value of type ${typeof value}.`);
		if (depth >= deepestJson) throw tooDeep();
		if (Array.isArray(value)) {
			for (const item of value as unknown[]) open.push({ value: item, depth: depth + 1 });
			continue;
		}
		const prototype: unknown = Object.getPrototypeOf(value);
		if (prototype !== Object.prototype && prototype !== null) throw invalid('not-json', 'JSON has plain objects only.');
		for (const [key, item] of Object.entries(value)) {
			if (forbiddenKeys.has(key)) throw invalid('forbidden-key', 'A key that FHIR never has was found.');
			open.push({ value: item, depth: depth + 1 });
		}
	}
	return root;
}

function tooDeep(): AppError {
	return invalid('too-deep', `The JSON nests deeper than ${deepestJson} levels.`);
}
