/**
 * The tree over a piece's leaves: UnixFS in dag-pb, profile `unixfs-v1-2025` (IPIP-499): raw leaves of 1 MiB, up to 1024
 * links a node, balanced. IPFS nodes compute the same addresses, so a piece can be pinned, fetched and checked by any of them.
 * Bytes of one leaf are that leaf alone; there is no tree.
 *
 * https://specs.ipfs.tech/ipips/ipip-0499/ · https://specs.ipfs.tech/unixfs/
 */

import { createLink, createNode, decode, encode } from '@ipld/dag-pb';
import { varint } from 'multiformats';
import type { CID } from 'multiformats/cid';
import { AppError } from '#lib/errors.ts';
import { cidFromDigest, cidOfBlock, codecs, maxBlockBytes, readCid, sha256 } from '#lib/storage/cid.ts';
import type { Content } from '#lib/storage/store.ts';

export const leafBytes = maxBlockBytes;
const width = 1024;
/** 1024^4 leaves are 2^60 bytes: no true tree is deeper. */
const maxDepth = 4;

export interface Block {
	cid: CID;
	bytes: Uint8Array;
}

export interface Leaf {
	cid: CID;
	/** Where its bytes start and end (exclusive) in the whole. */
	start: number;
	end: number;
}

export interface Tree {
	/** The address of the whole. */
	cid: CID;
	/** The dag-pb nodes, children before parents, the root last; none for a single leaf. */
	nodes: Block[];
	leaves: Leaf[];
}

interface Branch {
	cid: CID;
	/** Bytes of the file below it. */
	size: number;
	/** Bytes of all blocks below it, itself included: dag-pb's Tsize. */
	stored: number;
}

/** The tree over leaves with these digests; all leaves are full but the last, which makes up `size` bytes. */
export async function buildTree(digests: readonly Uint8Array[], size: number): Promise<Tree> {
	const leaves = digests.map((digest, i): Leaf => {
		return { cid: cidFromDigest(digest, 'raw'), start: i * leafBytes, end: Math.min(size, (i + 1) * leafBytes) };
	});
	const nodes: Block[] = [];
	let level = leaves.map(({ cid, start, end }): Branch => ({ cid, size: end - start, stored: end - start }));
	while (level.length > 1) {
		const parents: Branch[] = [];
		for (let i = 0; i < level.length; i += width) {
			const { block, branch } = await join(level.slice(i, i + width));
			nodes.push(block);
			parents.push(branch);
		}
		level = parents;
	}
	const root = level[0];
	if (!root) throw new AppError('records.invalid-input', 'A tree has at least one leaf.');
	return { cid: root.cid, nodes, leaves };
}

/** The tree over any bytes, read a leaf at a time. Throws `general.cancelled`. */
export async function treeOf(source: Content, options: { signal?: AbortSignal | undefined } = {}): Promise<Tree> {
	const size = sizeOf(source);
	const digests: Uint8Array[] = [];
	for (let start = 0; start === 0 || start < size; start += leafBytes) {
		if (options.signal?.aborted) throw new AppError('general.cancelled', 'Hashing was cancelled.');
		digests.push(await sha256(await bytesOf(source, start, start + leafBytes)));
	}
	return buildTree(digests, size);
}

/** The address of any bytes, as an IPFS node computes it. Throws `general.cancelled`. */
export async function cidOf(source: Content, options?: { signal?: AbortSignal | undefined }): Promise<CID> {
	return (await treeOf(source, options)).cid;
}

/** Bytes from `start` to before `end` of a source, fewer where it ends sooner. Throws `records.invalid-input` for a source that gives another number. */
export async function bytesOf(source: Content, start = 0, end = sizeOf(source)): Promise<Uint8Array> {
	if (source instanceof Uint8Array) return source.subarray(start, end);
	if (source instanceof Blob) return new Uint8Array(await source.slice(start, end).arrayBuffer());
	const [from, to] = [Math.min(start, source.size), Math.min(end, source.size)];
	const bytes = from < to ? await source.read(from, to) : new Uint8Array();
	if (bytes.length === to - from) return bytes;
	throw new AppError('records.invalid-input', 'A source gave another number of bytes than were asked for.');
}

/** The same bytes as a Blob where that costs nothing, else read into memory: what `fetch` takes. */
export async function blobOf(source: Content, start = 0, end = sizeOf(source)): Promise<Blob> {
	if (source instanceof Blob) return source.slice(start, end);
	if ('payload' in source) return (await source.payload(start, end)).blob;
	return new Blob([(await bytesOf(source, start, end)) as Uint8Array<ArrayBuffer>]);
}

