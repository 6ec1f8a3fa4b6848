/**
 * Opening a file from several clouds: leaf by leaf, each checked against its piece's CID and then opened, a few ahead of the reader.
 *
 * All copies are cut at the same places, so when a cloud fails, lies or vanishes, the file goes on from the next one in mid-stream and
 * what was wrong is reported. Nothing unverified is ever handed on. The stream ends only after the chunk that is marked as the last.
 */

import type { CID } from 'multiformats/cid';
import {
	checkCommitment,
	chunkCount,
	derivePieceKey,
	openChunk,
	plainChunkBytes,
	sealedChunkBytes,
	sealedSize,
	type PieceKey,
} from '#lib/crypto/stream.ts';
import { AppError, asAppError } from '#lib/errors.ts';
import { allFailed, checkStores } from '#lib/storage/failures.ts';
import { inOrder } from '#lib/storage/in-order.ts';
import { parseManifest, type Manifest, type Progress } from '#lib/storage/manifest.ts';
import { cancelled } from '#lib/storage/request.ts';
import type { Store } from '#lib/storage/store.ts';
import { verified } from '#lib/storage/verified.ts';

const chunksAtOnce = 4;

export interface GatherOptions {
	/** The preferred first. Those that the manifest does not name are left alone. */
	stores: readonly Store[];
	/** The part's key, 32 bytes. */
	key: Uint8Array;
	signal?: AbortSignal | undefined;
	onProgress?: ((progress: Progress) => void) | undefined;
	/** Told once of each store that failed, has no such piece, or gave wrong bytes; it is not asked again. */
	onProblem?: ((store: Store, error: AppError) => void) | undefined;
	/** Told of each store from which bytes are used. */
	onSource?: ((store: Store) => void) | undefined;
}

/** One chunk of the sealed piece: its number, and where its bytes lie. */
interface Chunk {
	index: number;
	start: number;
	end: number;
	last: boolean;
}

interface Source {
	store: Store;
	cid: CID;
	key: PieceKey;
	used: boolean;
	problem: AppError | null;
}

/**
 * The source's bytes, in order. Opens the first chunk before it resolves, so that most refusals are rejections; later ones error the stream.
 * Codes: `storage.no-clouds` (none of the manifest's stores is given), `storage.not-found`, `storage.unreachable`, `storage.unauthorised`,
 * `storage.corrupt`, `crypto.wrong-key`, `crypto.corrupt`, `crypto.unsupported`, `records.invalid-header`, `general.cancelled`.
 */
export async function gather(manifest: Manifest, options: GatherOptions): Promise<ReadableStream<Uint8Array>> {
	const { signal, onProgress } = options;
	const parsed = parseManifest(manifest);
	const { size } = parsed;
	if (parsed.k !== 1) throw new AppError('crypto.unsupported', 'Only whole copies can be opened.');
	const sources = await sourcesOf(parsed, options);
	const stop = new AbortController();
	const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
	const count = chunkCount(size);
	let fetched = 0;
	const chunks = inOrder(Array(count).keys(), chunksAtOnce, async (index) => {
		const start = index * sealedChunkBytes;
		const chunk = {
			index,
			start,
			end: Math.min(start + sealedChunkBytes, sealedSize(size)),
			last: index === count - 1,
		};
		const plain = await openFrom(sources, chunk, { ...options, signal: both });
		onProgress?.({ stage: 'fetching', done: Math.min(size, ++fetched * plainChunkBytes), total: size });
		return plain;
	});
	let opened = 0;
	let next: IteratorResult<Uint8Array, void> | null = await chunks.next();
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				const { done, value } = next ?? (await chunks.next());
				next = null;
				if (done) {
					controller.close();
					return;
				}
				opened += value.length;
				onProgress?.({ stage: 'opening', done: opened, total: size });
				controller.enqueue(value);
			},
			cancel: () => stop.abort(),
		},
		{ highWaterMark: 0 },
	);
}

/** The placements whose store is at hand, in the order of preference. Every commitment must fit the key, used or not. */
async function sourcesOf(manifest: Manifest, { stores, key }: GatherOptions): Promise<Source[]> {
	const { k, n, pieces } = manifest;
	const placed = await Promise.all(
		pieces.map(async ({ cid, store, commitment }, index) => {
			const pieceKey = await derivePieceKey(key, { index, k, n });
			checkCommitment(pieceKey, commitment);
			return { cid, store, key: pieceKey };
		}),
	);
	const sources = stores.flatMap((store) => {
		const here = placed.filter((piece) => piece.store === store.name);
		return here.map(({ cid, key }): Source => ({ store: verified(store), cid, key, used: false, problem: null }));
	});
	checkStores(sources.length);
	return sources;
}

/** One chunk of the source, from the first store that has not failed yet. */
async function openFrom(
	sources: readonly Source[],
	{ index, start, end, last }: Chunk,
	options: GatherOptions,
): Promise<Uint8Array> {
	const { signal, onProblem, onSource } = options;
	for (;;) {
		if (signal?.aborted) throw cancelled(signal.reason);
		const source = sources.find(({ problem }) => !problem);
		if (!source) throw allFailed(sources.flatMap(({ problem }) => problem ?? []));
		const { store, cid, key } = source;
		try {
			const sealed = await store.readRange(cid, start, end, { signal });
			const details = { store: store.name };
			if (!sealed) throw new AppError('storage.not-found', 'A cloud does not have its piece.', { details });
			// Its address vouches for the bytes; that they are as many as the manifest says is another matter.
			if (sealed.length !== end - start)
				throw new AppError('crypto.corrupt', 'A piece of the wrong size.', { details });
			const plain = await openChunk(key, index, last, sealed);
			if (!source.used) onSource?.(store);
			source.used = true;
			return plain;
		} catch (cause) {
			const error = asAppError(cause, 'storage.unreachable');
			if (signal?.aborted) throw cancelled(error);
			if (!source.problem) onProblem?.(store, error);
			source.problem ??= error;
		}
	}
}
