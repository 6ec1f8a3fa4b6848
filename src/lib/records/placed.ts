/**
 * Records that are on the clouds and not on the chain: the page was closed while the wallet was asked. What was asked is noted from before
 * the question until its answer is known, so that it can be asked again without the file, or cleared.
 *
 * The same header is registered again, under the same number, which the chain takes once: it does no harm when the first question is answered after all.
 * Only where the patient changed the locks meanwhile, so that the chain would refuse the first one, a new header is made.
 */
import { addRecord, addRecordMessage, readRecord, recordIdOf, type Address, type Hash } from '#lib/chain/index.ts';
import { AppError, asAppError } from '#lib/errors.ts';
import { cidFromDigest, nameOf } from '#lib/storage/index.ts';
import { transact } from './act.ts';
import { saveObject, type SavedObject } from './blocks.ts';
import type { ActionOptions, Deps } from './deps.ts';
import { sealHeader } from './headers.ts';
import { hospitalEpoch, patientEpoch } from './ledger.ts';
import { noteLeftovers, removeObjects } from './leftovers.ts';
import { lockFor } from './own-lock.ts';
import { dropPending, notePendingPart, readPending, updatePending, type Pending } from './pending.ts';
import { hospitalOf, policyText } from './policy.ts';
import type { PlacedView } from './record-types.ts';
import { runningIds, whileRunning } from './unfinished.ts';

export type Placed = Pending['placed'][number];

/** A question may be answered this long after it was asked: what was signed for others to send lasts two days. */
const answerableMs = 2 * 24 * 60 * 60_000;

/** Notes what the wallet is about to be asked; `instead` of what it was asked before. */
export async function notePlaced(deps: Deps, one: Placed, instead: Hash | null = null): Promise<void> {
	const ids = [numberOf(one), instead];
	await updatePending(deps, (pending) => ({
		...pending,
		placed: [...pending.placed.filter((other) => !ids.includes(numberOf(other))), one],
	}));
}

/** The answer is known. */
export async function dropPlaced(deps: Deps, recordId: Hash): Promise<void> {
	await updatePending(deps, (pending) => ({
		...pending,
		placed: pending.placed.filter((one) => numberOf(one) !== recordId),
	}));
}

/** Those of this account that are not on the chain, but for those that a tab of this browser is at. Throws `chain.unreachable`. */
export async function listPlaced(deps: Deps, now = Date.now()): Promise<PlacedView[]> {
	const [{ placed }, running] = await Promise.all([readPending(deps), runningIds()]);
	const views = placed.map(async (one): Promise<PlacedView[]> => {
		const recordId = numberOf(one);
		if (running.has(recordId) || (await settleIfThere(deps, one))) return [];
		const { patient, hospital, at, parts } = one;
		const title = parts[0]?.label.title ?? '';
		return [{ recordId, patient, hospital, title, askedAt: at, mayForget: now - at > answerableMs }];
	});
	return (await Promise.all(views)).flat();
}

/**
 * Asks the wallet again. Resolves with the record's number, which is another where the locks had changed; nothing is asked where it is on the
 * chain by now. Throws `chain.not-found` where nothing of that number is noted, and as `transact`.
 */
export function registerPlaced(
	deps: Deps,
	{ recordId }: { recordId: Hash },
	options: ActionOptions = {},
): Promise<{ recordId: Hash }> {
	return whileRunning(recordId, async () => {
		const one = await findPlaced(deps, recordId);
		if (!one) throw new AppError('chain.not-found', 'Nothing of that number is noted.');
		if (await settleIfThere(deps, one)) return { recordId };
		try {
			await register(deps, one, options);
			return { recordId };
		} catch (error) {
			if (asAppError(error).code !== 'records.stale-epoch') throw error;
			deps.memo.forget('chain/');
			const next = await renew(deps, one, options.signal);
			await register(deps, next, options);
			return { recordId: numberOf(next) };
		}
	});
}

