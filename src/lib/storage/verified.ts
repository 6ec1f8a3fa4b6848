/**
 * A store whose bytes can be trusted: whatever it reads is checked against the CID before it is handed on.
 *
 * One block is read whole and hashed. A file of many leaves is read leaf by leaf: its tree's nodes lie beside it under the raw
 * address of the same digest, are checked from the root down, and say what each leaf must hash to. So any range of a file on the
 * dumbest server can be verified without the rest. It checks even what an adapter says it has checked.
 */

import type { CID } from 'multiformats/cid';
import { AppError } from '#lib/errors.ts';
import { codecs, isBlockOf, maxBlockBytes, rawTwin } from '#lib/storage/cid.ts';
import { checkRange, type Store, type StoreOptions } from '#lib/storage/store.ts';
import { leavesWithin } from '#lib/storage/tree.ts';

/** Trees kept at hand: a file's reader asks for the same few nodes again with each leaf. */
const keptNodes = 64;

/** The same store with `readRange` verified: wrong bytes are `storage.corrupt`, a file with a node or leaf missing is null. */
export function verified(store: Store): Store {
	const nodes = new Map<string, Uint8Array>();

	async function block(
		cid: CID,
		start: number,
		end: number,
		of: CID,
		options?: StoreOptions,
	): Promise<Uint8Array | null> {
		const bytes = await store.readRange(of, start, end, options);
		if (bytes && !(await isBlockOf(cid, bytes))) {
			throw new AppError('storage.corrupt', 'A cloud gave other bytes than were asked for.', {
				details: { store: store.name },
			});
		}
		return bytes;
	}

	async function node(cid: CID, options?: StoreOptions): Promise<Uint8Array | null> {
		const key = String(cid);
		const bytes = nodes.get(key) ?? (await block(cid, 0, maxBlockBytes + 1, rawTwin(cid), options));
		if (bytes && nodes.size < keptNodes) nodes.set(key, bytes);
		return bytes;
	}

	async function readRange(cid: CID, start: number, end: number, options?: StoreOptions): Promise<Uint8Array | null> {
		checkRange(start, end);
		if (cid.code !== codecs['dag-pb']) {
			return (await block(cid, 0, maxBlockBytes + 1, cid, options))?.slice(start, end) ?? null;
		}
		const leaves = await leavesWithin(cid, start, end, (address) => node(address, options));
		if (!leaves) return null;
		const first = leaves[0]?.start ?? 0;
		const whole = new Uint8Array((leaves.at(-1)?.end ?? first) - first);
		for (const leaf of leaves) {
			const bytes = await block(leaf.cid, leaf.start, leaf.end, cid, options);
			if (!bytes) return null;
			whole.set(bytes, leaf.start - first);
		}
		return whole.subarray(Math.max(0, start - first), Math.max(0, end - first));
	}

	return { ...store, readRange };
}
