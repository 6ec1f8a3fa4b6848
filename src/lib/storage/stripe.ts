/**
 * One stripe of a file from several clouds: any k of its chunks, whichever clouds give them first.
 *
 * Load goes to the k + 1 fastest clouds, so that one may fail or be slow without the file losing speed, to each as much as it is
 * fast. A request that takes longer than 95 of 100 did is hedged: the same stripe is asked of another cloud, for at most a tenth more
 * requests and a few. A cloud that failed is not asked again. Where the places that the manifest names do not give a piece, every
 * other cloud at hand is asked for it by its address: pieces may have been moved or adopted.
 */

import { AppError, asAppError } from '#lib/errors.ts';
import { openChunk, sealedChunkBytes, type PieceKey } from '#lib/crypto/stream.ts';
import type { CID } from 'multiformats/cid';
import { allFailed } from '#lib/storage/failures.ts';
import type { Ranking } from '#lib/storage/ranking.ts';
import { cancelled } from '#lib/storage/request.ts';
import type { Store } from '#lib/storage/store.ts';

const extraShare = 0.1;
const extraRequests = 4;
/** Who waited this long is not kept waiting for the sake of the budget. */
const enoughMs = 5_000;
const tickMs = 25;
/** What decoding costs, as a factor on a cloud's time: the file's own chunks are preferred. */
const decodingFactor = 4;

/** A store in use. */
export interface Server {
	/** As it was given. */
	readonly store: Store;
	/** Checks what it reads. */
	readonly reader: Store;
	/** Why it is not asked any more. */
	problem: AppError | null;
	/** A problem of it was told already: any, and one worse than being slow. */
	told: boolean;
	failed: boolean;
	used: boolean;
	/** Requests under way. */
	busy: number;
}

/** A piece at a store. */
export interface Place {
	readonly piece: { readonly index: number; readonly cid: CID; readonly key: PieceKey };
	readonly server: Server;
	/** The manifest says that it is there. */
	readonly named: boolean;
	/** It was read from there; it is not there; nobody knows. */
	state: 'found' | 'missing' | 'unknown';
}

export interface StripeContext {
	readonly k: number;
	readonly n: number;
	readonly places: readonly Place[];
	readonly ranking: Ranking;
	/** All that went wrong so far. */
	readonly problems: AppError[];
	readonly onProblem: (server: Server, error: AppError) => void;
	readonly onSource: (server: Server) => void;
	/** Requests so far, and those of them that were made beside one that was late. */
	readonly count: { requests: number; extra: number };
}

export interface Stripe {
	/** From 0. */
	index: number;
	last: boolean;
	/** Bytes of each sealed chunk. */
	sealedBytes: number;
	/** The shards of the file itself whose chunks are wanted. */
	wanted: readonly number[];
}

interface Request {
	startedAt: number;
	late: boolean;
	/** Settles when `chunks` or `problems` have the outcome; never rejects. */
	done: Promise<void>;
}

/**
 * Opened chunks of the stripe by shard: all wanted ones, else k others. Throws `general.cancelled`, and as `allFailed` where too few can be had.
 */
export async function fetchStripe(
	context: StripeContext,
	stripe: Stripe,
	signal: AbortSignal,
): Promise<(Uint8Array | null)[]> {
	const { k, n, ranking, count } = context;
	const chunks: (Uint8Array | null)[] = Array<null>(n).fill(null);
	const running = new Map<Place, Request>();
	const stop = new AbortController();
	const both = AbortSignal.any([signal, stop.signal]);

	/** Whether these shards' chunks give what is wanted. */
	const enough = (shards: ReadonlySet<number>) => shards.size >= k || stripe.wanted.every((index) => shards.has(index));
	const have = () => new Set(chunks.flatMap((chunk, index) => (chunk ? [index] : [])));
	const hoped = () => {
		const shards = have();
		for (const [{ piece }, { late }] of running) if (!late) shards.add(piece.index);
		return shards;
	};
	const mayHedge = (now: number) =>
		count.extra < extraRequests + count.requests * extraShare ||
		[...running.values()].some(({ startedAt }) => now - startedAt > enoughMs);

	try {
		for (;;) {
			if (signal.aborted) throw cancelled(signal.reason);
			if (enough(have())) return chunks;
			const now = performance.now();
			for (const [{ server }, request] of running)
				request.late ||= now - request.startedAt > ranking.patienceMs(server.store.name, stripe.sealedBytes);
			while (!enough(hoped())) {
				const hedging = [...running.values()].some(({ late }) => late);
				const place = hedging && !mayHedge(now) ? null : choose(context, stripe, hoped(), running);
				if (!place) break;
				count.requests++;
				if (hedging) count.extra++;
				running.set(place, begin(place));
			}
			if (running.size === 0) throw allFailed(context.problems);
			await oneOf([...running.values()].map(({ done }) => done));
		}
	} finally {
		stop.abort();
	}

	function begin(place: Place): Request {
		const { server } = place;
		const request: Request = { startedAt: performance.now(), late: false, done: Promise.resolve() };
		server.busy++;
		request.done = readChunk(place, stripe, both)
			.then(
				(chunk) => {
					if (both.aborted) return;
					ranking.answered(server.store.name, stripe.sealedBytes, performance.now() - request.startedAt);
					place.state = 'found';
					if (!server.used) context.onSource(server);
					server.used = true;
					chunks[place.piece.index] ??= chunk;
				},
				(cause: unknown) => {
					const error = asAppError(cause, 'storage.unreachable');
					if (!both.aborted) failed(context, place, error);
					else if (request.late && !signal.aborted) overtaken(context, place, request, error);
				},
			)
			.finally(() => {
				server.busy--;
				running.delete(place);
			});
		return request;
	}
}

