/**
 * A piece of a file, sealed chunk by chunk: AES-256-GCM whose nonce is the chunk's number and a flag on the last chunk
 * (STREAM, eprint 2015/189; as in age). A chunk dropped, moved, cut off, added, or taken from another piece is noticed.
 * A sealed chunk is exactly 1 MiB, the leaf of an IPFS file in the profile unixfs-v1-2025, so chunks and leaves coincide.
 *
 * One key seals one piece: the part key is fresh for each part, and `derivePieceKey` makes each piece's own from it.
 * Sealing different bytes as the same piece under the same part key would reuse nonces and give the plaintext away.
 * The commitment (kept in the manifest) ties a piece to its key before anything is decrypted. Sizes are not hidden.
 */
import { equal } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { bind } from './bind.ts';
import { domains } from './domains.ts';
import { keyBytes } from './envelope.ts';
import { aesOpen, aesSeal, aesTagBytes, hkdf, importAesKey, sha256 } from './webcrypto.ts';

/** A sealed chunk; only the last one of a piece may be shorter. */
export const sealedChunkBytes = 1024 * 1024;
/** What fits in a sealed chunk. */
export const plainChunkBytes = sealedChunkBytes - aesTagBytes;
export const commitmentBytes = 32;

/** Which of `n` pieces, any `k` of which restore the part; `index` counts from 0. */
export interface PiecePlace {
	readonly index: number;
	readonly k: number;
	readonly n: number;
}

export interface PieceKey {
	readonly aesKey: CryptoKey;
	/** 32 bytes that fit this key only; they tell nothing about it. */
	readonly commitment: Uint8Array<ArrayBuffer>;
}

/** The key of one piece, from the part's 32-byte key. */
export async function derivePieceKey(partKey: Uint8Array, { index, k, n }: PiecePlace): Promise<PieceKey> {
	if (partKey.length !== keyBytes) throw new AppError('crypto.wrong-key', 'A part key has 32 bytes.');
	const info = await sha256(bind(domains.piece, index, k, n));
	const derived = await hkdf(partKey, { salt: new Uint8Array(), info, length: keyBytes + commitmentBytes });
	return { aesKey: await importAesKey(derived.subarray(0, keyBytes)), commitment: derived.slice(keyBytes) };
}

/** Throws `crypto.wrong-key` unless the commitment in the manifest is this key's. Call it before opening any chunk. */
export function checkCommitment(key: PieceKey, commitment: Uint8Array): void {
	if (!equal(key.commitment, commitment))
		throw new AppError('crypto.wrong-key', 'The piece was sealed under another key.');
}

/** Chunks of a piece. An empty piece has one empty chunk, so that it too has a last chunk. */
export function chunkCount(plainBytes: number): number {
	return Math.max(1, Math.ceil(plainBytes / plainChunkBytes));
}

/** Size of a piece once sealed. */
export function sealedSize(plainBytes: number): number {
	return plainBytes + chunkCount(plainBytes) * aesTagBytes;
}

/** Size of what a sealed piece holds. Throws `crypto.corrupt` for a size that no piece has. */
export function plainSize(sealedBytes: number): number {
	const plainBytes = sealedBytes - Math.max(1, Math.ceil(sealedBytes / sealedChunkBytes)) * aesTagBytes;
	if (plainBytes < 0 || sealedSize(plainBytes) !== sealedBytes) {
		throw new AppError('crypto.corrupt', `No sealed piece has ${sealedBytes} bytes.`);
	}
	return plainBytes;
}

/** Seals chunk `index` (from 0). All but the last hold exactly `plainChunkBytes`; an empty one is allowed only alone. */
export async function sealChunk(
	key: PieceKey,
	index: number,
	last: boolean,
	plaintext: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
	if (!fits(plaintext.length, plainChunkBytes, 0, index, last)) throw new RangeError('A chunk of the wrong size.');
	return aesSeal(key.aesKey, chunkNonce(index, last), plaintext);
}

/** Opens chunk `index`. Throws `crypto.corrupt` unless it is that very chunk of the piece, with that flag. */
export async function openChunk(
	key: PieceKey,
	index: number,
	last: boolean,
	sealed: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
	if (!fits(sealed.length, sealedChunkBytes, aesTagBytes, index, last)) {
		throw new AppError('crypto.corrupt', 'A sealed chunk of the wrong size.');
	}
	return aesOpen(key.aesKey, chunkNonce(index, last), sealed);
}

function fits(size: number, full: number, empty: number, index: number, last: boolean): boolean {
	if (!last) return size === full;
	return size <= full && (index === 0 ? size >= empty : size > empty);
}

/** Eleven bytes of counter, most significant first, and the last-chunk flag. A counter below 2^53 is all we need. */
function chunkNonce(index: number, last: boolean): Uint8Array<ArrayBuffer> {
	if (!Number.isSafeInteger(index) || index < 0) throw new RangeError('A chunk has a number from 0.');
	const nonce = new Uint8Array(12);
	new DataView(nonce.buffer).setBigUint64(3, BigInt(index));
	nonce[11] = last ? 1 : 0;
	return nonce;
}