/**
 * Takes away what the clouds have of it, once its question cannot be answered any more; nothing happens before, nor where it is on the chain
 * after all. Throws `chain.unreachable`.
 */
export async function forgetPlaced(deps: Deps, { recordId, now = Date.now() }: { recordId: Hash; now?: number }) {
	await whileRunning(recordId, async () => {
		const one = await findPlaced(deps, recordId);
		if (!one || now - one.at <= answerableMs || (await settleIfThere(deps, one))) return;
		const cid = cidFromDigest(one.headerDigest);
		const pieces = one.parts.flatMap(({ manifest }) => manifest.pieces);
		const objects = [
			...deps.configs.map((config) => ({ store: nameOf(config), cid })),
			...pieces.flatMap(({ store, cid: piece, proofs }) => [piece, proofs].map((object) => ({ store, cid: object }))),
		];
		await noteLeftovers(deps, await removeObjects(deps, objects));
		await dropPending(deps, recordId);
		await dropPlaced(deps, recordId);
	});
}

/** A header for these parts, under the locks of now, and saved. */
export async function makeHeader(
	deps: Deps,
	place: { patient: Address; author: Address; hospital: Address | null; amends: Hash | null },
	parts: readonly Placed['parts'][number][],
	epoch: number,
	signal?: AbortSignal,
): Promise<SavedObject> {
	const { patient, author } = place;
	const locked = await Promise.all(
		parts.map(async (part) => {
			const clinic = hospitalOf(part.policy);
			const epochs = { patient, patientEpoch: epoch, hospitalEpoch: clinic && (await hospitalEpoch(deps, clinic)) };
			const lock = await lockFor(deps, { patient, author, policy: policyText(part.policy, epochs) });
			return { ...part, lock };
		}),
	);
	return saveObject(deps, await sealHeader(place, locked), signal);
}

async function findPlaced(deps: Deps, recordId: Hash): Promise<Placed | null> {
	return (await readPending(deps)).placed.find((one) => numberOf(one) === recordId) ?? null;
}

async function register(deps: Deps, one: Placed, options: ActionOptions): Promise<void> {
	const { patient, hospital, headerDigest, auditRoot, epoch, amends } = one;
	const registry = deps.chain.contracts.recordRegistry;
	const parameters = { registry, patient, hospital, headerDigest, auditRoot, epoch, amends };
	const message = hospital ? undefined : addRecordMessage(parameters);
	await transact(deps, options, (wallet) => addRecord(wallet, parameters), message);
	await settle(deps, one);
}

/** Under the locks of now; the first question is of no use to anyone any more. */
async function renew(deps: Deps, one: Placed, signal?: AbortSignal): Promise<Placed> {
	const epoch = await patientEpoch(deps, one.patient);
	const { patient, author, hospital, amends } = one;
	const header = await makeHeader(deps, { patient, author, hospital, amends }, one.parts, epoch, signal);
	const next = { ...one, headerDigest: header.digest, epoch, at: Date.now() };
	await notePlaced(deps, next, numberOf(one));
	return next;
}

async function settleIfThere(deps: Deps, one: Placed): Promise<boolean> {
	const registry = deps.chain.contracts.recordRegistry;
	if (!(await readRecord(deps.client, { registry, recordId: numberOf(one) }))) return false;
	await settle(deps, one);
	return true;
}

/** It is on the chain: each cloud that may lack its piece is looked after like after any save. */
async function settle(deps: Deps, one: Placed): Promise<void> {
	const recordId = numberOf(one);
	const noted = (await readPending(deps)).parts.some((part) => part.recordId === recordId);
	for (const { key, manifest } of noted ? [] : one.parts)
		await notePendingPart(deps, { recordId, key, manifest, missing: manifest.pieces.map(({ store }) => store) });
	await dropPlaced(deps, recordId);
}

function numberOf(one: Pick<Placed, 'patient' | 'author' | 'headerDigest' | 'auditRoot'>): Hash {
	return recordIdOf(one);
}
