/**
 * What this browser remembers between visits: blocks that were verified, and what `private-cache.ts` seals. Losing all of it
 * loses nothing but time, and the list of copies that are still to be saved.
 */
import { clear, createStore, del, get, set } from 'idb-keyval';

export interface Cache {
	get(name: string): Promise<Uint8Array | null>;
	set(name: string, bytes: Uint8Array): Promise<void>;
	delete(name: string): Promise<void>;
	clear(): Promise<void>;
}

/** A cache that lasts as long as this program. */
export function memoryCache(): Cache {
	const entries = new Map<string, Uint8Array>();
	return {
		get: (name) => Promise.resolve(entries.get(name) ?? null),
		set(name, bytes) {
			entries.set(name, bytes);
			return Promise.resolve();
		},
		delete(name) {
			entries.delete(name);
			return Promise.resolve();
		},
		clear() {
			entries.clear();
			return Promise.resolve();
		},
	};
}

/** The cache of this browser, in IndexedDB. Where that is refused (some private windows), one in memory takes over. */
export function browserCache(): Cache {
	const store = createStore('amana', 'cache');
	const memory = memoryCache();
	const attempt = async <Value>(work: () => Promise<Value>, otherwise: () => Promise<Value>) => {
		try {
			return await work();
		} catch {
			return otherwise();
		}
	};
	return {
		get: (name) =>
			attempt(
				async () => (await get<Uint8Array>(name, store)) ?? memory.get(name),
				() => memory.get(name),
			),
		set: (name, bytes) =>
			attempt(
				() => set(name, bytes, store),
				() => memory.set(name, bytes),
			),
		delete: (name) =>
			attempt(
				() => del(name, store),
				() => memory.delete(name),
			),
		clear: () =>
			attempt(
				() => clear(store),
				() => memory.clear(),
			),
	};
}
