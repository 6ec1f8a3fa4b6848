/**
 * From a source to sealed pieces with their addresses, and then to what audits need of them (`seal-audits.ts`). Only the first of the sealed bytes are kept, so
 * that a small file is sealed once and a large one is on its way at once; the rest of a piece is sealed again, chunk by chunk, when it is sent,
 * so that a file of any size needs the memory of a few stripes.
 *
 * Bytes of a file that changed meanwhile are not given out: sealed under the same nonce they would give both away (`seal-batch.ts`).
 */

import type { CID } from 'multiformats/cid';
import { plainChunkBytes, sealedSize } from '#lib/crypto/stream.ts';
import { shardSize, type Code } from '#lib/storage/erasure.ts';
import { createAudits, type PieceProofs } from '#lib/storage/seal-audits.ts';
import { payloadOf } from '#lib/storage/payload.ts';
import { sealAgain, type BatchOrder } from '#lib/storage/seal-batch.ts';
import { addressInPool, inBatches, payloadInPool, stripesPerBatch } from '#lib/storage/seal-pool.ts';
import { createSealer, type SealOrder } from '#lib/storage/sealer.ts';
import type { ByteSource } from '#lib/storage/store.ts';
import { buildTree, leafBytes, sizeOf, type Block } from '#lib/storage/tree.ts';

/** How many sealed chunks, of all pieces together, are kept. */
const mostKept = 36;

export interface SealedPiece {
	/** Which of the n pieces. */
	index: number;
	cid: CID;
	commitment: Uint8Array;
	bytes: ByteSource;
	/** Resolves when some bytes, of any of the pieces, were made for whoever sends them. */
	given: Promise<void>;
	/** The nodes of its tree. */
	nodes: Block[];
	/** What lies beside it for audits. The pass over all pieces that makes it begins when the first of them is asked. Rejects as `sealPieces` does. */
	proofs: () => Promise<PieceProofs>;
}

export interface SealOptions {
	/** The part's key, 32 bytes, never used for another source. */
	key: Uint8Array;
	code: Code;
	/** Which of the n pieces; all where it is not said. */
	shards?: readonly number[] | undefined;
	signal?: AbortSignal | undefined;
	/** Called with the bytes of the source sealed so far. */
	onProgress?: ((done: number) => void) | undefined;
}

/**
 * Seals the pieces; resolves as soon as their addresses are known. Throws `records.invalid-input` when the source cannot be read or
 * changes, `crypto.wrong-key`, `general.cancelled`.
 */
export async function sealPieces(source: Blob | Uint8Array, options: SealOptions): Promise<SealedPiece[]> {
	const { key, code, signal, onProgress } = options;
	const { shards = Array.from({ length: code.n }, (_, index) => index) } = options;
	const size = sizeOf(source);
	const order = { source, key, code, shards };
	const { chunks, commitments } = await createSealer(order);
	const keep = Math.floor(mostKept / shards.length) >= Math.min(chunks, stripesPerBatch(order));
	const digests = shards.map((): Uint8Array[] => []);
	const tags = shards.map((): Uint8Array[] => []);
	const starts: Uint8Array[] = [];
	const address = (batch: BatchOrder) => addressInPool({ ...batch, keep: keep && batch.from === 0 });
	onProgress?.(0);
	for await (const { batch, result } of inBatches(order, { chunks, signal }, address)) {
		for (const [i, addressed] of result.entries()) {
			digests[i]?.push(...addressed.digests);
			tags[i]?.push(...addressed.tags);
			if (addressed.bytes) starts[i] = addressed.bytes;
		}
		onProgress?.(Math.min(size, batch.to * code.k * plainChunkBytes));
	}
	const total = sealedSize(shardSize(size, code.k));
	const audits = createAudits(order, { chunks, tags, total, signal });
	return Promise.all(
		shards.map(async (index, i): Promise<SealedPiece> => {
			const { cid, nodes } = await buildTree(digests[i] ?? [], total);
			const again = sealedAgain({ ...order, shards: [index] }, tags[i] ?? [], total);
			const bytes = audits.behind(withStart(again, starts[i]));
			const commitment = commitments[i] ?? new Uint8Array();
			return { index, cid, commitment, bytes, given: audits.given, nodes, proofs: () => audits.proofs(i) };
		}),
	);
}

/** One piece's bytes, made when they are asked for; `tags` are its chunks'. */
function sealedAgain(order: SealOrder, tags: readonly Uint8Array[], size: number): ByteSource {
	const around = (start: number, end: number) => {
		const [from, to] = [Math.floor(start / leafBytes), Math.ceil(end / leafBytes)];
		return { batch: { ...order, from, to }, itsTags: tags.slice(from, to) };
	};
	const source = {
		size,
		async read(start: number, end: number) {
			const { batch, itsTags } = around(start, end);
			const at = batch.from * leafBytes;
			const room = new Uint8Array(Math.min(size, batch.to * leafBytes) - at);
			return (await sealAgain(batch, itsTags, room)).subarray(start - at, end - at);
		},
		async payload(start: number, end: number) {
			const { batch, itsTags } = around(start, end);
			const isWhole = batch.from * leafBytes === start && Math.min(size, batch.to * leafBytes) === end;
			return isWhole ? payloadInPool(batch, itsTags) : payloadOf(await source.read(start, end));
		},
	};
	return source;
}

/** The same bytes, the first of them from memory. */
function withStart(rest: ByteSource, first: Uint8Array | undefined): ByteSource {
	if (!first) return rest;
	const isFirst = (end: number) => end <= first.length;
	return {
		size: rest.size,
		read: async (start, end) => (isFirst(end) ? first.subarray(start, end) : rest.read(start, end)),
		payload: (start, end) => (isFirst(end) ? payloadOf(first, start, end) : payloadOf(rest, start, end)),
	};
}
