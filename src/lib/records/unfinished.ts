/**
 * Documents whose upload stopped: the tab was closed, or the session ended. From before the first byte is sent until the wallet is asked,
 * this browser notes what is needed to go on with the same file, or to take away what lies on the clouds. From then on a transaction may
 * be under way that names the pieces, so nothing of it may be sent for a second record, nor taken away: see `placed.ts`.
 *
 * The file is sealed again under the noted key. That gives the noted addresses for the same bytes alone, which is checked before anything
 * is sent: other bytes under the same key and nonces would give both away (NIST SP 800-38D §8).
 */
import { connectStore, nameOf, readCid, type Leftover } from '#lib/storage/index.ts';
import type { Deps } from './deps.ts';
import { nameOfNotes } from './engine-notes.ts';
import type { PlannedSpread } from './engine-spread.ts';
import { noteLeftovers, removeObjects } from './leftovers.ts';
import { readPending, updatePending, type Pending } from './pending.ts';
import type { UnfinishedView } from './record-types.ts';

export type Unfinished = Pending['unfinished'][number];

const uploadsMs = 10_000;

/** Documents of this account whose upload stopped, but for those that a tab of this browser is at. */
export async function listUnfinished(deps: Deps): Promise<UnfinishedView[]> {
	const [{ unfinished }, running] = await Promise.all([readPending(deps), runningIds()]);
	return unfinished
		.filter(({ id }) => !running.has(id))
		.map(({ id, document, fileName, size }) => ({ id, ...document, fileName, size }));
}

/**
 * Forgets one, and takes away what the clouds have of it; what cannot be taken away now is tried again later. Nothing happens where there
 * is none.
 */
export async function forgetUnfinished(deps: Deps, id: string): Promise<void> {
	await whileRunning(id, async () => {
		const one = await findUnfinished(deps, id);
		if (one) await discardUnfinished(deps, one);
	});
}

/** As `forgetUnfinished`, by whoever is at it. */
export async function discardUnfinished(deps: Deps, one: Unfinished): Promise<void> {
	await takeAway(deps, one);
	await dropUnfinished(deps, one.id);
}

/** One, as noted; null where there is none. */
export async function findUnfinished(deps: Deps, id: string): Promise<Unfinished | null> {
	return (await readPending(deps)).unfinished.find((one) => one.id === id) ?? null;
}

/** Notes what is about to be sent, in place of what was noted of it before. */
export async function noteUnfinished(deps: Deps, one: Omit<Unfinished, keyof PlannedSpread>, plan: PlannedSpread) {
	await updatePending(deps, (pending) => ({
		...pending,
		unfinished: [...pending.unfinished.filter(({ id }) => id !== one.id), { ...one, ...plan }],
	}));
}

/** Forgets the note alone. */
export async function dropUnfinished(deps: Deps, id: string): Promise<void> {
	if (!(await findUnfinished(deps, id))) return;
	await updatePending(deps, ({ unfinished, ...rest }) => ({
		...rest,
		unfinished: unfinished.filter((one) => one.id !== id),
	}));
}

/** Whether each of its clouds is still in use, so that it can be gone on with. */
export function hasItsClouds({ configs }: Deps, { pieces }: Unfinished): boolean {
	const names = new Set(configs.map(nameOf));
	return pieces.every(({ store }) => names.has(store));
}

const lockOf = (id: string) => `amana-upload ${id}`;

/** Does the work while no other tab of this browser does it for the same upload (https://w3c.github.io/web-locks/). */
export async function whileRunning<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
	const locks = locksHere();
	return locks ? await locks.request(lockOf(id), work) : work();
}

/** Names of what a tab of this browser is at. */
export async function runningIds(): Promise<Set<string>> {
	const { held = [] } = (await locksHere()?.query()) ?? {};
	const prefix = lockOf('');
	return new Set(held.flatMap(({ name }) => (name?.startsWith(prefix) ? name.slice(prefix.length) : [])));
}

const locksHere = () => (globalThis.navigator as Navigator | undefined)?.locks;

async function takeAway(deps: Deps, { pieces }: Unfinished): Promise<void> {
	const objects = pieces.flatMap(({ store, objects: cids }) =>
		cids.map((cid): Leftover => ({ store, cid: readCid(cid) })),
	);
	await Promise.all(pieces.map((piece) => abortUploads(deps, piece).catch(() => undefined))); // their provider ends them in time
	for (const { store, cid } of objects) await deps.cache.delete(await nameOfNotes(store, cid));
	await noteLeftovers(deps, await removeObjects(deps, objects));
}

/** Takes back parts of a piece that were sent and never joined. */
async function abortUploads({ configs }: Deps, { store: name, cid }: Unfinished['pieces'][number]): Promise<void> {
	const config = configs.find((one) => nameOf(one) === name);
	const store = config && connectStore(config);
	const signal = AbortSignal.timeout(uploadsMs);
	for (const upload of (await store?.listUnfinished?.({ signal })) ?? []) {
		if (upload.object === cid) await store?.abortUnfinished?.(upload, { signal });
	}
}
