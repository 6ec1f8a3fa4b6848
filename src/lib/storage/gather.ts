/**
 * Opening a file from several clouds: stripe by stripe, from any k of its pieces, each chunk checked against its piece's CID and then
 * opened, a few stripes ahead of the reader.
 *
 * All pieces are cut at the same places, so when a cloud fails, lies or vanishes, the file goes on from the others in mid-stream and
 * what was wrong is reported (`stripe.ts`). Nothing unverified is ever handed on. Of a range only the chunks that hold it are read.
 */

import { checkCommitment, chunkCount, derivePieceKey, plainChunkBytes, sealedSize } from '#lib/crypto/stream.ts';
import type { AppError } from '#lib/errors.ts';
import { decodeStripe, shardSize, stripeChunkBytes } from '#lib/storage/erasure.ts';
import { checkStores } from '#lib/storage/failures.ts';
import { inOrder } from '#lib/storage/in-order.ts';
import { parseManifest, type Manifest, type Progress } from '#lib/storage/manifest.ts';
import { sharedRanking, type Ranking } from '#lib/storage/ranking.ts';
import { cancelled } from '#lib/storage/request.ts';
import { checkRange, type ByteSource, type Store } from '#lib/storage/store.ts';
import { fetchStripe, type Place, type Server, type StripeContext } from '#lib/storage/stripe.ts';
import { verified } from '#lib/storage/verified.ts';

/** Chunks under way at once, and so how much is in memory: some 8 MiB sealed and as much opened. */
const chunksAtOnce = 8;

export interface GatherOptions {
	/** Those that the manifest names are asked first, then all the others: what has a piece's address has the piece. */
	stores: readonly Store[];
	/** The part's key, 32 bytes. */
	key: Uint8Array;
	signal?: AbortSignal | undefined;
	onProgress?: ((progress: Progress) => void) | undefined;
	/** Told once of each store that failed, has no such piece, gave wrong bytes, or was so slow that another was asked (`storage.slow`, or `storage.stalled` after two seconds of silence). */
	onProblem?: ((store: Store, error: AppError) => void) | undefined;
	/** Told of each store from which bytes are used. */
	onSource?: ((store: Store) => void) | undefined;
	/** How fast the stores are: that of this page. */
	ranking?: Ranking | undefined;
}

export interface FileOptions extends GatherOptions {
	/** The first byte that is wanted, where what lies before it is at hand: 0. What it counts as is fetched and opened already. */
	start?: number | undefined;
}

export interface RangeOptions extends GatherOptions {
	/** The first byte, and the one after the last; what lies beyond the end is left out. */
	start: number;
	end: number;
}

/**
 * The source's bytes from `start` on, in order. Opens the first stripe before it resolves, so that most refusals are rejections; later ones error the stream.
 * Codes: `storage.no-clouds`, `storage.not-found`, `storage.unreachable`, `storage.unauthorised`, `storage.corrupt`, `storage.busy`,
 * `crypto.wrong-key`, `crypto.corrupt`, `crypto.unsupported`, `records.invalid-header`, `records.invalid-input`, `general.cancelled`.
 */
export async function gather(manifest: Manifest, options: FileOptions): Promise<ReadableStream<Uint8Array>> {
	const { signal, onProgress, start = 0 } = options;
	const file = await openFile(manifest, options);
	checkRange(start, file.size);
	const stop = new AbortController();
	const total = file.size;
	let fetched = start;
	const onStripe = (bytes: number) => onProgress?.({ stage: 'fetching', done: (fetched += bytes), total });
	const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
	const parts = file.parts(start, total, both, onStripe);
	const leave = (error: unknown): never => {
		stop.abort(); // what is under way for later stripes
		throw error;
	};
	let opened = start;
	let next: IteratorResult<Uint8Array, void> | null = await parts.next().catch(leave);
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				const { done, value } = next ?? (await parts.next().catch(leave));
				next = null;
				if (done) {
					controller.close();
					return;
				}
				opened += value.length;
				onProgress?.({ stage: 'opening', done: opened, total });
				controller.enqueue(value);
			},
			cancel: () => stop.abort(),
		},
		{ highWaterMark: 0 },
	);
}

/** Some of the source's bytes, verified; only the chunks that hold them are fetched. Codes as `gather`, and `records.invalid-input`. */
export async function gatherRange(manifest: Manifest, { start, end, ...options }: RangeOptions): Promise<Uint8Array> {
	return (await gatherSource(manifest, options)).read(start, end);
}