/** The length of a source in bytes. */
export function sizeOf(source: Content): number {
	return source instanceof Uint8Array ? source.length : source.size;
}

/** The size of the whole that a root node describes. Throws `storage.corrupt` for what is no such node. */
export function sizeOfNode(node: Uint8Array): number {
	return parseNode(node).reduce((sum, child) => sum + child.size, 0);
}

/**
 * The leaves that hold the bytes from `start` to before `end`, in order; null where a node is missing.
 * `load` gives a node's bytes, already checked against its address. Throws `storage.corrupt` for a node that is malformed.
 */
export async function leavesWithin(
	root: CID,
	start: number,
	end: number,
	load: (cid: CID) => Promise<Uint8Array | null>,
): Promise<Leaf[] | null> {
	async function walk(cid: CID, offset: number, depth: number): Promise<Leaf[] | null> {
		if (depth > maxDepth) throw corrupt('it is too deep');
		const node = await load(cid);
		if (!node) return null;
		const leaves: Leaf[] = [];
		for (const child of parseNode(node)) {
			const from = offset;
			offset += child.size;
			if (offset <= start || from >= end) continue;
			if (child.cid.code === codecs.raw) leaves.push({ cid: child.cid, start: from, end: offset });
			else {
				const below = await walk(child.cid, from, depth + 1);
				if (!below) return null;
				leaves.push(...below);
			}
		}
		return leaves;
	}
	return walk(root, 0, 1);
}

async function join(children: Branch[]): Promise<{ block: Block; branch: Branch }> {
	const size = children.reduce((sum, child) => sum + child.size, 0);
	const links = children.map((child) => createLink('', child.stored, child.cid));
	const bytes = encode(createNode(fileData(size, children.map((child) => child.size)), links)); // prettier-ignore
	const cid = await cidOfBlock(bytes, 'dag-pb');
	const stored = bytes.length + children.reduce((sum, child) => sum + child.stored, 0);
	return { block: { cid, bytes }, branch: { cid, size, stored } };
}

/** The UnixFS message of a file: field 1 Type = 2 (File), field 3 filesize, field 4 blocksizes, all varints. */
function fileData(size: number, sizes: readonly number[]): Uint8Array {
	const fields = [1, 2, 3, size, ...sizes.flatMap((blockSize) => [4, blockSize])];
	const numbers = fields.map((value, i) => (i % 2 === 0 ? value << 3 : value));
	const bytes = new Uint8Array(numbers.reduce((sum, value) => sum + varint.encodingLength(value), 0));
	let offset = 0;
	for (const value of numbers) {
		varint.encodeTo(value, bytes, offset);
		offset += varint.encodingLength(value);
	}
	return bytes;
}

/** A node's children with the bytes below each. The reverse of `fileData`, strict: nothing but what a file of this profile has. */
function parseNode(bytes: Uint8Array): { cid: CID; size: number }[] {
	try {
		const node = decode(bytes);
		const sizes = blockSizes(node.Data ?? new Uint8Array());
		if (sizes.length !== node.Links.length || sizes.length === 0) throw corrupt('links and sizes differ in number');
		return node.Links.map((link, i) => {
			const cid = readCid(link.Hash);
			const size = sizes[i] ?? 0;
			const fits = cid.code === codecs.raw ? size <= leafBytes : cid.code === codecs['dag-pb'];
			if (!fits || size < 1 || !Number.isSafeInteger(size)) throw corrupt('a link is of no leaf and no node');
			return { cid, size };
		});
	} catch (cause) {
		if (cause instanceof AppError && cause.code === 'storage.corrupt') throw cause;
		throw corrupt('it does not decode', cause);
	}
}

function blockSizes(data: Uint8Array): number[] {
	const numbers: number[] = [];
	for (let offset = 0; offset < data.length;) {
		const [value, length] = varint.decode(data, offset);
		numbers.push(value);
		offset += length;
	}
	const sizes = numbers.filter((_, i) => i >= 5 && i % 2 === 1);
	const total = sizes.reduce((sum, size) => sum + size, 0);
	const expected = fileData(total, sizes);
	if (expected.length !== data.length || expected.some((byte, i) => byte !== data[i]))
		throw corrupt('it is no UnixFS file');
	return sizes;
}

function corrupt(why: string, cause?: unknown): AppError {
	return new AppError('storage.corrupt', `A node of a file's tree is malformed: ${why}.`, { cause });
}
