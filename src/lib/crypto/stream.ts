/**
 * A piece of a file, sealed segment by segment: AES-256-GCM whose nonce is the segment's number and a flag on the last one
 * (STREAM, eprint 2015/189; as in age). A segment dropped, moved, cut off, added, or taken from another piece is noticed.
 *
 * Four segments make a *chunk* of exactly 1 MiB, the leaf of an IPFS file in the profile unixfs-v1-2025: what is read, hashed and checked at
 * once. Segments are smaller because browsers give a call of WebCrypto up to 960 KiB from memory at hand and map fresh pages for more,
 * which makes a call for a mebibyte up to four times as dear by the byte (docs/performance.md).
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

/** A sealed segment; only the last one of a piece may be shorter. */
const sealedSegmentBytes = 256 * 1024;
const plainSegmentBytes = sealedSegmentBytes - aesTagBytes;
const segmentsPerChunk = 4;
/** A sealed chunk; only the last one of a piece may be shorter. */
export const sealedChunkBytes = segmentsPerChunk * sealedSegmentBytes;
/** What fits in a sealed chunk. */
export const plainChunkBytes = segmentsPerChunk * plainSegmentBytes;
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

/** Size of a piece, or of a chunk, once sealed. */
export function sealedSize(plainBytes: number): number {
	return plainBytes + Math.max(1, Math.ceil(plainBytes / plainSegmentBytes)) * aesTagBytes;
}

/** Size of what a sealed piece, or a sealed chunk, holds. Throws `crypto.corrupt` for a size that none has. */
export function plainSize(sealedBytes: number): number {
	const plainBytes = sealedBytes - Math.max(1, Math.ceil(sealedBytes / sealedSegmentBytes)) * aesTagBytes;
	if (plainBytes < 0 || sealedSize(plainBytes) !== sealedBytes) {
		throw new AppError('crypto.corrupt', `Nothing sealed has ${sealedBytes} bytes.`);
	}
	return plainBytes;
}

/**
 * Seals chunk `index` (from 0), into `room` where that is given, and returns what it filled. All but the last hold exactly
 * `plainChunkBytes`; an empty one is allowed only alone.
 */
export async function sealChunk(
	key: PieceKey,
	index: number,
	last: boolean,
	plaintext: Uint8Array,
	room = new Uint8Array(sealedSize(plaintext.length)),
): Promise<Uint8Array<ArrayBuffer>> {
	if (!fits(plaintext.length, index, last)) throw new RangeError('A chunk of the wrong size.');
	const sealed = room.subarray(0, sealedSize(plaintext.length));
	await Promise.all(
		segments(index, last, plaintext.length).map(async ({ nonce, number }) => {
			const from = number * plainSegmentBytes;
			const segment = await aesSeal(key.aesKey, nonce, plaintext.subarray(from, from + plainSegmentBytes));
			sealed.set(segment, number * sealedSegmentBytes);
		}),
	);
	return sealed;
}

/** Opens chunk `index`. Throws `crypto.corrupt` unless it is that very chunk of the piece, with that flag. */
export async function openChunk(
	key: PieceKey,
	index: number,
	last: boolean,
	sealed: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
	const length = plainSize(sealed.length);
	if (!fits(length, index, last)) {
		throw new AppError('crypto.corrupt', 'A sealed chunk of the wrong size.');
	}
	const plaintext = new Uint8Array(length);
	await Promise.all(
		segments(index, last, length).map(async ({ nonce, number }) => {
			const from = number * sealedSegmentBytes;
			const segment = await aesOpen(key.aesKey, nonce, sealed.subarray(from, from + sealedSegmentBytes));
			plaintext.set(segment, number * plainSegmentBytes);
		}),
	);
	return plaintext;
}

/** The tags of a sealed chunk's segments, one after another. */
export function tagsOf(sealed: Uint8Array): Uint8Array {
	const tags = new Uint8Array(Math.ceil(sealed.length / sealedSegmentBytes) * aesTagBytes);
	for (let at = 0; at < tags.length; at += aesTagBytes) {
		const end = Math.min(sealed.length, (at / aesTagBytes + 1) * sealedSegmentBytes);
		tags.set(sealed.subarray(end - aesTagBytes, end), at);
	}
	return tags;
}

function fits(size: number, index: number, last: boolean): boolean {
	if (!last) return size === plainChunkBytes;
	return size <= plainChunkBytes && (index === 0 || size > 0);
}

/** The segments of a chunk, numbered within it, with their nonces. */
function segments(
	index: number,
	last: boolean,
	plainBytes: number,
): { nonce: Uint8Array<ArrayBuffer>; number: number }[] {
	if (!Number.isSafeInteger(index) || index < 0) throw new RangeError('A chunk has a number from 0.');
	const count = Math.max(1, Math.ceil(plainBytes / plainSegmentBytes));
	return Array.from({ length: count }, (_, number) => ({
		nonce: segmentNonce(index * segmentsPerChunk + number, last && number === count - 1),
		number,
	}));
}

/** Eleven bytes of counter, most significant first, and the flag on the last segment. A counter below 2^53 is all we need. */
function segmentNonce(number: number, last: boolean): Uint8Array<ArrayBuffer> {
	if (!Number.isSafeInteger(number)) throw new RangeError('A segment has a number from 0.');
	const nonce = new Uint8Array(12);
	new DataView(nonce.buffer).setBigUint64(3, BigInt(number));
	nonce[11] = last ? 1 : 0;
	return nonce;
}
