/**
 * Where a part's key is wrapped now. A header is its author's word and never changes; after a revocation its patient puts parts under
 * newer locks by a *reseal object*, whose digest is on chain (`reseal.ts` makes them). It holds other wraps of the same part keys and
 * cannot alter what they open: another key would fit neither the label nor the pieces that the header commits to.
 */
import type { CID } from 'multiformats/cid';
import type { Address, EventOf, Hash } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import { findObject } from './blocks.ts';
import type { Deps } from './deps.ts';
import { resealSchema, type Header, type Lock, type Reseal } from './formats.ts';
import { openPartKey, partAt } from './headers.ts';
import { historyOf } from './ledger.ts';
import { findLock, openLock } from './locks.ts';
import { requireIdentity } from './act.ts';

/** A lock, and a part's key wrapped under it. */
export interface PartLock {
	cid: CID;
	lock: Lock;
	wrap: Uint8Array;
}

/** How long a chain of objects a reader follows. */
const maxObjects = 64;

/**
 * The lock that a part is under now: the newest that the patient put it under, else its author's. An author who is not the patient keeps
 * to their own lock, which they always open. Throws `records.invalid-header`, and as `findObject`.
 */
export async function findPartLock(
	deps: Deps,
	{ recordId, header, index }: { recordId: Hash; header: Header; index: number },
	signal?: AbortSignal,
): Promise<PartLock> {
	const { patient, author } = header;
	const me = requireIdentity(deps).accountFor(patient);
	const newer =
		me === author && me !== patient ? null : (await resealedParts(deps, patient)).get(placeOf(recordId, index));
	if (newer) {
		const lock = await findLock(deps, newer.lock, { patient, author: patient, hospital: null }, signal);
		return { cid: newer.lock, lock, wrap: newer.wrap };
	}
	const { lock: cid, wrap } = partAt(header, index);
	return { cid, lock: await findLock(deps, cid, header, signal), wrap };
}

/** The key of a part, with a lock that it is under. Throws as `openLock` and `openPartKey`. */
export async function openPartLock(
	deps: Deps,
	{ header, index }: { header: Header; index: number },
	{ cid, lock, wrap }: PartLock,
): Promise<Uint8Array> {
	return openPartKey(header, index, { lockKey: await openLock(deps, cid, lock), wrap });
}

/**
 * All parts of a patient that were put under newer locks, with the newest of each. What no cloud gives just now, or is not what the chain
 * says, is passed over: an older lock opens the same contents, for those who hold its keys.
 */
async function resealedParts(deps: Deps, patient: Address): Promise<ReadonlyMap<string, Reseal['parts'][number]>> {
	const events = (await historyOf(deps, patient))
		.filter((event) => event.name === 'RecordsResealed')
		.filter((event) => event.patient === patient);
	const last = events.at(-1);
	if (!last) return new Map();
	return deps.memo.once(`chain/resealed/${last.locksDigest}`, async () => {
		const lists = await Promise.all(events.map((event) => partsIn(deps, event)));
		return new Map(lists.flat().map((part) => [placeOf(part.record, part.index), part]));
	});
}

async function partsIn(deps: Deps, event: EventOf<'RecordsResealed'>): Promise<Reseal['parts']> {
	const { patient, epoch } = event;
	const parts: Reseal['parts'] = [];
	let name: Hash | CID | null = event.locksDigest;
	try {
		for (let read = 0; name !== null && read < maxObjects; read++) {
			const reseal: Reseal = await findObject(deps, resealSchema, name, [patient]);
			if (reseal.patient !== patient || reseal.epoch !== epoch) break;
			parts.push(...reseal.parts);
			name = reseal.next;
		}
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
	}
	return parts;
}

function placeOf(record: Hash, index: number): string {
	return `${record}/${index}`;
}
