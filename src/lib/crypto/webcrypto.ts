/**
 * The four WebCrypto calls that everything here rests on, with plain byte strings in and out: SHA-256, HKDF-SHA256
 * (RFC 5869), AES-256-GCM (NIST SP 800-38D) and randomness. The same in Node, a browser's window and a worker.
 */
import { AppError } from '#lib/errors.ts';

/** WebCrypto's types ask for an ArrayBuffer behind the view; ours never lie in shared memory. */
const plain = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>;

export const aesTagBytes = 16;

export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
	return crypto.getRandomValues(new Uint8Array(length));
}

export async function sha256(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
	return new Uint8Array(await crypto.subtle.digest('SHA-256', plain(bytes)));
}

/** HKDF-SHA256, extract and expand. At most 8160 bytes (RFC 5869 §2.3). */
export async function hkdf(
	secret: Uint8Array,
	{ salt, info, length }: { salt: Uint8Array; info: Uint8Array; length: number },
): Promise<Uint8Array<ArrayBuffer>> {
	const key = await crypto.subtle.importKey('raw', plain(secret), 'HKDF', false, ['deriveBits']);
	const parameters = { name: 'HKDF', hash: 'SHA-256', salt: plain(salt), info: plain(info) };
	return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8));
}

export function importAesKey(key: Uint8Array): Promise<CryptoKey> {
	return crypto.subtle.importKey('raw', plain(key), 'AES-GCM', false, ['encrypt', 'decrypt']);
}

export async function aesSeal(
	key: CryptoKey,
	nonce: Uint8Array,
	plaintext: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
	const parameters = { name: 'AES-GCM', iv: plain(nonce) };
	return new Uint8Array(await crypto.subtle.encrypt(parameters, key, plain(plaintext)));
}

/** Throws `crypto.corrupt` when the tag does not fit. */
export async function aesOpen(key: CryptoKey, nonce: Uint8Array, sealed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
	try {
		const parameters = { name: 'AES-GCM', iv: plain(nonce) };
		return new Uint8Array(await crypto.subtle.decrypt(parameters, key, plain(sealed)));
	} catch (cause) {
		throw new AppError('crypto.corrupt', 'Authenticated decryption failed.', { cause });
	}
}
