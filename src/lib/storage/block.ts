/** Small objects (headers, locks, bundles of keys): one block each, the same on every cloud, found by its digest. */

import type { CID } from 'multiformats/cid';
import { AppError, asAppError } from '#lib/errors.ts';
import { cidOfBlock, maxBlockBytes, readCid, type Codec } from '#lib/storage/cid.ts';
import { allFailed, checkSaved, checkStores } from '#lib/storage/failures.ts';
import { firstAnswer } from '#lib/storage/first-answer.ts';
import { cancelled } from '#lib/storage/request.ts';
import type { Store } from '#lib/storage/store.ts';
import { verified } from '#lib/storage/verified.ts';

const patienceMs = 700;

export interface PutBlockOptions {
	/** How many stores must take it: two, or the only one. */
	minimum?: number | undefined;
	codec?: Codec | undefined;
	signal?: AbortSignal | undefined;
	onFailure?: ((store: Store, error: AppError) => void) | undefined;
}

export interface SavedBlock {
	cid: CID;
	/** Names of the stores that took it. */
	saved: string[];
	failed: { store: string; error: AppError }[];
}

/**
 * Puts one block on all stores at once and waits for each. Throws `storage.no-clouds`, `storage.none-saved`, `storage.too-few`
 * (fewer than `minimum`), `records.too-large` (more than 1 MiB), `general.cancelled`.
 */
export async function putBlock(
	stores: readonly Store[],
	bytes: Uint8Array,
	options: PutBlockOptions = {},
): Promise<SavedBlock> {
	const { signal, codec, onFailure } = options;
	checkStores(stores.length);
	if (bytes.length > maxBlockBytes) throw new AppError('records.too-large', 'A block holds at most 1 MiB.');
	const cid = await cidOfBlock(bytes, codec);
	const result: SavedBlock = { cid, saved: [], failed: [] };
	async function save(store: Store): Promise<void> {
		try {
			await store.put(cid, bytes, { signal });
			result.saved.push(store.name);
		} catch (cause) {
			const error = asAppError(cause, 'storage.unreachable');
			result.failed.push({ store: store.name, error });
			if (!signal?.aborted) onFailure?.(store, error);
		}
	}
	await Promise.all(stores.map(save));
	if (signal?.aborted) throw cancelled(signal.reason);
	checkSaved(result.saved.length, Math.min(options.minimum ?? 2, stores.length), result.failed.map(({ error }) => error)); // prettier-ignore
	return result;
}

export interface GetBlockOptions {
	signal?: AbortSignal | undefined;
	/** Told of each store that failed or gave wrong bytes; not of those that do not have the block. */
	onBad?: ((store: Store, error: AppError) => void) | undefined;
}

/**
 * One block, from the first store that gives the right bytes. Throws `storage.no-clouds`, `storage.not-found` when none has it, else
 * what kept the stores from giving it (`storage.unreachable`, `.unauthorised`, `.corrupt`), `general.cancelled`.
 */
export async function getBlock(
	stores: readonly Store[],
	address: CID,
	options: GetBlockOptions = {},
): Promise<Uint8Array> {
	const { signal, onBad } = options;
	const cid = readCid(address);
	const errors: AppError[] = [];
	checkStores(stores.length);
	if (signal?.aborted) throw cancelled(signal.reason);
	const asks = stores.map((store) => async (stop: AbortSignal) => {
		try {
			return await verified(store).readRange(cid, 0, maxBlockBytes, { signal: stop });
		} catch (cause) {
			if (stop.aborted) throw cancelled(cause);
			const error = asAppError(cause, 'storage.unreachable');
			errors.push(error);
			onBad?.(store, error);
			return null;
		}
	});
	const bytes = await firstAnswer(asks, { patienceMs, signal });
	if (bytes) return bytes;
	throw allFailed(errors);
}
