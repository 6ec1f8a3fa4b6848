/**
 * From a source to one sealed piece with its address, in a single pass over the bytes: each chunk is read, sealed and hashed, a few at a time.
 * The sealed bytes go into Blobs, which the browser may move to disk.
 */

import type { CID } from 'multiformats/cid';
import { chunkCount, derivePieceKey, plainChunkBytes, sealChunk, type PiecePlace } from '#lib/crypto/stream.ts';
import { AppError, asAppError } from '#lib/errors.ts';
import { rawTwin, sha256 } from '#lib/storage/cid.ts';
import { inOrder } from '#lib/storage/in-order.ts';
import { cancelled } from '#lib/storage/request.ts';
import type { PutOptions, Store } from '#lib/storage/store.ts';
import { buildTree, bytesOf, sizeOf, type Block } from '#lib/storage/tree.ts';

const chunksAtOnce = 4;

export interface SealedPiece {
	cid: CID;
	commitment: Uint8Array;
	bytes: Blob;
	/** The nodes of its tree. */
	nodes: Block[];
}

export interface SealOptions {
	/** The part's key, 32 bytes, never used for another source. */
	key: Uint8Array;
	place: PiecePlace;
	signal?: AbortSignal | undefined;
	/** Called with the bytes of the source sealed so far. */
	onProgress?: ((done: number) => void) | undefined;
}

/** Seals one piece. Throws `records.invalid-input` when the source cannot be read, `crypto.wrong-key`, `general.cancelled`. */
export async function sealPiece(
	source: Blob | Uint8Array,
	{ key, place, signal, onProgress }: SealOptions,
): Promise<SealedPiece> {
	const pieceKey = await derivePieceKey(key, place);
	const size = sizeOf(source);
	const chunks = chunkCount(size);
	const parts: Blob[] = [];
	const digests: Uint8Array[] = [];
	const sealed = inOrder(Array(chunks).keys(), chunksAtOnce, async (index) => {
		if (signal?.aborted) throw cancelled(signal.reason);
		const bytes = await sealChunk(pieceKey, index, index === chunks - 1, await read(source, index));
		return { part: new Blob([bytes]), digest: await sha256(bytes) };
	});
	for await (const { part, digest } of sealed) {
		parts.push(part);
		digests.push(digest);
		onProgress?.(Math.min(size, parts.length * plainChunkBytes));
	}
	const bytes = new Blob(parts);
	const { cid, nodes } = await buildTree(digests, bytes.size);
	return { cid, commitment: pieceKey.commitment, bytes, nodes };
}

/** Puts a piece on a store: its bytes, then the nodes of its tree as blocks beside it, so that whoever finds them finds all. */
export async function putPiece(store: Store, { cid, bytes, nodes }: SealedPiece, options?: PutOptions): Promise<void> {
	await store.put(cid, bytes, options);
	for (const node of nodes) await store.put(rawTwin(node.cid), node.bytes, { signal: options?.signal });
}

async function read(source: Blob | Uint8Array, index: number): Promise<Uint8Array> {
	const start = index * plainChunkBytes;
	const expected = Math.min(sizeOf(source) - start, plainChunkBytes);
	try {
		const bytes = await bytesOf(source, start, start + expected);
		if (bytes.length === expected) return bytes;
	} catch (cause) {
		throw asAppError(cause, 'records.invalid-input');
	}
	throw new AppError('records.invalid-input', 'The file changed while it was read.');
}
