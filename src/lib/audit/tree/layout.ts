/**
 * The object of proofs: what lies beside a piece, under a CID of its own, so that a few hashes prove a leaf of it.
 *
 * It holds the hashes of levels 0 (the leaves of 1 KiB), 4, 8, 12 … of the piece's tree, the highest first, up to the first one with at most
 * 8192 nodes. An auditor reads that highest level whole (at most 256 KiB, which the piece's root confirms), then for each
 * sample the sixteen hashes below one of its nodes. All levels would double the object; the leaves alone would be a third of
 * a 100 MB piece's 460 samples. It is 3.3 % of a large piece.
 */

import { AppError } from '#lib/errors.ts';

/** From one stored level to the next; 2^4 = 16 hashes lie below a node. */
const heightStep = 4;
/** Hashes below one node of the stored level above. */
export const runHashes = 2 ** heightStep;
const topHashes = 8192;

export const hashBytes = 32;
export const halfBytes = 512;
/** Bytes of a leaf: what an audit in the page fetches and checks at once. */
export const leafBytes = 1024;

/** How many halves there are in a piece of `size` bytes. */
export const halfCount = (size: number): number => Math.ceil(size / halfBytes);
/** How many leaves there are in a piece of `size` bytes. */
export const leafCount = (size: number): number => Math.ceil(size / leafBytes);

export interface Level {
	/** 0 for the leaves of 1 KiB. */
	height: number;
	/** Its hashes in the object: how many, and the byte at which they start. */
	nodes: number;
	start: number;
}

/** The stored levels of a piece of `size` bytes, highest first, and how many bytes they have. Throws `records.invalid-input`. */
export function layoutOf(size: number): { levels: Level[]; bytes: number } {
	if (!Number.isSafeInteger(size) || size < 1)
		throw new AppError('records.invalid-input', `A piece has at least one byte, not ${size}.`);
	const counts = [leafCount(size)];
	while ((counts[0] ?? 0) > topHashes) counts.unshift(Math.ceil((counts[0] ?? 0) / runHashes));
	let bytes = 0;
	const levels = counts.map((nodes, i): Level => {
		const start = bytes;
		bytes += nodes * hashBytes;
		return { height: heightStep * (counts.length - 1 - i), nodes, start };
	});
	return { levels, bytes };
}