async function readChunk({ piece, server }: Place, stripe: Stripe, signal: AbortSignal): Promise<Uint8Array> {
	const start = stripe.index * sealedChunkBytes;
	const end = start + stripe.sealedBytes;
	const sealed = await server.reader.readRange(piece.cid, start, end, { signal });
	const details = { store: server.store.name };
	if (!sealed) throw new AppError('storage.not-found', 'A cloud does not have its piece.', { details });
	// Its address vouches for the bytes; that they are as many as the manifest says is another matter.
	if (sealed.length !== end - start) throw new AppError('crypto.corrupt', 'A piece of the wrong size.', { details });
	return openChunk(piece.key, stripe.index, stripe.last, sealed);
}

/** The best place for one more chunk that is not among `taken`; null where there is none. */
function choose(
	{ k, places, ranking }: StripeContext,
	{ wanted, sealedBytes }: Stripe,
	taken: ReadonlySet<number>,
	running: ReadonlyMap<Place, Request>,
): Place | null {
	const open = places.filter(
		(place) =>
			!place.server.problem && place.state !== 'missing' && !running.has(place) && !taken.has(place.piece.index),
	);
	const likely = open.filter(({ named, state }) => named || state === 'found');
	const usable = likely.length > 0 ? likely : open;
	const servers = [...new Set(usable.map(({ server }) => server))];
	const fastest = new Set(ranking.rank(servers.map(({ store }) => store), sealedBytes).slice(0, k + 1)); // prettier-ignore
	let best: Place | null = null;
	let least = Infinity;
	for (const place of usable) {
		const { store, busy } = place.server;
		if (!fastest.has(store)) continue;
		const decoding = wanted.includes(place.piece.index) || k === 1 ? 1 : decodingFactor;
		const cost = (busy + 1) * ranking.expectedMs(store.name, sealedBytes) * decoding;
		if (cost < least) [best, least] = [place, cost];
	}
	return best;
}

function failed(context: StripeContext, place: Place, error: AppError): void {
	const { server, piece, named } = place;
	if (error.code === 'storage.not-found') {
		place.state = 'missing';
		if (named) tell(context, server, error); // elsewhere nobody said that it is there
		return;
	}
	tell(context, server, error);
	if (error.code.startsWith('crypto.')) {
		// The address is right and what it holds is not: no store has anything better under it.
		for (const other of context.places) if (other.piece === piece) other.state = 'missing';
	} else {
		server.problem ??= error;
		context.ranking.failed(server.store.name);
	}
}

/** Where the request had failed already and waited to be tried again, that is what is told. */
function overtaken(context: StripeContext, { server }: Place, request: Request, cause: AppError): void {
	const { name } = server.store;
	context.ranking.overtaken(name, performance.now() - request.startedAt);
	const why = cause.cause instanceof AppError ? cause.cause : null;
	const slow = new AppError('storage.slow', 'A cloud was too slow; another was faster.', { details: { store: name } });
	if (!server.told) context.onProblem(server, why ?? slow);
	server.told = true;
}

function tell(context: StripeContext, server: Server, error: AppError): void {
	if (!server.problem) context.problems.push(error);
	if (!server.failed) context.onProblem(server, error);
	server.told = server.failed = true;
}

/** Waits until one of them is done, at most a moment. */
async function oneOf(all: Promise<void>[]): Promise<void> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const tick = new Promise<void>((resolve) => {
		timer = setTimeout(resolve, tickMs);
	});
	await Promise.race([...all, tick]);
	clearTimeout(timer);
}
