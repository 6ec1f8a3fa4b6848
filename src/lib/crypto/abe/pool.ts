/**
 * Where rows are sealed and opened: many of them in two workers, where there are such, else (in Node, for few rows, and where a
 * worker does not start) in this thread. A part of the rows goes to the same worker each time, which keeps the tables of their
 * attributes.
 *
 * Secrets pass to workers by `postMessage` and are not kept there: what a worker remembers are public keys and points.
 *
 * It asks its workers as `storage/seal-pool.ts` asks its own, and shares nothing with it, so that this folder can be lifted out as it is.
 */
import { AppError, type ErrorCode } from '#lib/errors.ts';
import type { Address } from './attribute.ts';
import type { PublicKey } from './authority.ts';
import type { Groups } from './groups.ts';
import type { Backend, LargeWorkOptions } from './options.ts';
import { inParts, runPart, type OpenedRow, type Part } from './part.ts';
import type { RowCoins } from './scheme.ts';

const mostWorkers = 2;

export interface Question {
	readonly id: number;
	readonly backend: Backend;
	readonly part: Part;
}

export type Answer =
	| { readonly id: number; readonly value: Uint8Array[] }
	| { readonly id: number; readonly failure: { readonly code: ErrorCode; readonly message: string } };

interface Helper {
	ask(question: Omit<Question, 'id'>): Promise<Uint8Array[]>;
	/** False once the worker failed: then its parts are done here. */
	works: boolean;
}

let helpers: Helper[] | null = null;

/** The bytes of each row. Throws `crypto.invalid-point`, `general.cancelled`. */
export async function sealRows(
	groups: Groups,
	publicKeys: ReadonlyMap<Address, PublicKey>,
	rows: readonly RowCoins[],
	options: LargeWorkOptions,
): Promise<Uint8Array[]> {
	const authorities = new Map([...publicKeys].map(([authority, { body }]) => [authority, body]));
	const parts = inParts(rows).map((those): Part => ({ work: 'seal', authorities, rows: those }));
	return (await runAll(groups, parts, options)).flat();
}

/** The factors of egg^s that these rows give together. Throws `crypto.wrong-key`, `crypto.invalid-point`, `general.cancelled`. */
export async function openRows(
	groups: Groups,
	gid: string,
	rows: readonly OpenedRow[],
	options: LargeWorkOptions,
): Promise<Uint8Array[]> {
	const parts = inParts(rows).map((those): Part => ({ work: 'open', gid, rows: those }));
	return (await runAll(groups, parts, options)).flat();
}

async function runAll(groups: Groups, parts: readonly Part[], options: LargeWorkOptions): Promise<Uint8Array[][]> {
	const { signal, workers = true } = options;
	throwIfAborted(signal);
	if (workers && parts.length > 1) helpers ??= startHelpers();
	const lanes = workers && parts.length > 1 ? (helpers ?? []) : [];
	if (lanes.length === 0) return runHere(groups, parts, signal);
	const results: Uint8Array[][] = [];
	const runLane = async (helper: Helper, lane: number) => {
		for (const [i, part] of parts.entries()) {
			if (i % lanes.length !== lane) continue;
			throwIfAborted(signal);
			results[i] = await runIn(helper, groups, part);
		}
	};
	await untilAborted(Promise.all(lanes.map(runLane)), signal);
	return results;
}

async function runHere(groups: Groups, parts: readonly Part[], signal?: AbortSignal): Promise<Uint8Array[][]> {
	const results: Uint8Array[][] = [];
	for (const part of parts) {
		// Lets the message through that cancels.
		if (results.length > 0) await new Promise((resolve) => setTimeout(resolve));
		throwIfAborted(signal);
		results.push(await runPart(groups, part));
	}
	return results;
}

async function runIn(helper: Helper, groups: Groups, part: Part): Promise<Uint8Array[]> {
	try {
		if (helper.works) return await helper.ask({ backend: groups.name, part });
	} catch (error) {
		if (helper.works) throw error;
	}
	return runPart(groups, part);
}

function startHelpers(): Helper[] {
	if (typeof Worker === 'undefined' || navigator.hardwareConcurrency < 2) return [];
	return Array.from({ length: mostWorkers }, startHelper);
}

function startHelper(): Helper {
	const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'amana-abe' });
	const waiting = new Map<number, { resolve: (value: Uint8Array[]) => void; reject: (error: unknown) => void }>();
	let asked = 0;
	const helper: Helper = {
		works: true,
		ask: (question) =>
			new Promise((resolve, reject) => {
				const id = asked++;
				waiting.set(id, { resolve, reject });
				worker.postMessage({ ...question, id } satisfies Question);
			}),
	};
	worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
		const one = waiting.get(data.id);
		waiting.delete(data.id);
		if ('value' in data) one?.resolve(data.value);
		else one?.reject(new AppError(data.failure.code, data.failure.message));
	});
	worker.addEventListener('error', (event) => {
		event.preventDefault();
		helper.works = false;
		for (const { reject } of waiting.values()) reject(new Error('A worker did not start.'));
		waiting.clear();
	});
	return helper;
}

function untilAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
	if (!signal) return work;
	return new Promise((resolve, reject) => {
		const stop = () => {
			reject(cancelled(signal));
		};
		signal.addEventListener('abort', stop, { once: true });
		void work.then(resolve, reject).finally(() => {
			signal.removeEventListener('abort', stop);
		});
	});
}

function throwIfAborted(signal?: AbortSignal): void {
	if (signal?.aborted) throw cancelled(signal);
}

function cancelled({ reason }: AbortSignal): AppError {
	return new AppError('general.cancelled', 'The work was cancelled.', { cause: reason });
}
