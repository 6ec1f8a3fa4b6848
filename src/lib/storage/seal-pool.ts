/**
 * Where batches are sealed and hashed: in two workers of their own where there are such, else (in Node, and where a worker does not start)
 * in this thread. Workers read the source themselves, so that hardly more than hashes crosses between threads.
 */

import { AppError, type ErrorCode, type ErrorDetails } from '#lib/errors.ts';
import type { Code } from '#lib/storage/erasure.ts';
import { inOrder } from '#lib/storage/in-order.ts';
import { cancelled } from '#lib/storage/request.ts';
import type { SealOrder } from '#lib/storage/sealer.ts';
import {
	addressBatch,
	auditBatch,
	type Addressed,
	type AddressOrder,
	type BatchOrder,
} from '#lib/storage/seal-batch.ts';

const mostWorkers = 2;
/** Chunks of the source that are read at once: each call to a Blob is dear. */
const chunksPerBatch = 12;
/** While one batch waits for the disk or for WebCrypto, the other hashes. */
const batchesPerWorker = 2;

/** Batches that are worth having under way at once. */
const batchesAtOnce = mostWorkers * batchesPerWorker;

export type Question =
	| { id: number; work: 'address'; order: AddressOrder; tags?: undefined }
	| { id: number; work: 'audit'; order: BatchOrder; tags: readonly (readonly Uint8Array[])[] };

export type Answer =
	| { id: number; value: Addressed[] | Uint8Array[] }
	| { id: number; failure: { code: ErrorCode; message: string; details: ErrorDetails } };

type Ask = Question extends infer One ? (One extends Question ? Omit<One, 'id'> : never) : never;

interface Helper {
	ask(question: Ask): Promise<unknown>;
	busy: number;
	/** False once the worker failed: then the work is done here. */
	works: boolean;
}

let helpers: Helper[] | null = null;

/** As `addressBatch`, wherever there is room. */
export function addressInPool(order: AddressOrder): Promise<Addressed[]> {
	return run({ work: 'address', order }, () => addressBatch(order)) as Promise<Addressed[]>;
}

/** As `auditBatch`, wherever there is room. */
export function auditInPool(order: BatchOrder, tags: readonly (readonly Uint8Array[])[]): Promise<Uint8Array[]> {
	return run({ work: 'audit', order, tags }, () => auditBatch(order, tags)) as Promise<Uint8Array[]>;
}

/** Runs the work over all stripes, some batches at once, with the results in order. Throws `general.cancelled`. */
export async function* inBatches<Result>(
	order: SealOrder,
	{ chunks, signal }: { chunks: number; signal: AbortSignal | undefined },
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

export const stripesPerBatch = ({ k }: Code): number => Math.max(1, Math.floor(chunksPerBatch / k));

async function run(question: Ask, here: () => Promise<unknown>): Promise<unknown> {
	helpers ??= startHelpers();
	const working = helpers.filter(({ works }) => works).sort((a, b) => a.busy - b.busy);
	const [helper] = working;
	if (!helper) return here();
	helper.busy++;
	try {
		return await helper.ask(question);
	} catch (error) {
		if (helper.works) throw error;
		return await here();
	} finally {
		helper.busy--;
	}
}

function startHelpers(): Helper[] {
	if (typeof Worker === 'undefined') return [];
	const count = Math.min(mostWorkers, Math.max(1, navigator.hardwareConcurrency));
	return Array.from({ length: count }, startHelper);
}

function startHelper(): Helper {
	const worker = new Worker(new URL('./seal-worker.ts', import.meta.url), { type: 'module', name: 'amana-seal' });
	const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
	let asked = 0;
	const helper: Helper = {
		busy: 0,
		works: true,
		ask: (question) =>
			new Promise((resolve, reject) => {
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
		for (const { reject } of waiting.values()) reject(new Error('A worker did not start.'));
		waiting.clear();
	});
	return helper;
}
