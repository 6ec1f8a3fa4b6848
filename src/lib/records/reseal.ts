/**
 * Resealing: after a revocation began a new epoch, parts that were sealed before come under new locks, one for each policy, in one
 * transaction for all. Pieces and headers stay as their authors signed them; only the wrapped part keys are made anew.
 *
 * What it gives: whoever was removed finds no present lock that their keys open, and who joins later needs no key of an old epoch. What it
 * does not: the old lock is public for ever, and with an old key it still opens what it opened before. Only contents that are sealed anew,
 * as a new record, are beyond that.
 */
import * as chain from '#lib/chain/index.ts';
import type { Address, Hash } from '#lib/chain/index.ts';
import { renewPolicy } from '#lib/crypto/abe/index.ts';
import { AppError, asAppError } from '#lib/errors.ts';
import { requireIdentity, transact } from './act.ts';
import { saveObject, type SavedObject } from './blocks.ts';
import type { ActionOptions, Deps, Receipt } from './deps.ts';
import type { Header, Reseal } from './formats.ts';
import { findHeader, wrapPartKey } from './headers.ts';
import { askAnew, hospitalEpoch, patientEpoch } from './ledger.ts';
import { lockFor } from './own-lock.ts';
import { attributesOf } from './policy.ts';
import { recordEvents, type RecordEvent } from './record-events.ts';
import { findPartLock, openPartLock, type PartLock } from './resealed.ts';

/** Parts in one object, so that it stays well below the 1 MiB of a block: each takes some 280 bytes. */
const partsInObject = 3000;

export interface Outdated {
	/** Parts whose lock is of an earlier epoch, of these records. */
	parts: number;
	records: number;
	/** Parts of which no cloud tells just now whether it is. */
	unknown: number;
}

/** How many parts of this patient a reseal would put under new locks. Throws `wallet.locked`, `chain.unreachable`. */
export async function countOutdated(deps: Deps): Promise<Outdated> {
	askAnew(deps);
	const { found, unknown } = await findOutdated(deps);
	return { parts: found.length, records: new Set(found.map(({ recordId }) => recordId)).size, unknown };
}

export interface Resealed {
	/** Parts that are under new locks now. */
	parts: number;
	/** Parts that stay under old ones, as no cloud gave them or their lock does not open. */
	left: number;
}

/**
 * Puts every part of this patient's records that is under a lock of an earlier epoch under a new one; a part that only the patient opens
 * needs none. null where there is nothing to do. Throws `wallet.locked`, `records.stale-epoch` where another revocation came between,
 * `storage.…`, and as `transact`.
 */
export async function resealRecords(deps: Deps, options: ActionOptions = {}): Promise<(Receipt & Resealed) | null> {
	askAnew(deps);
	const { account: patient } = requireIdentity(deps);
	options.onStage?.('preparing');
	const epoch = await patientEpoch(deps, patient);
	const { found, unknown } = await findOutdated(deps);
	const rewrapped = await Promise.all(found.map((part) => rewrap(deps, part)));
	const parts = rewrapped.filter((part) => part !== null);
	const left = unknown + rewrapped.length - parts.length;
	if (parts.length === 0) {
		if (left > 0) throw new AppError('storage.not-found', 'No lock of an earlier epoch can be had or opened just now.');
		return null;
	}
	options.onStage?.('saving');
	const { digest: locksDigest } = await saveReseal(deps, { patient, epoch, parts }, options.signal);
	const parameters = { registry: deps.chain.contracts.recordRegistry, epoch, locksDigest };
	const message = chain.resealRecordsMessage(parameters);
	const receipt = await transact(deps, options, (wallet) => chain.resealRecords(wallet, parameters), message);
	return { ...receipt, parts: parts.length, left };
}

interface OutdatedPart {
	recordId: Hash;
	header: Header;
	index: number;
	current: PartLock;
	/** The same choice at the present epochs. */
	policy: string;
}

