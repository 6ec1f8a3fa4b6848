/**
 * Objects to bytes and back: dag-cbor, one block of at most 1 MiB each, checked by a schema before anything looks inside.
 *
 * A decoded object must encode to the very bytes it came from. So one object has one encoding and one digest, and bytes that
 * the schema does not know of cannot hide in it. Which errors are thrown is the caller's choice, as the same check serves
 * headers from strangers and the person's own settings.
 */
import { decode, encode } from '@ipld/dag-cbor';
import * as v from 'valibot';
import { equal } from '#lib/bytes.ts';
import { AppError, type ErrorCode } from '#lib/errors.ts';

export const maxObjectBytes = 1024 * 1024;

/** The object's canonical bytes. Throws `records.too-large` above 1 MiB. */
export function encodeObject(value: unknown): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(encode(value));
	if (bytes.length > maxObjectBytes) throw new AppError('records.too-large', `The object has ${bytes.length} bytes.`);
	return bytes;
}

/**
 * The object in `bytes`, checked. Throws `code` (by default `records.invalid-header`) for anything truncated, not canonical,
 * or not as the schema says, and `crypto.unsupported` for a version that this program does not know.
 */
export function decodeObject<Schema extends v.GenericSchema>(
	schema: Schema,
	bytes: Uint8Array,
	code: ErrorCode = 'records.invalid-header',
): v.InferOutput<Schema> {
	const value = decodeCanonical(bytes, code);
	const parsed = v.safeParse(schema, value);
	if (parsed.success) return parsed.output;
	if (isNewerVersion(value)) throw new AppError('crypto.unsupported', 'Written by a newer version of Amana.');
	throw new AppError(code, `Not as the format says: ${v.getDotPath(parsed.issues[0]) ?? 'the whole'}.`);
}

function decodeCanonical(bytes: Uint8Array, code: ErrorCode): unknown {
	if (bytes.length > maxObjectBytes) throw new AppError(code, `The object has ${bytes.length} bytes.`);
	try {
		const value: unknown = decode(bytes);
		if (equal(encode(value), bytes)) return value;
	} catch (cause) {
		throw new AppError(code, 'Not dag-cbor.', { cause });
	}
	throw new AppError(code, 'Not in canonical form.');
}

function isNewerVersion(value: unknown): boolean {
	return typeof value === 'object' && value !== null && 'v' in value && typeof value.v === 'number' && value.v > 1;
}
