/**
 * From a source to sealed pieces with their addresses, in one pass over its bytes. The sealed bytes are not kept: a piece is sealed
 * again, chunk by chunk, when it is sent, so that a file of any size needs the memory of a few stripes.
 *
 * A chunk that is made again must hash to what it hashed to before. Otherwise the file changed meanwhile, and handing out the
 * other bytes, sealed under the same nonce, would give both away.
 */

import type { CID } from 'multiformats/cid';
import { equal } from '#lib/bytes.ts';
import { plainChunkBytes, sealedSize } from '#lib/crypto/stream.ts';
import { AppError } from '#lib/errors.ts';
import { sha256 } from '#lib/storage/cid.ts';
import { shardSize, type Code } from '#lib/storage/erasure.ts';
import { inOrder } from '#lib/storage/in-order.ts';
import { cancelled } from '#lib/storage/request.ts';
import { createSealer, type SealOrder } from '#lib/storage/sealer.ts';
import type { ByteSource } from '#lib/storage/store.ts';
import { buildTree, leafBytes, sizeOf, type Block } from '#lib/storage/tree.ts';

const stripesAtOnce = 4;

export interface SealedPiece {
	/** Which of the n pieces. */
	index: number;
	cid: CID;
	commitment: Uint8Array;
	bytes: ByteSource;
	/** The nodes of its tree. */
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

/** Seals the pieces. Throws `records.invalid-input` when the source cannot be read, `crypto.wrong-key`, `general.cancelled`. */
export async function sealPieces(source: Blob | Uint8Array, options: SealOptions): Promise<SealedPiece[]> {
	const { key, code, signal, onProgress } = options;
	const { shards = Array.from({ length: code.n }, (_, index) => index) } = options;
	const size = sizeOf(source);
	const sealer = await createSealer({ source, key, code, shards });
	const digests = shards.map((): Uint8Array[] => []);
	const stripes = inOrder(Array(sealer.chunks).keys(), stripesAtOnce, async (index) => {
		if (signal?.aborted) throw cancelled(signal.reason);
		return Promise.all((await sealer.seal(index)).map(sha256));
	});
	for await (const stripe of stripes) {
		for (const [i, digest] of stripe.entries()) digests[i]?.push(digest);
		onProgress?.(Math.min(size, (digests[0]?.length ?? 0) * code.k * plainChunkBytes));
	}
	const total = sealedSize(shardSize(size, code.k));
	return Promise.all(
		shards.map(async (index, i): Promise<SealedPiece> => {
			const leaves = digests[i] ?? [];
			const { cid, nodes } = await buildTree(leaves, total);
			const bytes = await sealedAgain({ source, key, code, shards: [index] }, leaves, total);
			return { index, cid, commitment: sealer.commitments[i] ?? new Uint8Array(), bytes, nodes };
		}),
	);
}

/** One piece's bytes, made when they are asked for; `digests` are its chunks'. */
async function sealedAgain(order: SealOrder, digests: readonly Uint8Array[], size: number): Promise<ByteSource> {
	const sealer = await createSealer(order);
	async function chunk(index: number): Promise<Uint8Array> {
		const [sealed] = await sealer.seal(index);
		const digest = digests[index];
		if (sealed && digest && equal(await sha256(sealed), digest)) return sealed;
		throw new AppError('records.invalid-input', 'The file changed while it was saved.');
	}
	return {
		size,
		async read(start, end) {
			const first = Math.floor(start / leafBytes);
			const count = Math.ceil(end / leafBytes) - first;
			const chunks = await Promise.all(Array.from({ length: count }, (_, i) => chunk(first + i)));
			if (chunks.length === 1) return (chunks[0] ?? new Uint8Array()).subarray(start - first * leafBytes, end - first * leafBytes); // prettier-ignore
			const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
			for (const [i, bytes] of chunks.entries()) whole.set(bytes, i * leafBytes);
			return whole.subarray(start - first * leafBytes, end - first * leafBytes);
		},
	};
}
