/** Notes of what is still to be done on clouds, written by two tabs at once. */
import { afterEach, expect, test, vi } from 'vitest';
import { cidOf, type Leftover } from '#lib/storage/index.ts';
import { memoryCache, type Cache, type Deps } from '#lib/records/index.ts';

/** A cache that takes its time, as IndexedDB does. */
function slowCache(): Cache {
	const cache = memoryCache();
	const late = () => new Promise((resolve) => setTimeout(resolve, 5));
	return {
		...cache,
		get: async (name) => (await late(), cache.get(name)),
		set: async (name, bytes) => (await late(), cache.set(name, bytes)),
	};
}

/** A tab: modules of its own, the browser's cache and locks in common. */
async function tab(deps: Deps) {
	vi.resetModules();
	const { readPending, updatePending } = await import('#lib/records/pending.ts');
	const note = (one: Leftover) =>
		updatePending(deps, (pending) => ({ ...pending, leftovers: [...pending.leftovers, one] }));
	return { note, read: () => readPending(deps) };
}

const leftover = async (text: string): Promise<Leftover> => ({
	store: 'memory:a',
	cid: await cidOf(new TextEncoder().encode(text)),
});

function session(localKey: Uint8Array): Deps {
	return { cache: slowCache(), identity: { keys: { localKey } }, configs: [] } as unknown as Deps;
}

afterEach(() => vi.unstubAllGlobals());

test('each keeps what the other wrote', async () => {
	const deps = session(crypto.getRandomValues(new Uint8Array(32)));
	const [one, two] = [await tab(deps), await tab(deps)];
	const all = await Promise.all(['a', 'b', 'c', 'd'].map(leftover));
	await Promise.all(all.map((each, i) => (i % 2 === 0 ? one : two).note(each)));
	const names = async ({ read }: typeof one) => (await read()).leftovers.map(({ cid }) => String(cid)).toSorted();
	expect(await names(one)).toEqual(all.map(({ cid }) => String(cid)).toSorted());
	expect(await names(two)).toEqual(await names(one));
});

test('where a browser has no locks, one tab alone loses nothing', async () => {
	vi.stubGlobal('navigator', {});
	const deps = session(crypto.getRandomValues(new Uint8Array(32)));
	const one = await tab(deps);
	const all = await Promise.all(['a', 'b', 'c'].map(leftover));
	await Promise.all(all.map(one.note));
	expect((await one.read()).leftovers).toHaveLength(3);
});

test('under another key there is nothing to read, and nothing is written without one', async () => {
	const deps = session(crypto.getRandomValues(new Uint8Array(32)));
	const one = await tab(deps);
	await one.note(await leftover('a'));
	const stranger = { ...deps, identity: session(crypto.getRandomValues(new Uint8Array(32))).identity };
	expect((await (await tab(stranger)).read()).leftovers).toEqual([]);
	const locked = await tab({ ...deps, identity: null });
	await expect(locked.note(await leftover('b'))).rejects.toMatchObject({ code: 'wallet.locked' });
	expect((await one.read()).leftovers).toHaveLength(1);
});
