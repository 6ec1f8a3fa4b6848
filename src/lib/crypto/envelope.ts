/**
 * Keys from keys, keys under keys, and small sealed values (labels, settings), all bound to a context.
 *
 * Each sealing draws a random salt and derives a fresh AES-256-GCM key and a commitment from it by HKDF-SHA256, so one key
 * may seal any number of values, and no sealed value opens under two keys or two contexts (AES-GCM alone does not commit:
 * eprint 2020/1491). The length of what is sealed shows. For files use `stream.ts`.
 *
 *   sealed = version(1) || salt(24) || commitment(32) || AES-256-GCM(plaintext)
 */
import { concat, equal } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { bind, type Bindable } from './bind.ts';
import { domains, type Domain } from './domains.ts';
import { aesOpen, aesSeal, aesTagBytes, hkdf, importAesKey, randomBytes, sha256 } from './webcrypto.ts';

export const keyBytes = 32;
/** What sealing adds to a value. */
export const envelopeOverheadBytes = 1 + 24 + 32 + aesTagBytes;

const version = 1;
const saltBytes = 24;
const commitmentBytes = 32;
/** A derived key seals exactly one value, so its nonce may be fixed. */
const nonce = new Uint8Array(12);

/** A fresh 32-byte key. */
export function randomKey(): Uint8Array<ArrayBuffer> {
	return randomBytes(keyBytes);
}

/** The 32-byte key for one purpose, from another key. The context need not be secret. */
export async function deriveKey(
	key: Uint8Array,
	tag: Domain,
	...context: readonly Bindable[]
): Promise<Uint8Array<ArrayBuffer>> {
	return hkdf(requireKey(key), {
		salt: new Uint8Array(),
		info: await sha256(bind(tag, ...context)),
		length: keyBytes,
	});
}

/** Seals a 32-byte key under another one. `context` is made by `bind`; the same one opens. */
export function wrapKey(
	wrappingKey: Uint8Array,
	key: Uint8Array,
	context: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
	return sealSmall(wrappingKey, requireKey(key), context);
}

/** Opens what `wrapKey` made. Throws as `openSmall`. */
export async function unwrapKey(
	wrappingKey: Uint8Array,
	wrapped: Uint8Array,
	context: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
	const key = await openSmall(wrappingKey, wrapped, context);
	if (key.length !== keyBytes) throw new AppError('crypto.corrupt', 'What was wrapped is not a key.');
	return key;
}

/** Seals a small value under a 32-byte key. `context` is made by `bind`; the same one opens. */
export async function sealSmall(
	key: Uint8Array,
	plaintext: Uint8Array,
	context: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
	const salt = randomBytes(saltBytes);
	const { aesKey, commitment } = await messageKey(key, salt, context);
	return concat(Uint8Array.of(version), salt, commitment, await aesSeal(aesKey, nonce, plaintext));
}

/**
 * Opens what `sealSmall` made. Throws `crypto.unsupported` for a newer version, `crypto.wrong-key` for another key or
 * context, and `crypto.corrupt` when the bytes were changed.
 */
export async function openSmall(
	key: Uint8Array,
	sealed: Uint8Array,
	context: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
	if (sealed.length < envelopeOverheadBytes) throw new AppError('crypto.corrupt', 'The sealed value is cut off.');
	if (sealed[0] !== version) throw new AppError('crypto.unsupported', `Sealed by version ${sealed[0]}.`);
	const { aesKey, commitment } = await messageKey(key, sealed.subarray(1, 1 + saltBytes), context);
	if (!equal(commitment, sealed.subarray(1 + saltBytes, 1 + saltBytes + commitmentBytes))) {
		throw new AppError('crypto.wrong-key', 'Sealed under another key, or for another place.');
	}
	return aesOpen(aesKey, nonce, sealed.subarray(1 + saltBytes + commitmentBytes));
}

async function messageKey(key: Uint8Array, salt: Uint8Array, context: Uint8Array) {
	const info = await sha256(bind(domains.envelope, version, context));
	const derived = await hkdf(requireKey(key), { salt, info, length: keyBytes + commitmentBytes });
	return { aesKey: await importAesKey(derived.subarray(0, keyBytes)), commitment: derived.subarray(keyBytes) };
}

function requireKey(key: Uint8Array): Uint8Array {
	if (key.length !== keyBytes)
		throw new AppError('crypto.wrong-key', `A key has ${keyBytes} bytes, not ${key.length}.`);
	return key;
}
