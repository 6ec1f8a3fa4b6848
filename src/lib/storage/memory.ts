/** A store in this page's memory: for tests, and the plainest example of an adapter. Nothing outlives the page. */

import { probeStore } from '#lib/storage/probe.ts';
import { blobOf, bytesOf, sizeOf } from '#lib/storage/tree.ts';
import { cancelled } from '#lib/storage/request.ts';
import { checkRange, type Store, type StoreOptions } from '#lib/storage/store.ts';

/** A new, empty store named `memory:label`. */
export function memory(label = 'memory'): Store {
	const objects = new Map<string, Uint8Array | Blob>();
	const store: Store = {
		name: `memory:${label}`,
		capabilities: { write: true, remove: true, shared: false, conditional: true },
		probe: (options) => probeStore(store, options),
		put(cid, bytes, options) {
			return step(options, async () => {
				const kept = bytes instanceof Uint8Array ? bytes.slice() : await blobOf(bytes);
				if (options?.signal?.aborted) throw cancelled(options.signal.reason);
				if (!options?.ifAbsent || !objects.has(String(cid))) objects.set(String(cid), kept);
				options?.onProgress?.(sizeOf(bytes));
			});
		},
		stat(cid, options) {
			return step(options, () => {
				const object = objects.get(String(cid));
				return object ? { size: sizeOf(object) } : null;
			});
		},
		readRange(cid, start, end, options) {
			return step(options, async () => {
				checkRange(start, end);
				const object = objects.get(String(cid));
				return object ? (await bytesOf(object, start, end)).slice() : null;
			});
		},
		remove(cid, options) {
			return step(options, () => void objects.delete(String(cid)));
		},
	};
	return store;
}

async function step<T>(options: StoreOptions | undefined, work: () => T | Promise<T>): Promise<T> {
	if (options?.signal?.aborted) throw cancelled(options.signal.reason);
	return work();
}
