/**
 * From a source to sealed pieces with their addresses, and then to what audits need of them. Only the first of the sealed bytes are kept, so
 * that a small file is sealed once and a large one is on its way at once; the rest of a piece is sealed again, chunk by chunk, when it is sent,
 * so that a file of any size needs the memory of a few stripes.
 *
 * Bytes of a file that changed meanwhile are not given out: sealed under the same nonce they would give both away (`seal-batch.ts`).
 */

import type { CID } from 'multiformats/cid';
import { buildAudit } from '#lib/audit/tree/index.ts';
import { plainChunkBytes, sealedSize } from '#lib/crypto/stream.ts';
import { shardSize, type Code } from '#lib/storage/erasure.ts';
import { inOrder } from '#lib/storage/in-order.ts';
import { cancelled } from '#lib/storage/request.ts';
import { checkTags, type BatchOrder } from '#lib/storage/seal-batch.ts';
import { addressInPool, auditInPool, batchesAtOnce } from '#lib/storage/seal-pool.ts';
import { createSealer, type SealOrder } from '#lib/storage/sealer.ts';
import type { ByteSource } from '#lib/storage/store.ts';
import { buildTree, leafBytes, sizeOf, treeOf, type Block } from '#lib/storage/tree.ts';

/** Chunks of the source that are read at once: each call to a Blob is dear. */
const chunksPerBatch = 12;
/** How many sealed chunks, of all pieces together, are kept. */
const mostKept = 36;

export interface SealedPiece {
	/** Which of the n pieces. */
	index: number;
	cid: CID;
	commitment: Uint8Array;
	bytes: ByteSource;
	/** The nodes of its tree. */
	nodes: Block[];
	/** What lies beside it for audits; ready some time after the piece. Rejects as `sealPieces` does. */
	proofs: Promise<PieceProofs>;
}

export interface PieceProofs {
	/** The root of the piece's audit tree, 32 bytes. */
	root: Uint8Array;
	/** The object that holds the tree's hashes. */
	cid: CID;
	bytes: Blob;
	nodes: Block[];
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
	const keep = Math.floor(mostKept / shards.length) >= Math.min(chunks, stripesPerBatch(code));
	const digests = shards.map((): Uint8Array[] => []);
	const tags = shards.map((): Uint8Array[] => []);
	const starts: Uint8Array[] = [];
	const address = (batch: BatchOrder) => addressInPool({ ...batch, keep: keep && batch.from === 0 });
	onProgress?.(0);
	for await (const { batch, result } of batches(order, chunks, signal, address)) {
		for (const [i, addressed] of result.entries()) {
			digests[i]?.push(...addressed.digests);
			tags[i]?.push(...addressed.tags);
			if (addressed.bytes) starts[i] = addressed.bytes;
		}
		onProgress?.(Math.min(size, batch.to * code.k * plainChunkBytes));
	}
	const total = sealedSize(shardSize(size, code.k));
	const sending = createSending();
	const proofs = audits(order, { chunks, tags, total, signal, sending });
	proofs.catch(() => undefined); // a failure is met by whoever waits for a piece's proofs
	return Promise.all(
		shards.map(async (index, i): Promise<SealedPiece> => {
			const { cid, nodes } = await buildTree(digests[i] ?? [], total);
			const again = await sealedAgain({ ...order, shards: [index] }, tags[i] ?? [], total);
			const bytes = sending.watch(withStart(again, starts[i]));
			const commitment = commitments[i] ?? new Uint8Array();
			return { index, cid, commitment, bytes, nodes, proofs: itemOf(proofs, i) };
		}),
	);
}

