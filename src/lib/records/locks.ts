/**
 * Locks: one ABE capsule for one policy at given epochs. Its key wraps the part keys of all that the same author seals for the
 * same patient under the same policy, so that a timeline costs one pairing computation for each lock, not for each record.
 * Patient and author open it without any, by a sealed box of their own.
 */
import type { CID } from 'multiformats/cid';
import { bind, deriveKey, domains, keyBytes } from '#lib/crypto/index.ts';
import type { Address } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import { findObject, saveObject } from './blocks.ts';
import type { Deps } from './deps.ts';
import { lockSchema, type Header, type Lock } from './formats.ts';
import { authorityKey, requireKeys } from './ledger.ts';
import { attributesOf, isPatientAttribute } from './policy.ts';
import { keysFor } from './reader-keys.ts';
import { requireIdentity } from './act.ts';
import { readPrivate, writePrivate } from './private-cache.ts';

export interface OpenedLock {
	cid: CID;
	key: Uint8Array;
}

/** What a lock is for. */
export type LockPlace = Pick<Lock, 'patient' | 'author' | 'policy'>;

/** A new lock, saved on this account's clouds. Throws `records.no-keys`, `crypto.unknown-authority`, `storage.…`. */
export async function createLock(deps: Deps, place: LockPlace): Promise<OpenedLock> {
	const { patient, author, policy } = place;
	const { key: kemKey, capsule } = await deps.engine.encapsulate({
		policy,
		authorities: await authoritiesOf(deps, policy),
		context: lockContext(place),
	});
	const key = await deriveKey(kemKey, domains.lockKey);
	const readers = [...new Set([patient, author])];
	const boxes = await Promise.all(
		readers.map(async (reader) => {
			const { sealingKey } = await requireKeys(deps, reader);
			return [reader, await deps.engine.sealTo(sealingKey, key, boxInfo({ ...place, capsule }, reader))] as const;
		}),
	);
	const lock: Lock = { v: 1, patient, author, policy, capsule, boxes: Object.fromEntries(boxes) };
	const { cid } = await saveObject(deps, lock);
	return { cid, key };
}

/** A lock, checked to be of the patient and author who are said to have made it. Throws `records.invalid-header`. */
export async function findLock(
	deps: Deps,
	cid: CID,
	{ patient, author, hospital }: Pick<Header, 'patient' | 'author' | 'hospital'>,
	signal?: AbortSignal,
): Promise<Lock> {
	const writers = [author, patient, ...(hospital ? [hospital] : [])];
	const lock = await findObject(deps, lockSchema, cid, writers, { signal });
	if (lock.patient !== patient || lock.author !== author) {
		throw new AppError('records.invalid-header', 'The lock belongs to another record.');
	}
	return lock;
}

/**
 * The key of a lock: by one's own box, else by the attribute keys that one holds. Opened once, then remembered. Throws
 * `crypto.policy-not-met`, `crypto.invalid-capsule`, `crypto.wrong-key`, `crypto.corrupt`.
 */
export async function openLock(deps: Deps, cid: CID, lock: Lock): Promise<Uint8Array> {
	const identity = requireIdentity(deps);
	const name = `lock/${cid.toString()}`;
	return deps.memo.once(name, async () => {
		const remembered = await readPrivate(deps.cache, identity, name);
		if (remembered) return remembered;
		const key = await openLockNow(deps, lock);
		await writePrivate(deps.cache, identity, name, key);
		return key;
	});
}

async function openLockNow(deps: Deps, lock: Lock): Promise<Uint8Array> {
	const { accountFor, keys } = requireIdentity(deps);
	const me = accountFor(lock.patient);
	const box = lock.boxes[me];
	if (box) {
		const key = await deps.engine.openSealed(keys.sealing.secretKey, box, boxInfo(lock, me));
		if (key.length !== keyBytes) throw new AppError('crypto.corrupt', 'The box holds no lock key.');
		return key;
	}
	const kemKey = await deps.engine.decapsulate({
		capsule: lock.capsule,
		gid: me,
		keys: await keysFor(deps, lock.policy, me),
		context: lockContext(lock),
	});
	return deriveKey(kemKey, domains.lockKey);
}

/** Public keys of all authorities that a policy names. Throws `records.no-keys`. */
async function authoritiesOf(deps: Deps, policy: string): Promise<Map<Address, Uint8Array>> {
	const entries = attributesOf(policy).map(async ({ name, authority }) => {
		const publicKey = await authorityKey(deps, authority, isPatientAttribute(name) ? 'patient' : 'hospital');
		return [authority, publicKey] as const;
	});
	return new Map(await Promise.all(entries));
}

/** What a capsule is bound to: it opens only as the one of this patient, author and policy. */
export function lockContext({ patient, author, policy }: LockPlace): Uint8Array {
	return bind(domains.lockContext, patient, author, policy);
}

/** A box opens only for its reader, and beside the capsule that it was made with. */
function boxInfo(
	{ patient, author, policy, capsule }: LockPlace & { capsule: Uint8Array },
	reader: Address,
): Uint8Array {
	return bind(domains.lockBox, patient, author, policy, capsule, reader);
}
