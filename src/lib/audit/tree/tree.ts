/**
 * The tree by which anyone checks that a cloud still holds a piece, without fetching all of it (DESIGN §4, docs/formats.md).
 *
 * A Merkle tree of RFC 9162's shape (an odd node rises as it is) over the sealed piece's bytes, in halves of 512 bytes. Two
 * halves make a *leaf* of 1 KiB: what an audit in the page fetches; the contract is handed one half, because bytes are what a
 * transaction pays for. Leaf data, nodes, the ends of a piece and of a record are hashed under tags of their own, so none passes for
 * another; the half's index is hashed with its bytes, and the piece's size with the top, which fixes how many halves there are and how deep
 * each lies.
 *
 * It proves possession of bytes, not who possesses them: a cloud that fetches from elsewhere when asked passes too. That is why
 * each piece is sealed under a key of its own and no two clouds hold the same bytes.
 */

import { concat, equal, uint64 } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { digests } from '#lib/audit/tree/digests.ts';
import { halfBytes, halfCount, hashBytes } from '#lib/audit/tree/layout.ts';

/** First byte of everything that is hashed: what it is. */
const tags = { half: 0, node: 1, piece: 2, recordLeaf: 3, record: 4 } as const;

/**
 * The hashes (32 bytes each, joined) of the leaves that `bytes` make up. `bytes` is a run of a piece that starts at the half
 * `firstHalfIndex`, which is even, and has whole leaves unless it ends the piece. Throws `records.invalid-input`.
 */
export async function hashLeaves(bytes: Uint8Array, firstHalfIndex: number): Promise<Uint8Array<ArrayBuffer>> {
	if (!Number.isSafeInteger(firstHalfIndex) || firstHalfIndex < 0 || firstHalfIndex % 2 !== 0 || bytes.length === 0)
		throw new AppError('records.invalid-input', 'A run of leaves starts at an even half and is not empty.');
	const whole = Math.floor(bytes.length / halfBytes);
	const halves = await digests(bytes.subarray(0, whole * halfBytes), halfBytes, {
		length: 9,
		write(into, offset, i) {
			into[offset] = tags.half;
			writeUint64(into, offset + 1, firstHalfIndex + i);
		},
	});
	if (whole * halfBytes === bytes.length) return hashLevel(halves);
	const last = await hashHalf(bytes.subarray(whole * halfBytes), firstHalfIndex + whole);
	return hashLevel(concat(halves, last));
}

/** The hashes of the level above: of each two the node over them, of a single last one itself. */
export async function hashLevel(level: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
	const pairs = Math.floor(level.length / (2 * hashBytes));
	const nodes = await digests(level.subarray(0, 2 * pairs * hashBytes), 2 * hashBytes, {
		length: 1,
		write: (into, offset) => (into[offset] = tags.node),
	});
	return concat(nodes, level.subarray(2 * pairs * hashBytes));
}

/** The top of the tree over hashes of one level. */
export async function topOf(level: Uint8Array): Promise<Uint8Array> {
	let top = level;
	while (top.length > hashBytes) top = await hashLevel(top);
	return top;
}

/** The root of a piece: its size, and the top of its tree. */
export async function pieceRoot(top: Uint8Array, size: number): Promise<Uint8Array<ArrayBuffer>> {
	return sha256(concat(Uint8Array.of(tags.piece), uint64(size), top));
}

/** The hash of one half of a leaf. */
export async function hashHalf(bytes: Uint8Array, index: number): Promise<Uint8Array<ArrayBuffer>> {
	return sha256(concat(Uint8Array.of(tags.half), uint64(index), bytes));
}

/**
 * The root over all pieces of a record, in the order in which its header lists them: what the chain holds as `auditRoot`.
 * Throws `records.invalid-input` for none, or for roots of another length.
 */
export async function recordRoot(pieceRoots: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
	if (pieceRoots.length === 0 || pieceRoots.some((root) => root.length !== hashBytes))
		throw new AppError('records.invalid-input', 'A record has pieces, each with a root of 32 bytes.');
	const leaves = await Promise.all(pieceRoots.map((root, i) => hashPieceRoot(root, i)));
	return closeRecord(await topOf(concat(...leaves)), pieceRoots.length);
}

