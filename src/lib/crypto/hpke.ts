/**
 * Sealed boxes for one reader: HPKE (RFC 9180, base mode) with X-Wing, the hybrid of ML-KEM-768 and X25519 (KEM 0x647a of
 * draft-ietf-hpke-pq), HKDF-SHA256 and AES-256-GCM. A box stays closed as long as one of the two, lattice or curve, holds.
 *
 * Base mode says nothing about who sealed: authors are known by the transaction that carries a box's digest. There is no
 * forward secrecy for the reader. `info` says what the box is for (made by `bind`), and the same bytes open it.
 *
 *   public key = suite(1) || 1216 bytes     secret key = suite(1) || 32 bytes     box = suite(1) || enc(1120) || AES-256-GCM(plaintext)
 */
import { KEM_MLKEM768_X25519 } from '@panva/hpke-noble';
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256 } from 'hpke';
import { concat } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { aesTagBytes } from './webcrypto.ts';

export interface SealingKeys {
	readonly publicKey: Uint8Array<ArrayBuffer>;
	readonly secretKey: Uint8Array<ArrayBuffer>;
}

export const sealingPublicKeyBytes = 1 + 1216;
export const sealingSecretKeyBytes = 1 + 32;
/** What sealing adds to a plaintext. */
export const boxOverheadBytes = 1 + 1120 + aesTagBytes;

/** The first byte of keys and boxes; a later suite gets the next number. */
const suiteId = 1;
// Marked pure: who imports this folder without sealing boxes does not load lattices.
const suite = /* @__PURE__ */ new CipherSuite(KEM_MLKEM768_X25519, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
/** ML-KEM-768's part of a public key but for its last 32 bytes: three polynomials of 256 coefficients. */
const latticeBytes = 1152;
const modulus = 3329;
/** Bound in as associated data, so that a box cannot be relabelled. */
const aad = /* @__PURE__ */ Uint8Array.of(suiteId);

/** The key pair that belongs to a secret 32-byte seed (DeriveKeyPair of RFC 9180 §4). The same seed gives the same pair. */
export async function createSealingKeys(seed: Uint8Array): Promise<SealingKeys> {
	if (seed.length !== 32) throw new AppError('crypto.wrong-key', 'A seed has 32 bytes.');
	const pair = await suite.DeriveKeyPair(seed, true);
	return {
		publicKey: concat(aad, await suite.SerializePublicKey(pair.publicKey)),
		secretKey: concat(aad, await suite.SerializePrivateKey(pair.privateKey)),
	};
}

/** Seals for the holder of `publicKey`'s secret. Throws `crypto.unsupported` or `crypto.wrong-key` for a bad public key. */
export async function sealTo(
	publicKey: Uint8Array,
	plaintext: Uint8Array,
	info: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
	const key = bodyOf(publicKey, sealingPublicKeyBytes, 'public key');
	if (!isReduced(key.subarray(0, latticeBytes)))
		throw new AppError('crypto.wrong-key', 'Not a public key to seal for.');
	try {
		const reader = await suite.DeserializePublicKey(key);
		const { encapsulatedSecret, ciphertext } = await suite.Seal(reader, plaintext, { aad, info });
		return concat(aad, encapsulatedSecret, ciphertext);
	} catch (cause) {
		throw new AppError('crypto.wrong-key', 'Not a public key to seal for.', { cause });
	}
}

/**
 * Opens a box. Throws `crypto.unsupported` for another suite, `crypto.wrong-key` for a malformed secret key, and
 * `crypto.corrupt` when the box is not for this key, not for this purpose, or was changed.
 */
export async function openSealed(
	secretKey: Uint8Array,
	box: Uint8Array,
	info: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
	const key = bodyOf(secretKey, sealingSecretKeyBytes, 'secret key');
	if (box.length < boxOverheadBytes) throw new AppError('crypto.corrupt', 'The box is cut off.');
	if (box[0] !== suiteId) throw new AppError('crypto.unsupported', `Sealed with suite ${box[0]}.`);
	try {
		const reader = await suite.DeserializePrivateKey(key);
		const enc = box.slice(1, 1 + suite.KEM.Nenc);
		return concat(await suite.Open(reader, enc, box.slice(1 + suite.KEM.Nenc), { aad, info }));
	} catch (cause) {
		throw new AppError('crypto.corrupt', 'The box does not open.', { cause });
	}
}

/** The modulus check of FIPS 203 §7.2, which @noble/post-quantum 0.5 leaves open: 12-bit coefficients below 3329. */
function isReduced(lattice: Uint8Array): boolean {
	for (let i = 0; i < lattice.length; i += 3) {
		const [low = 0, middle = 0, high = 0] = lattice.subarray(i, i + 3);
		if ((low | ((middle & 15) << 8)) >= modulus || ((middle >> 4) | (high << 4)) >= modulus) return false;
	}
	return true;
}

function bodyOf(key: Uint8Array, length: number, what: string): Uint8Array {
	if (key.length > 0 && key[0] !== suiteId) throw new AppError('crypto.unsupported', `A ${what} of suite ${key[0]}.`);
	if (key.length !== length)
		throw new AppError('crypto.wrong-key', `A ${what} has ${length} bytes, not ${key.length}.`);
	return key.slice(1);
}
