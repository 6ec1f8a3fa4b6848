/** The audit tree again, as RFC 9162 §2.1.1 defines it and as slowly as it reads: recursion and WebCrypto. */
import { concat, uint64 } from '#lib/bytes.ts';

async function sha256(...parts: Uint8Array[]): Promise<Uint8Array> {
	return new Uint8Array(await crypto.subtle.digest('SHA-256', concat(...parts)));
}

/** MTH: the largest power of two below the count goes to the left. */
async function rfcTop(hashes: Uint8Array[]): Promise<Uint8Array> {
	if (hashes.length === 1) return hashes[0]!;
	let split = 1;
	while (2 * split < hashes.length) split *= 2;
	return sha256(Uint8Array.of(1), await rfcTop(hashes.slice(0, split)), await rfcTop(hashes.slice(split)));
}

/** PATH: the hashes that prove node `index`, from below. */
async function rfcPath(hashes: Uint8Array[], index: number): Promise<Uint8Array[]> {
	if (hashes.length === 1) return [];
	let split = 1;
	while (2 * split < hashes.length) split *= 2;
	const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
	return index < split
		? [...(await rfcPath(left, index)), await rfcTop(right)]
		: [...(await rfcPath(right, index - split)), await rfcTop(left)];
}

/** The hashes of a piece's halves. */
export async function halvesOf(piece: Uint8Array): Promise<Uint8Array[]> {
	const starts = Array.from({ length: Math.ceil(piece.length / 512) }, (_, i) => i * 512);
	return Promise.all(starts.map((start, i) => sha256(Uint8Array.of(0), uint64(i), piece.slice(start, start + 512))));
}

export async function referenceRoot(piece: Uint8Array): Promise<Uint8Array> {
	return sha256(Uint8Array.of(2), uint64(piece.length), await rfcTop(await halvesOf(piece)));
}

export async function referencePath(piece: Uint8Array, index: number): Promise<Uint8Array[]> {
	return rfcPath(await halvesOf(piece), index);
}

export async function referenceRecordRoot(roots: Uint8Array[]): Promise<Uint8Array> {
	const leaves = await Promise.all(roots.map((root, i) => sha256(Uint8Array.of(3), uint64(i), root)));
	return sha256(Uint8Array.of(4), uint64(roots.length), await rfcTop(leaves));
}
