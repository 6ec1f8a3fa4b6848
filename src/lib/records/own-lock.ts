/**
 * The author's lock for a policy: the one used before, else a new one. Using it again is what keeps a timeline quick to open: its
 * readers compute one pairing for the lock, not one for each record.
 */
import { readPrivate, writePrivate } from './private-cache.ts';
import { requireIdentity } from './act.ts';
import { decodeObject, encodeObject } from './codec.ts';
import type { Deps } from './deps.ts';
import { ownLockSchema } from './formats.ts';
import { findHeader } from './headers.ts';
import { requireKeys } from './ledger.ts';
import { createLock, findLock, openLock, type LockPlace, type OpenedLock } from './locks.ts';
import { recordEvents, type RecordEvent } from './record-events.ts';

/** How many of the author's latest records are looked at, where this browser remembers no lock. */
const maxLookedAt = 8;

/**
 * A lock of `author` for `patient` under this policy, which names its epochs. Throws `wallet.locked`, `records.no-keys`,
 * `storage.…`.
 */
export async function lockFor(deps: Deps, place: LockPlace): Promise<OpenedLock> {
	const identity = requireIdentity(deps);
	const { patient, author, policy } = place;
	const [theirs, own] = await Promise.all([requireKeys(deps, patient), requireKeys(deps, author)]);
	// Boxes in the lock are sealed to these keys: after a change of keys an old lock would be of no use to its owner.
	const name = `own-lock/${author}#${own.version}/${patient}#${theirs.version}/${policy}`;
	return deps.memo.once(name, async () => {
		const remembered = await readPrivate(deps.cache, identity, name);
		if (remembered) return decodeObject(ownLockSchema, remembered);
		const neverChanged = theirs.version === 1 && own.version === 1;
		const earlier = neverChanged ? await findEarlier(deps, place) : null;
		const lock = earlier ?? (await createLock(deps, place));
		await writePrivate(deps.cache, identity, name, encodeObject(lock));
		return lock;
	});
}

/** The author's lock of this policy in one of their latest records; null where there is none, or no cloud gives it. */
async function findEarlier(deps: Deps, place: LockPlace): Promise<OpenedLock | null> {
	const records = await recordEvents(deps, place.patient);
	const own = records.filter(({ author, erased }) => author === place.author && !erased).slice(0, maxLookedAt);
	const found = await Promise.all(own.map((record) => lockIn(deps, record, place.policy).catch(() => null)));
	return found.find((lock) => lock !== null) ?? null;
}

async function lockIn(deps: Deps, record: RecordEvent, policy: string): Promise<OpenedLock | null> {
	const header = await findHeader(deps, record);
	for (const { lock: cid } of header.parts) {
		const lock = await findLock(deps, cid, header);
		if (lock.policy === policy) return { cid, key: await openLock(deps, cid, lock) };
	}
	return null;
}
