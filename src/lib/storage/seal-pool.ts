/**
 * Where batches are sealed and hashed: in one or two workers of their own where there are such, else (in Node, and where a worker does not
 * start) in this thread. Workers read the source themselves, so that hardly more than hashes crosses between threads.
 */

import { AppError, type ErrorCode, type ErrorDetails } from '#lib/errors.ts';
import { inOrder } from '#lib/storage/in-order.ts';
import { cancelled } from '#lib/storage/request.ts';
import type { SealOrder } from '#lib/storage/sealer.ts';
import {
	addressBatch,
	auditBatch,
	digestsOf,
	payloadBatch,
	type Addressed,
	type AddressOrder,
	type Audited,
	type BatchOrder,
} from '#lib/storage/seal-batch.ts';
import type { Payload } from '#lib/storage/store.ts';
import { sizeOf } from '#lib/storage/tree.ts';

const mostWorkers = 2;
/** Chunks of the source that are read at once: each call to a Blob is dear. */
const chunksPerBatch = 12;
/** While one batch waits for the disk or for WebCrypto, the other hashes. */
const batchesPerWorker = 2;

/**
 * A file of more bytes is sealed by one worker in small batches. Each thread lets about 100 MB of what WebCrypto and reading gave it gather
 * before it clears them away, and a large file waits for its links, not for two workers (docs/performance.md).
 */
const largeBytes = 256 * 2 ** 20;
const chunksPerBatchOfLarge = 4;

export type Question =
	| { id: number; work: 'address'; order: AddressOrder }
	| { id: number; work: 'audit'; order: BatchOrder; tags: readonly (readonly Uint8Array[])[] }
	| { id: number; work: 'payload'; order: BatchOrder; tags: readonly Uint8Array[] }
	| { id: number; work: 'digests'; blob: Blob; stride: number };

export type Answer =
	| { id: number; value: Addressed[] | Audited[] | Payload | Uint8Array[] }
	| { id: number; failure: { code: ErrorCode; message: string; details: ErrorDetails } };

type Ask = Question extends infer One ? (One extends Question ? Omit<One, 'id'> : never) : never;

interface Helper {
	ask(question: Ask): Promise<unknown>;
	busy: number;
	/** False once the worker failed: then the work is done here. */
	works: boolean;
	/** Settles when it has done what was asked in turn. */
	turn: Promise<unknown>;
}

const helpers: Helper[] = [];
const broken = 'A worker did not start.';

/** As `addressBatch`, wherever there is room. */
export function addressInPool(order: AddressOrder): Promise<Addressed[]> {
	const ask = (helper: Helper) => helper.ask({ work: 'address', order });
	return run(ask, () => addressBatch(order), isLarge(order)) as Promise<Addressed[]>;
}

/** As `auditBatch`, wherever there is room. */
export function auditInPool(order: BatchOrder, tags: readonly (readonly Uint8Array[])[]): Promise<Audited[]> {
	const ask = (helper: Helper) => helper.ask({ work: 'audit', order, tags });
	return run(ask, () => auditBatch(order, tags), isLarge(order)) as Promise<Audited[]>;
}

/** As `payloadBatch`, wherever there is room. */
export function payloadInPool(order: BatchOrder, tags: readonly Uint8Array[]): Promise<Payload> {
	const ask = (helper: Helper) => inTurn(helper, { work: 'payload', order, tags });
	return run(ask, () => payloadBatch(order, tags), isLarge(order)) as Promise<Payload>;
}

/** As `digestsOf`, in the worker that large files are sealed by. */
export function digestsInPool(blob: Blob, stride: number): Promise<Uint8Array[]> {
	const ask = (helper: Helper) => inTurn(helper, { work: 'digests', blob, stride });
	return run(ask, () => digestsOf(blob, stride), true) as Promise<Uint8Array[]>;
}

/** Runs the work over all stripes, some batches at once, with the results in order. Throws `general.cancelled`. */
export async function* inBatches<Result>(
	order: SealOrder,
	{ chunks, signal }: { chunks: number; signal: AbortSignal | undefined },
	work: (batch: BatchOrder) => Promise<Result>,
): AsyncGenerator<{ batch: BatchOrder; result: Result }> {
	const stripes = stripesPerBatch(order);
	const batchesAtOnce = batchesPerWorker * (isLarge(order) ? 1 : mostWorkers);
	const starts = Array.from({ length: Math.ceil(chunks / stripes) }, (_, i) => i * stripes);
	yield* inOrder(starts, batchesAtOnce, async (from) => {
		if (signal?.aborted) throw cancelled(signal.reason);
		const batch = { ...order, from, to: Math.min(chunks, from + stripes) };
		return { batch, result: await work(batch) };
	});
}

export function stripesPerBatch(order: SealOrder): number {
	return Math.max(1, Math.floor((isLarge(order) ? chunksPerBatchOfLarge : chunksPerBatch) / order.code.k));
}

const isLarge = ({ source }: SealOrder): boolean => sizeOf(source) > largeBytes;

/** For what takes much memory: one after another. */
function inTurn(helper: Helper, question: Ask): Promise<unknown> {
	const done = helper.turn.then(() => helper.ask(question));
	helper.turn = done.catch(() => undefined);
	return done;
}

/** In the least busy worker, or always in the first; else in this thread. */
async function run(
	ask: (helper: Helper) => Promise<unknown>,
	here: () => Promise<unknown>,
	inFirst: boolean,
): Promise<unknown> {
	startHelpers(inFirst ? 1 : mostWorkers);
	const working = helpers.filter(({ works }) => works);
	const [helper] = inFirst ? working : working.toSorted((a, b) => a.busy - b.busy);
	if (!helper) return here();
	helper.busy++;
	try {
		return await ask(helper);
	} catch (error) {
		if (helper.works) throw error;
		return await here();
	} finally {
		helper.busy--;
	}
}

/** Not before they are wanted: an idle worker takes some ten megabytes. */
function startHelpers(wanted: number): void {
	if (typeof Worker === 'undefined') return;
	const count = Math.min(wanted, Math.max(1, navigator.hardwareConcurrency));
	while (helpers.length < count) helpers.push(startHelper());
}

function startHelper(): Helper {
	const worker = new Worker(new URL('./seal-worker.ts', import.meta.url), { type: 'module', name: 'amana-seal' });
	const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
	let asked = 0;
	const helper: Helper = {
		busy: 0,
		works: true,
		turn: Promise.resolve(),
		ask: (question) =>
			new Promise((resolve, reject) => {
				// What waited for its turn behind a question that the worker failed at would never be answered.
				if (!helper.works) throw new Error(broken);
				const id = asked++;
				waiting.set(id, { resolve, reject });
				worker.postMessage({ ...question, id });
			}),
	};
	worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
		const one = waiting.get(data.id);
		waiting.delete(data.id);
		if ('value' in data) one?.resolve(data.value);
		else one?.reject(new AppError(data.failure.code, data.failure.message, { details: data.failure.details }));
	});
	worker.addEventListener('error', (event) => {
		event.preventDefault();
		helper.works = false;
		for (const { reject } of waiting.values()) reject(new Error(broken));
		waiting.clear();
	});
	return helper;
}