/** The source's bytes as they are asked for. What was learnt of the clouds while one range was read counts for the next. Codes as `gather`. */
export async function gatherSource(manifest: Manifest, options: GatherOptions): Promise<ByteSource> {
	const file = await openFile(manifest, options);
	const signal = options.signal ?? new AbortController().signal;
	return {
		size: file.size,
		async read(start, end) {
			checkRange(start, end);
			const to = Math.min(end, file.size);
			const whole = new Uint8Array(Math.max(0, to - start));
			let offset = 0;
			for await (const bytes of file.parts(Math.min(start, to), to, signal)) {
				whole.set(bytes, offset);
				offset += bytes.length;
			}
			return whole;
		},
	};
}

interface OpenFile {
	size: number;
	/** The bytes from `start` to before `end`, chunk by chunk. */
	parts: (
		start: number,
		end: number,
		signal: AbortSignal,
		onStripe?: (bytes: number) => void,
	) => AsyncGenerator<Uint8Array, void, undefined>;
}

async function openFile(manifest: Manifest, options: GatherOptions): Promise<OpenFile> {
	const parsed = parseManifest(manifest);
	const { size, k } = parsed;
	const context = await contextOf(parsed, options);
	const shard = shardSize(size, k);
	const count = chunkCount(shard);
	const stripeBytes = k * plainChunkBytes;

	/** What of stripe `index` lies in the range. */
	async function partsOf(index: number, start: number, end: number, signal: AbortSignal): Promise<Uint8Array[]> {
		const chunkBytes = stripeChunkBytes(size, k, index);
		const base = index * stripeBytes;
		const own = Array.from({ length: k }, (_, j) => {
			const from = base + j * chunkBytes;
			const to = Math.min(from + chunkBytes, base + stripeBytes, size);
			return { j, from, start: Math.max(start, from), end: Math.min(end, to) };
		});
		const inside = own.filter((chunk) => chunk.start < chunk.end);
		const wanted = (inside.length > 0 ? inside : own.slice(0, 1)).map(({ j }) => j);
		const stripe = { index, last: index === count - 1, sealedBytes: sealedSize(chunkBytes), wanted };
		const chunks = await fetchStripe(context, stripe, signal);
		const data = wanted.every((j) => chunks[j]) ? chunks : decodeStripe(chunks, parsed);
		return inside.map((chunk) => {
			const bytes = data[chunk.j] ?? new Uint8Array();
			return bytes.subarray(chunk.start - chunk.from, chunk.end - chunk.from);
		});
	}

	async function* parts(
		start: number,
		end: number,
		signal: AbortSignal,
		onStripe?: (bytes: number) => void,
	): AsyncGenerator<Uint8Array, void, undefined> {
		if (signal.aborted) throw cancelled(signal.reason);
		const first = Math.floor(start / stripeBytes);
		// Nothing of an empty file is asked for but the proof that it is empty.
		const after = size === 0 ? 1 : Math.ceil(end / stripeBytes);
		const indexes = Array.from({ length: Math.max(0, after - first) }, (_, i) => first + i);
		const stripes = inOrder(indexes, Math.max(2, Math.ceil(chunksAtOnce / k)), async (index) => {
			const found = await partsOf(index, start, end, signal);
			onStripe?.(found.reduce((sum, bytes) => sum + bytes.length, 0));
			return found;
		});
		for await (const found of stripes) for (const bytes of found) yield bytes;
	}

	return { size, parts };
}

/** Every piece at every store. Every commitment must fit the key, used or not. */
async function contextOf(manifest: Manifest, options: GatherOptions): Promise<StripeContext> {
	const { stores, key, onProblem, onSource, ranking = sharedRanking } = options;
	const { k, n, pieces } = manifest;
	const keyed = await Promise.all(
		pieces.map(async ({ cid, commitment }, index) => {
			const pieceKey = await derivePieceKey(key, { index, k, n });
			checkCommitment(pieceKey, commitment);
			return { index, cid, key: pieceKey };
		}),
	);
	checkStores(stores.length);
	const given = stores.filter((store, i) => stores.findIndex(({ name }) => name === store.name) === i);
	const places = given.flatMap((store): Place[] => {
		const server: Server = {
			store,
			reader: verified(store),
			problem: null,
			told: false,
			failed: false,
			used: false,
			busy: 0,
		};
		return keyed.map((piece) => {
			return { piece, server, named: pieces[piece.index]?.store === store.name, state: 'unknown' };
		});
	});
	return {
		k,
		n,
		places,
		ranking,
		problems: [],
		onProblem: ({ store }, error) => onProblem?.(store, error),
		onSource: ({ store }) => onSource?.(store),
		count: { requests: 0, extra: 0 },
	};
}