/** The hash by which a piece's root stands in the tree of its record. */
export async function hashPieceRoot(root: Uint8Array, index: number): Promise<Uint8Array<ArrayBuffer>> {
	return sha256(concat(Uint8Array.of(tags.recordLeaf), uint64(index), root));
}

/** The root of a record: how many pieces it has, and the top of the tree over them. */
export async function closeRecord(top: Uint8Array, pieces: number): Promise<Uint8Array<ArrayBuffer>> {
	return sha256(concat(Uint8Array.of(tags.record), uint64(pieces), top));
}

/**
 * The top that a path leads to from the hash of node `index` of `count` (RFC 9162 §2.1.3.2); null for a path that is too short, too
 * long, or of no such node. The path has the sibling's hash of every level where the node has one.
 */
export async function climb(
	hash: Uint8Array,
	{ index, count, path }: { index: number; count: number; path: readonly Uint8Array[] },
): Promise<Uint8Array | null> {
	if (!Number.isSafeInteger(index) || !Number.isSafeInteger(count) || index < 0 || index >= count) return null;
	if (path.some((sibling) => sibling.length !== hashBytes)) return null;
	let node = hash;
	let used = 0;
	for (let [i, nodes] = [index, count]; nodes > 1; [i, nodes] = [Math.floor(i / 2), Math.ceil(nodes / 2)]) {
		if (i % 2 === 0 && i === nodes - 1) continue;
		const sibling = path[used++];
		if (!sibling) return null;
		node = await hashLevel(i % 2 === 0 ? concat(node, sibling) : concat(sibling, node));
	}
	return used === path.length ? node : null;
}

/** Which bytes are said to lie in a piece, and where. */
export interface HalfProof {
	/** The piece's size in bytes. */
	size: number;
	/** Which half, counted from 0. */
	index: number;
	/** The half's bytes: 512, or what is left at the end of the piece. */
	bytes: Uint8Array;
	/** The siblings' hashes from the half up to the piece's top. */
	path: readonly Uint8Array[];
}

/** Whether these bytes are that half of the piece with this root. False for anything malformed; never throws. */
export async function verifyPath(root: Uint8Array, { size, index, bytes, path }: HalfProof): Promise<boolean> {
	if (!Number.isSafeInteger(size) || size < 1 || !Number.isSafeInteger(index) || index < 0) return false;
	if (bytes.length !== Math.min(halfBytes, size - index * halfBytes)) return false;
	const top = await climb(await hashHalf(bytes, index), { index, count: halfCount(size), path });
	return top !== null && equal(root, await pieceRoot(top, size));
}

/** The hashes that `climb` needs from node `index` of this level upwards. */
export async function pathFrom(level: Uint8Array, index: number): Promise<Uint8Array[]> {
	const path: Uint8Array[] = [];
	let i = index;
	for (let nodes = level; nodes.length > hashBytes; nodes = await hashLevel(nodes)) {
		const sibling = nodes.slice((i ^ 1) * hashBytes, ((i ^ 1) + 1) * hashBytes);
		if (sibling.length > 0) path.push(sibling);
		i = Math.floor(i / 2);
	}
	return path;
}

/**
 * The nodes whose hashes lead from some halves (ascending, each once) to the top of a tree over `count`, in the order in which the contract
 * takes them: level by level from below, from left to right. Height 0 are the halves. What their paths share is there once.
 */
export function siblingsOf(halves: readonly number[], count: number): { height: number; index: number }[] {
	const needed: { height: number; index: number }[] = [];
	let known = [...halves];
	for (let [height, nodes] = [0, count]; nodes > 1; [height, nodes] = [height + 1, Math.ceil(nodes / 2)]) {
		const together = new Set(known);
		for (const index of known) {
			const sibling = index % 2 === 0 ? index + 1 : index - 1;
			if (sibling < nodes && !together.has(sibling)) needed.push({ height, index: sibling });
		}
		known = [...new Set(known.map((index) => Math.floor(index / 2)))];
	}
	return needed;
}

/** As `uint64` of a safe integer, without a new array for each. */
function writeUint64(into: Uint8Array, offset: number, value: number): void {
	let rest = value;
	for (let i = offset + 7; i >= offset; i--) {
		into[i] = rest % 256;
		rest = Math.floor(rest / 256);
	}
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
	return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
