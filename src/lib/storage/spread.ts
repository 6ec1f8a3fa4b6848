/**
 * Saving a file on several clouds: it is coded into pieces (`erasure.ts`), each sealed under a key of its own (DESIGN §4), so that no cloud
 * can answer for another.
 *
 * The file counts as saved when enough clouds have their piece; the manifest names all, and `repair` brings the missing ones theirs later.
 */

import { asAppError, type AppError } from '#lib/errors.ts';
import { checkSaved, checkStores } from '#lib/storage/failures.ts';
import type { Manifest, Progress } from '#lib/storage/manifest.ts';
import { checkPlan, enoughFor } from '#lib/storage/plan.ts';
import { cancelled } from '#lib/storage/request.ts';
import { sealPieces, type SealedPiece } from '#lib/storage/seal-pieces.ts';
import type { PutOptions, Store } from '#lib/storage/store.ts';
import { rawTwin } from '#lib/storage/cid.ts';
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
	/** How many pieces restore the source: 1, so that each is a whole copy, where it is not said. */
	k?: number | undefined;
	/** How many pieces there are: as many as stores. */
	n?: number | undefined;
	/** 32 random bytes, fresh for this source. Another source under the same key would give both away. */
	key: Uint8Array;
	/** How many stores must take their piece: one more than restore the source, or all. */
	minimum?: number | undefined;
}

interface Outcome {
	store: Store;
	piece: SealedPiece;
	error: AppError | null;
}

/**
 * Seals and saves the source; waits until every store has taken its piece or failed. Throws `storage.no-clouds`, `storage.none-saved`,
 * `storage.too-few` (fewer than `minimum`; trying again with the same key is fine), `records.invalid-input` (no such k and n, or the
 * source cannot be read) and `general.cancelled`, after which no piece is left behind where that can be helped.
 */
export async function spread(source: Blob | Uint8Array, options: SpreadOptions): Promise<Manifest> {
	const { stores, k = 1, n = stores.length, key, signal, onProgress } = options;
	const code = { k, n };
	checkStores(stores.length, Math.max(1, n));
	checkPlan(code);
	const size = sizeOf(source);
	const pieces = await sealPieces(source, {
		key,
		code,
		signal,
		onProgress: (done) => onProgress?.({ stage: 'sealing', done, total: size }),
	});
	const saving = stores.slice(0, n).map((store, i) => save(store, pieces[i] as SealedPiece, options));
	const outcomes = await Promise.all(saving);
	if (signal?.aborted) {
		await discard(outcomes);
		throw cancelled(signal.reason);
	}
	const errors = outcomes.flatMap(({ error }) => error ?? []);
	checkSaved(n - errors.length, Math.min(options.minimum ?? enoughFor(code), n), errors);
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

/** Puts a piece on a store: its bytes, then the nodes of its tree as blocks beside it, so that whoever finds them finds all. */
async function putPiece(store: Store, { cid, bytes, nodes }: SealedPiece, options?: PutOptions): Promise<void> {
	await store.put(cid, bytes, options);
	for (const node of nodes) await store.put(rawTwin(node.cid), node.bytes, { signal: options?.signal });
}

async function discard(outcomes: readonly Outcome[]): Promise<void> {
	const signal = AbortSignal.timeout(cleaningMs);
	const removals = outcomes.map(async ({ store, piece, error }) => {
		if (!error && store.capabilities.remove) await store.remove(piece.cid, { signal });
	});
	await Promise.allSettled(removals);
}