/** The second pass. It gives way to pieces that are being sent: what they wait for is on the way to the clouds, and this is not. */
async function audits(
	order: SealOrder,
	sealed: { chunks: number; tags: Uint8Array[][]; total: number; signal: AbortSignal | undefined; sending: Sending },
): Promise<PieceProofs[]> {
	const { chunks, tags, total, signal, sending } = sealed;
	const leaves = order.shards.map((): Blob[] => []);
	const audit = (batch: BatchOrder) =>
		sending.giveWay(() => auditInPool(batch, tags.map((all) => all.slice(batch.from, batch.to)))); // prettier-ignore
	for await (const { result } of batches(order, chunks, signal, audit)) {
		for (const [i, bytes] of result.entries()) leaves[i]?.push(new Blob([bytes as Uint8Array<ArrayBuffer>]));
	}
	const made: PieceProofs[] = [];
	// One after another: a large piece's tree is tens of megabytes while it is built.
	for (const parts of leaves) {
		const hashes = new Uint8Array(await new Blob(parts).arrayBuffer());
		const { root, proofs } = await buildAudit(hashes, total);
		const { cid, nodes } = await treeOf(proofs);
		made.push({ root, cid, nodes, bytes: new Blob([proofs]) });
	}
	return made;
}

/** Runs the work over all stripes, some batches at once, with the results in order. */
async function* batches<Result>(
	order: SealOrder,
	chunks: number,
	signal: AbortSignal | undefined,
	work: (batch: BatchOrder) => Promise<Result>,
): AsyncGenerator<{ batch: BatchOrder; result: Result }> {
	const stripes = stripesPerBatch(order.code);
	const starts = Array.from({ length: Math.ceil(chunks / stripes) }, (_, i) => i * stripes);
	yield* inOrder(starts, batchesAtOnce, async (from) => {
		if (signal?.aborted) throw cancelled(signal.reason);
		const batch = { ...order, from, to: Math.min(chunks, from + stripes) };
		return { batch, result: await work(batch) };
	});
}

const stripesPerBatch = ({ k }: Code): number => Math.max(1, Math.floor(chunksPerBatch / k));

/** What is sent goes first. */
interface Sending {
	/** The same bytes; making them counts as sending. */
	watch(bytes: ByteSource): ByteSource;
	/** Does the work, once sending has begun one at a time, and when no bytes are being made for it. */
	giveWay<Result>(work: () => Promise<Result>): Promise<Result>;
}

function createSending(): Sending {
	const reading = new Set<Promise<Uint8Array>>();
	let begun = false;
	let last: Promise<unknown> = Promise.resolve();
	const afterReading = async (): Promise<void> => {
		while (reading.size > 0) await Promise.allSettled(reading);
	};
	return {
		watch: (source) => ({
			size: source.size,
			read(start, end) {
				begun = true;
				const bytes = source.read(start, end).finally(() => reading.delete(bytes));
				reading.add(bytes);
				return bytes;
			},
		}),
		giveWay(work) {
			if (!begun) return work();
			const done = last.then(afterReading).then(work);
			last = done.catch(() => undefined);
			return done;
		},
	};
}

function itemOf(all: Promise<PieceProofs[]>, i: number): Promise<PieceProofs> {
	const one = all.then((made) => made[i] as PieceProofs);
	one.catch(() => undefined);
	return one;
}

/** One piece's bytes, made when they are asked for; `tags` are its chunks'. */
async function sealedAgain(order: SealOrder, tags: readonly Uint8Array[], size: number): Promise<ByteSource> {
	const sealer = await createSealer(order);
	return {
		size,
		async read(start, end) {
			const [first, last] = [Math.floor(start / leafBytes), Math.ceil(end / leafBytes)];
			const bytes = new Uint8Array(Math.min(size, last * leafBytes) - first * leafBytes);
			const room = (index: number) => bytes.subarray((index - first) * leafBytes);
			let index = first;
			for await (const [sealed] of sealer.seal(first, last, (i) => [room(i)]))
				checkTags(sealed ?? bytes, tags[index++]);
			return bytes.subarray(start - first * leafBytes, end - first * leafBytes);
		},
	};
}

/** The same bytes, the first of them from memory. */
function withStart(rest: ByteSource, first: Uint8Array | undefined): ByteSource {
	if (!first) return rest;
	const isFirst = (end: number) => end <= first.length;
	return {
		size: rest.size,
		read: (start, end) => (isFirst(end) ? Promise.resolve(first.subarray(start, end)) : rest.read(start, end)),
	};
}
