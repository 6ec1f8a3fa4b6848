/**
 * Objects that nothing names: pieces of a file whose saving was cancelled, or refused by the wallet. They are sealed and no one has their
 * key, but they take up room. What a cloud did not take away when it was asked is noted, and asked again later.
 */
import { connectStore, type Leftover } from '#lib/storage/index.ts';
import type { Deps } from './deps.ts';
import { readPending, updatePending } from './pending.ts';

const removalMs = 10_000;

/** Notes what is left, of those clouds that can remove at all. */
export async function noteLeftovers(deps: Deps, leftovers: readonly Leftover[]): Promise<void> {
	const able = new Set(removers(deps).map(({ name }) => name));
	const noted = leftovers.filter(({ store }) => able.has(store));
	if (noted.length > 0)
		await updatePending(deps, (pending) => ({ ...pending, leftovers: [...pending.leftovers, ...noted] }));
}

/** Asks again that what is noted be taken away. Clouds that are no longer used are forgotten; how many objects are still left. */
export async function clearLeftovers(deps: Deps): Promise<number> {
	const { leftovers } = await readPending(deps);
	if (leftovers.length === 0) return 0;
	const left = await removeObjects(deps, leftovers);
	const gone = new Set(leftovers.filter((one) => !left.includes(one)).map(nameOf));
	await updatePending(deps, (now) => ({ ...now, leftovers: now.leftovers.filter((one) => !gone.has(nameOf(one))) }));
	return left.length;
}

/** Takes these objects away where that can be done now; those that are left on a cloud that can remove. */
export async function removeObjects(deps: Deps, objects: readonly Leftover[]): Promise<Leftover[]> {
	const stores = removers(deps);
	const signal = AbortSignal.timeout(removalMs);
	const removals = objects.map(async ({ store, cid }) => {
		await stores.find(({ name }) => name === store)?.remove(cid, { signal });
	});
	const outcomes = await Promise.allSettled(removals);
	return objects.filter((_, i) => outcomes[i]?.status === 'rejected');
}

const removers = ({ configs }: Deps) => configs.map(connectStore).filter(({ capabilities }) => capabilities.remove);

const nameOf = ({ store, cid }: Leftover) => `${store} ${String(cid)}`;
