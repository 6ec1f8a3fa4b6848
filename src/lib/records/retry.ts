/** Bringing clouds the copies that they did not take, and forgetting everything else. */
import { asAppError } from '#lib/errors.ts';
import { connectStore, putBlock } from '#lib/storage/index.ts';
import type { Deps } from './deps.ts';
import type { WorkOptions } from './engine.ts';
import { clearLeftovers } from './leftovers.ts';
import { nameOfPart, pendingByRecord, readPending, updatePending, type Pending, type PendingPart } from './pending.ts';
import type { PendingView } from './record-types.ts';
import { requireIdentity } from './act.ts';

/** Records of which a cloud still lacks its copy. */
export async function listPending(deps: Deps): Promise<PendingView[]> {
	return [...(await pendingByRecord(deps))].map(([recordId, missing]) => ({ recordId, missing }));
}

/**
 * Tries again to save every copy that a cloud did not take, and to take away what should not be there. A part's missing piece is made from another copy, so the file itself
 * is not needed, nor the wallet. Never throws for a cloud that is still down: what is left is counted.
 */
export async function retrySaving(deps: Deps, options: WorkOptions = {}): Promise<{ repaired: number; left: number }> {
	requireIdentity(deps);
	const { blocks, parts } = await readPending(deps);
	await clearLeftovers(deps);
	const done = { blocks: new Set<string>(), parts: new Set<string>() };
	for (const block of blocks) if (await saveBlockAgain(deps, block, options)) done.blocks.add(block.cid.toString());
	for (const part of parts) if (await savePartAgain(deps, part, options)) done.parts.add(nameOfPart(part));
	await updatePending(deps, (now) => ({
		...now,
		blocks: now.blocks.filter(({ cid }) => !done.blocks.has(cid.toString())),
		parts: now.parts.filter((part) => !done.parts.has(nameOfPart(part))),
	}));
	const repaired = done.blocks.size + done.parts.size;
	return { repaired, left: blocks.length + parts.length - repaired };
}

async function saveBlockAgain(deps: Deps, { cid, missing }: Pending['blocks'][number], { signal }: WorkOptions) {
	const bytes = await deps.cache.get(`block/${cid.toString()}`);
	const stores = deps.configs.map(connectStore).filter((store) => missing.includes(store.name));
	if (!bytes || stores.length === 0) return true; // a cloud that is no longer used
	try {
		const { failed } = await putBlock(stores, bytes, { minimum: stores.length, signal });
		return failed.length === 0;
	} catch (error) {
		return stillMissing(error);
	}
}

async function savePartAgain(deps: Deps, { key, manifest, missing }: PendingPart, options: WorkOptions) {
	try {
		const { failed } = await deps.engine.repairFile({ manifest, clouds: deps.configs, elsewhere: [], key }, options);
		return !failed.some(({ store }) => missing.includes(store));
	} catch (error) {
		return stillMissing(error);
	}
}

/** False: try again another time. A cancelled retry ends here. */
function stillMissing(error: unknown): false {
	const known = asAppError(error);
	if (known.code === 'general.cancelled') throw known;
	return false;
}

/**
 * "Lock and leave": forgets what this browser remembers of records and people. Only copies still to be saved stay, sealed, as
 * nobody else knows of them.
 */
export async function forgetPrivate(deps: Deps): Promise<void> {
	const pending = await readPending(deps);
	const names = pending.blocks.map(({ cid }) => `block/${cid.toString()}`);
	const blocks = await Promise.all(names.map((name) => deps.cache.get(name)));
	await deps.cache.clear();
	deps.memo.forget('');
	for (const [index, bytes] of blocks.entries()) if (bytes) await deps.cache.set(names[index] ?? '', bytes);
	const { parts, leftovers, placed, unfinished } = pending;
	if (names.length + parts.length + leftovers.length + placed.length + unfinished.length > 0)
		await updatePending(deps, () => pending);
}
