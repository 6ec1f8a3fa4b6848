/**
 * Saving a file on several clouds: each gets a copy sealed under a key of its own (DESIGN §4), so that no cloud can answer for another.
 *
 * Copies are sealed one after the other and each starts on its way as soon as it is sealed. The file counts as saved when enough
 * clouds have it; the manifest names all, and `repair` brings the missing ones their copy later.
 */

import { asAppError, type AppError } from '#lib/errors.ts';
import { checkSaved, checkStores } from '#lib/storage/failures.ts';
import { checkSpread, type Manifest, type Progress } from '#lib/storage/manifest.ts';
import { putPiece, sealPiece, type SealedPiece } from '#lib/storage/seal-piece.ts';
import { cancelled } from '#lib/storage/request.ts';
import type { Store } from '#lib/storage/store.ts';
import { sizeOf } from '#lib/storage/tree.ts';

/** How long cleaning up after a cancelled save may take. */
const cleaningMs = 5_000;

export interface SaveOptions {
	signal?: AbortSignal | undefined;
	onProgress?: ((progress: Progress) => void) | undefined;
	/** Told of each store that took its piece, and of each that did not. */
	onSaved?: ((store: Store) => void) | undefined;
	onFailure?: ((store: Store, error: AppError) => void) | undefined;
}

export interface SpreadOptions extends SaveOptions {
	/** Where the pieces go, one each, in this order. */
	stores: readonly Store[];
	/** How many pieces restore the source: 1. */
	k?: number | undefined;
	/** How many pieces there are: as many as stores. */
	n?: number | undefined;
	/** 32 random bytes, fresh for this source. Another source under the same key would give both away. */
	key: Uint8Array;
	/** How many stores must take their piece: two, or the only one. */
	minimum?: number | undefined;
}

interface Outcome {
	store: Store;
	piece: SealedPiece;
	error: AppError | null;
}

/**
 * Seals and saves the source; waits until every store has taken its piece or failed. Throws `storage.no-clouds`, `storage.none-saved`,
 * `storage.too-few` (fewer than `minimum`; trying again with the same key is fine), `crypto.unsupported` (k other than 1),
 * `records.invalid-input` (the source cannot be read) and `general.cancelled`, after which no piece is left behind where that can be helped.
 */
export async function spread(source: Blob | Uint8Array, options: SpreadOptions): Promise<Manifest> {
	const { stores, k = 1, n = stores.length, key, signal, onProgress } = options;
	checkSpread(k, n);
	checkStores(Math.min(stores.length, n), Math.max(1, n));
	const size = sizeOf(source);
	const stop = new AbortController();
	const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
	const pieces: SealedPiece[] = [];
	const saving: Promise<Outcome>[] = [];
	try {
		for (const [index, store] of stores.slice(0, n).entries()) {
			const piece = await sealPiece(source, {
				key,
				place: { index, k, n },
				signal: both,
				onProgress: (done) => onProgress?.({ stage: 'sealing', done: index * size + done, total: n * size }),
			});
			pieces.push(piece);
			saving.push(save(store, piece, { ...options, signal: both }));
		}
	} catch (error) {
		stop.abort();
		await discard(await Promise.all(saving));
		throw error;
	}
	const outcomes = await Promise.all(saving);
	if (signal?.aborted) {
		await discard(outcomes);
		throw cancelled(signal.reason);
	}
	const errors = outcomes.flatMap(({ error }) => error ?? []);
	checkSaved(n - errors.length, Math.min(options.minimum ?? 2, n), errors);
	return { v: 1, k, n, size, pieces: outcomes.map(({ store, piece: { cid, commitment } }) => ({ cid, store: store.name, commitment })) }; // prettier-ignore
}

/** Puts one piece where it belongs, with progress; a failure is an outcome, told to `onFailure`. */
export async function save(store: Store, piece: SealedPiece, options: SaveOptions): Promise<Outcome> {
	const { signal, onProgress, onSaved, onFailure } = options;
	const total = piece.bytes.size;
	const report = (done: number) => onProgress?.({ stage: 'saving', store: store.name, done, total });
	try {
		report(0);
		await putPiece(store, piece, { signal, onProgress: report });
		onSaved?.(store);
		return { store, piece, error: null };
	} catch (cause) {
		const error = asAppError(cause, 'storage.unreachable');
		if (!signal?.aborted) onFailure?.(store, error);
		return { store, piece, error };
	}
}

async function discard(outcomes: readonly Outcome[]): Promise<void> {
	const signal = AbortSignal.timeout(cleaningMs);
	const removals = outcomes.map(async ({ store, piece, error }) => {
		if (!error && store.capabilities.remove) await store.remove(piece.cid, { signal });
	});
	await Promise.allSettled(removals);
}
