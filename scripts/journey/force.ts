/**
 * A reader whose program ignores what the chain says. He has the header, the lock, and every key that he was ever sent, by
 * everyone, and tries to open the lock with all of them. What this throws comes from the cryptography alone.
 */
import type { Address, Deps, Hash } from '#lib/records/index.ts';
import { requireIdentity } from '#lib/records/act.ts';
import { openKeyBundle } from '#lib/records/bundles.ts';
import { findHeader, partAt } from '#lib/records/headers.ts';
import { askAnew, historyOf } from '#lib/records/ledger.ts';
import { findLock, lockContext } from '#lib/records/locks.ts';
import { grantBundles, memberBundles } from '#lib/records/reader-keys.ts';
import { findRecordEvent } from '#lib/records/record-events.ts';
import { findPartLock } from '#lib/records/resealed.ts';

/**
 * The key of the lock that a part is under now, or of the one that it was first sealed under, got by all means. Throws
 * `crypto.policy-not-met` or `crypto.old-epoch` where the keys do not suffice.
 */
export async function opensByForce(
	deps: Deps,
	{ patient, recordId, index, first = false }: { patient: Address; recordId: Hash; index: number; first?: boolean },
): Promise<Uint8Array> {
	askAnew(deps);
	const me = requireIdentity(deps).accountFor(patient);
	const header = await findHeader(deps, await findRecordEvent(deps, { patient, recordId }));
	const lock = first
		? await findLock(deps, partAt(header, index).lock, header)
		: (await findPartLock(deps, { recordId, header, index })).lock;
	const keys = await everyKey(deps, me);
	return deps.engine.decapsulate({ capsule: lock.capsule, gid: me, keys, context: lockContext(lock) });
}

/** Every attribute key that anyone ever sent to this reader. */
export async function everyKey(deps: Deps, me: Address): Promise<Map<string, Uint8Array>> {
	const own = await historyOf(deps, me);
	const patients = new Set(own.flatMap((event) => (event.name === 'AccessGranted' ? [event.patient] : [])));
	const hospitals = new Set(own.flatMap((event) => (event.name === 'MemberAdded' ? [event.hospital] : [])));
	const keys = new Map<string, Uint8Array>();
	for (const authority of [...patients, ...hospitals]) {
		const events = await historyOf(deps, authority);
		const bundles = [...grantBundles(events, authority, me), ...memberBundles(events, authority, me)];
		for (const bundle of bundles) {
			const delivery = await openKeyBundle(deps, { ...bundle, me });
			for (const [attribute, key] of Object.entries(delivery?.keys ?? {})) keys.set(attribute, key);
		}
	}
	return keys;
}
