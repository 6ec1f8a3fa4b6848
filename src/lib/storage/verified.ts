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

/** Nodes kept at hand: a file's reader asks for the same few again with each leaf. */
const keptNodes = 64;

/** The same store with `readRange` verified: wrong bytes are `storage.corrupt`, a file with a node or leaf missing is null. */
export function verified(store: Store): Store {
	const nodes = new Map<string, Promise<Uint8Array | null>>();

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

	/** Those who ask for the same node at once wait for one answer; what fails for one, by its own signal perhaps, is asked again by the next. */
	async function node(cid: CID, options?: StoreOptions): Promise<Uint8Array | null> {
		const key = String(cid);
		const asked = await nodes.get(key)?.catch(() => null);
		if (asked) return asked;
		const asking = block(cid, 0, maxBlockBytes + 1, rawTwin(cid), options);
		nodes.set(key, asking);
		const [oldest] = nodes.keys();
		if (nodes.size > keptNodes && oldest) nodes.delete(oldest);
		return asking;
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