async function findOutdated(deps: Deps): Promise<{ found: OutdatedPart[]; unknown: number }> {
	const { account: patient } = requireIdentity(deps);
	const records = (await recordEvents(deps, patient)).filter(({ erased }) => !erased);
	const atPresent = presentPolicies(deps, patient, await patientEpoch(deps, patient));
	const inRecords = await Promise.all(records.map((record) => partsOf(deps, record, atPresent).catch(failureIsNull)));
	const parts = inRecords.flatMap((those) => those ?? [null]);
	return {
		found: parts.filter((part) => part !== null).filter(({ current, policy }) => current.lock.policy !== policy),
		unknown: parts.filter((part) => part === null).length,
	};
}

type AtPresent = (policy: string) => Promise<string>;

/** Every part of a record with the policy it should be under; null for a part whose lock cannot be had. */
async function partsOf(deps: Deps, record: RecordEvent, atPresent: AtPresent): Promise<(OutdatedPart | null)[]> {
	const { recordId } = record;
	const header = await findHeader(deps, record);
	const partOf = async (index: number): Promise<OutdatedPart> => {
		const current = await findPartLock(deps, { recordId, header, index });
		return { recordId, header, index, current, policy: await atPresent(current.lock.policy) };
	};
	return Promise.all(header.parts.map((_, index) => partOf(index).catch(failureIsNull)));
}

/** The text of a policy at the present epochs. The patient's `owner` stays as it is, as nobody has a key of it. */
function presentPolicies(deps: Deps, patient: Address, epoch: number): AtPresent {
	const epochs = new Map<Address, Promise<number>>([[patient, Promise.resolve(epoch)]]);
	const epochOf = (authority: Address) => {
		const known = epochs.get(authority) ?? hospitalEpoch(deps, authority);
		epochs.set(authority, known);
		return known;
	};
	return async (policy) => {
		const authorities = [...new Set(attributesOf(policy).map(({ authority }) => authority))];
		const present = new Map(
			await Promise.all(authorities.map(async (authority) => [authority, await epochOf(authority)] as const)),
		);
		return renewPolicy(policy, ({ name, authority }) => (name === 'owner' ? null : (present.get(authority) ?? null)));
	};
}

/** null where the present lock does not open, or its hospital has no key any more. That no cloud takes the new lock ends all. */
async function rewrap(deps: Deps, part: OutdatedPart): Promise<Reseal['parts'][number] | null> {
	const { recordId: record, header, index, current, policy } = part;
	const { patient } = header;
	const key = await openPartLock(deps, part, current).catch(failureIsNull);
	if (!key) return null;
	const lock = await lockFor(deps, { patient, author: patient, policy }).catch((error: unknown) => {
		if (asAppError(error).code.startsWith('storage.')) throw error;
		return failureIsNull(error);
	});
	return lock && { record, index, lock: lock.cid, wrap: await wrapPartKey(header, index, lock.key, key) };
}

/** A long list becomes a chain of objects, of which the first is named on chain. */
async function saveReseal(
	deps: Deps,
	{ parts, ...place }: Pick<Reseal, 'patient' | 'epoch' | 'parts'>,
	signal?: AbortSignal,
): Promise<SavedObject> {
	const save = (from: number, next: Reseal['next']) => {
		const reseal: Reseal = { v: 1, kind: 'reseal', ...place, parts: parts.slice(from, from + partsInObject), next };
		return saveObject(deps, reseal, signal);
	};
	let from = Math.floor((parts.length - 1) / partsInObject) * partsInObject;
	let saved = await save(from, null);
	while (from > 0) saved = await save((from -= partsInObject), saved.cid);
	return saved;
}

/** Of one part or record; the others go on. */
function failureIsNull(error: unknown): null {
	if (error instanceof AppError && error.code !== 'general.cancelled') return null;
	throw error;
}
