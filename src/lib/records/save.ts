/**
 * Saving a record: pieces to the clouds, then lock and header, then one transaction. Whatever goes wrong before the
 * transaction (a cloud, the person, a closed tab) leaves the chain as it was; what lies on clouds by then is sealed, and no
 * one has its key.
 */
import { addRecord, addRecordMessage, recordIdOf, type Address, type Hash } from '#lib/chain/index.ts';
import { AppError, asAppError, type ErrorCode } from '#lib/errors.ts';
import { pieceBytes } from '#lib/storage/index.ts';
import type { SavedObject } from './blocks.ts';
import type { ActionOptions, ActionStage, Deps, Receipt } from './deps.ts';
import type { StoreProblem } from './engine.ts';
import type { PlannedSpread, Spread, SpreadOrder, SpreadOutcome } from './engine-spread.ts';
import { auditRootOf, newPartKey, type SpreadPart } from './headers.ts';
import { askAnew, patientEpoch } from './ledger.ts';
import { noteLeftovers, removeObjects } from './leftovers.ts';
import { notePendingPart, settlePendingPart } from './pending.ts';
import { dropPlaced, makeHeader, notePlaced } from './placed.ts';
import { watchSaving, type SaveWatch } from './save-progress.ts';
import type { Keeping, PartLabel, SaveProgress } from './record-types.ts';
import type { PolicyChoice } from './types.ts';
import { whileRunning } from './unfinished.ts';
import { requireIdentity, transact } from './act.ts';

export interface NewPart {
	name: string;
	source: Blob | Uint8Array;
	label: PartLabel;
	policy: PolicyChoice;
	/** As usual where nothing is said. */
	keeping?: Keeping | undefined;
	/** For what is noted, so that another page can go on with it. */
	resumable?: ResumablePart | undefined;
}

export interface ResumablePart {
	/** What was begun, with its key. */
	begun: (NonNullable<SpreadOrder['begun']> & { key: Uint8Array }) | null;
	/** Awaited before a byte is sent under that key. */
	onPlanned: (key: Uint8Array, plan: PlannedSpread) => Promise<void>;
	/** Awaited before the wallet is asked: from then on it must not be gone on with. */
	onPlaced: () => Promise<void>;
}

export interface NewRecord {
	patient: Address;
	/** null where the patient adds it. */
	hospital: Address | null;
	amends?: Hash | null;
	parts: readonly NewPart[];
}

export interface SaveOptions {
	signal?: AbortSignal | undefined;
	onProgress?: ((progress: SaveProgress) => void) | undefined;
	/** As in `ActionOptions`. */
	handOver?: ActionOptions['handOver'];
}

export interface SaveResult {
	recordId: Hash;
	headerCid: string;
	/** Names of the clouds that have everything by now. */
	saved: string[];
	/** Clouds that are tried again later. */
	failed: StoreProblem[];
	/** How many clouds are to have it in all. */
	clouds: number;
	/** Sealed bytes of one copy, header included. */
	sealedBytes: number;
	/** What it comes to once no cloud is still taking its piece. Never rejects; what is cut off meanwhile is tried again later. */
	rest: Promise<Pick<SaveResult, 'saved' | 'failed'>>;
}

/** A part that counts as saved. */
interface SealedPart extends NewPart, SpreadPart, Spread {
	/** How far it came. */
	now: SpreadOutcome;
	rest: Promise<SpreadOutcome>;
}

/**
 * Saves a record of `patient`: resolves when it is on chain, while some clouds may still be taking their pieces. Throws
 * `wallet.locked`, `wallet.none`, `storage.no-clouds`, `storage.too-few`, `storage.none-saved`, `records.no-keys`,
 * `records.too-large`, `records.another-file`, `general.cancelled`, and what the contract refuses. Where nothing came on chain, nothing stays
 * on the clouds, but for a part that can be gone on with, stopped with another reason than `discard` while it was sent.
 */
export async function saveRecord(
	deps: Deps,
	record: NewRecord,
	options: SaveOptions = {},
): Promise<Receipt & SaveResult> {
	askAnew(deps);
	const author = requireIdentity(deps).accountFor(record.patient);
	if (!deps.wallet) throw new AppError('wallet.none', 'No wallet is connected.');
	const progress = watchSaving(deps.configs, record.parts.length, options.onProgress);
	const parts = await spreadParts(deps, record.parts, progress, options.signal);
	const auditRoot = await auditRootOf(parts);
	const written = { ...record, author, auditRoot };
	const sending: Sending = { header: null, isSent: false, isHandedOver: false };
	try {
		const { receipt, header } = await signHeader(deps, written, parts, { progress, sending, options });
		const recordId = await noteRest(deps, written, header, parts);
		await dropPlaced(deps, recordId);
		progress.stage('saved');
		const rest = Promise.all(parts.map((part) => part.rest)).then(() => placesOf(parts, header));
		const sealedBytes = header.bytes + parts.reduce((sum, { manifest }) => sum + pieceBytes(manifest), 0);
		const clouds = new Set(parts.flatMap(({ manifest }) => manifest.pieces.map(({ store }) => store))).size;
		return {
			...receipt,
			recordId,
			headerCid: header.cid.toString(),
			...placesOf(parts, header),
			clouds,
			sealedBytes,
			rest,
		};
	} catch (error) {
		// A transaction that may have been sent may still come on chain: then the record must have its pieces.
		if (sending.header && sending.isSent) await noteRest(deps, written, sending.header, parts);
		else {
			await takeBack(deps, parts, sending.header);
			if (sending.header) await dropPlaced(deps, recordIdOf({ ...written, headerDigest: sending.header.digest }));
		}
		throw error;
	}
}

/** Spreads all parts at once; where one fails, the others are taken back. */
async function spreadParts(
	deps: Deps,
	parts: readonly NewPart[],
	progress: SaveWatch,
	signal: AbortSignal | undefined,
): Promise<SealedPart[]> {
	const spread = async (part: NewPart, index: number): Promise<SealedPart> => {
		const { begun = null, onPlanned } = part.resumable ?? {};
		const key = begun?.key ?? newPartKey();
		const order = { source: part.source, clouds: deps.configs, key, ...part.keeping, begun: begun ?? undefined };
		const outcome = await deps.engine.spreadFile(order, {
			signal,
			onProgress: progress.part(index),
			onPlanned: onPlanned && ((plan) => onPlanned(key, plan)),
		});
		progress.settle(index, outcome);
		const sealed: SealedPart = { ...part, key, ...outcome, now: outcome, rest: Promise.resolve(outcome) };
		sealed.rest = deps.engine.finishSpread(outcome.ticket).then(
			(whole) => {
				progress.settle(index, (sealed.now = whole));
				return whole;
			},
			() => sealed.now,
		);
		return sealed;
	};
	const outcomes = await Promise.allSettled(parts.map(spread));
	const sealed = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
	const failure = outcomes.find((outcome) => outcome.status === 'rejected');
	if (!failure) return sealed;
	await takeBack(deps, sealed, null);
	throw failure.reason;
}

/** How far the transaction came. */
interface Sending {
	header: SavedObject | null;
	/** The wallet was asked, and did not plainly refuse. */
	isSent: boolean;
	/** What was signed is in other hands, which may execute it whatever happens here. */
	isHandedOver: boolean;
}

/**
 * Header and transaction. Epochs are read as late as can be; where the patient still changed the locks meanwhile, the contract
 * refuses before the wallet is asked, and lock and header are made once more. The pieces stay.
 */
async function signHeader(
	deps: Deps,
	record: NewRecord & { author: Address; auditRoot: Hash },
	parts: readonly SealedPart[],
	work: { progress: SaveWatch; sending: Sending; options: SaveOptions },
	again = true,
): Promise<{ receipt: Receipt; header: SavedObject }> {
	const { progress, sending, options } = work;
	const { signal, handOver } = options;
	const { patient, author, hospital, auditRoot, amends = null } = record;
	const epoch = await patientEpoch(deps, patient);
	const place = { patient, author, hospital, amends };
	const header = await makeHeader(deps, place, parts, epoch, signal);
	const before = sending.header && recordIdOf({ ...record, headerDigest: sending.header.digest });
	sending.header = header;
	const noted = parts.map(({ name, label, policy, key, manifest }) => ({ name, label, policy, key, manifest }));
	const asked = { ...place, headerDigest: header.digest, auditRoot, epoch, at: Date.now(), parts: noted };
	await notePlaced(deps, asked, before);
	for (const { resumable } of parts) await resumable?.onPlaced();
	try {
		const { contracts } = deps.chain;
		const parameters = {
			registry: contracts.recordRegistry,
			patient,
			hospital,
			headerDigest: header.digest,
			auditRoot,
			epoch,
			amends,
		};
		const message = hospital ? undefined : addRecordMessage(parameters);
		const onStage = (stage: ActionStage) => {
			sending.isSent ||= stage === 'waiting-for-wallet';
			sending.isHandedOver ||= stage === 'handed-over';
			progress.action(stage);
		};
		const tools = { signal, handOver, onStage };
		const send = () => transact(deps, tools, (wallet) => addRecord(wallet, parameters), message);
		const receipt = await whileRunning(recordIdOf({ ...record, headerDigest: header.digest }), send);
		return { receipt, header };
	} catch (error) {
		const { code } = asAppError(error);
		if (isRefusal(code) && !sending.isHandedOver) sending.isSent = false;
		if (code !== 'records.stale-epoch' || !again) throw error;
		deps.memo.forget('chain/');
		return signHeader(deps, record, parts, work, false);
	}
}

/** What says for sure that no transaction counts: the person, the wallet before it sent one, or the contract. */
const refusals: readonly ErrorCode[] = [
	'wallet.rejected',
	'wallet.busy',
	'wallet.none',
	'chain.refused',
	'chain.wrong-network',
	'chain.out-of-funds',
];

function isRefusal(code: ErrorCode): boolean {
	return refusals.includes(code) || code.startsWith('records.');
}

/** Notes what clouds still lack of a record, and forgets it as they take it; the record's number. */
async function noteRest(
	deps: Deps,
	record: { patient: Address; author: Address; auditRoot: Hash },
	{ digest: headerDigest }: SavedObject,
	parts: readonly SealedPart[],
): Promise<Hash> {
	const recordId = recordIdOf({ ...record, headerDigest });
	for (const { key, manifest, now, rest, ticket } of parts) {
		void rest.then(() => deps.engine.keepSpread(ticket));
		const missing = manifest.pieces.map(({ store }) => store).filter((store) => !now.saved.includes(store));
		if (missing.length === 0) continue;
		const pending = { recordId, key, manifest, missing };
		await notePendingPart(deps, pending);
		void rest.then(({ saved }) => settlePendingPart(deps, pending, saved)).catch(() => undefined); // tried again anyhow
	}
	return recordId;
}

/** Takes everything off the clouds again, or notes what is left there. */
async function takeBack(deps: Deps, parts: readonly SealedPart[], header: SavedObject | null): Promise<void> {
	const pieces = await Promise.all(parts.map(({ ticket }) => deps.engine.takeBackSpread(ticket).catch(() => [])));
	const objects = header ? header.saved.map((store) => ({ store, cid: header.cid })) : [];
	await noteLeftovers(deps, [...pieces.flat(), ...(await removeObjects(deps, objects))]);
}

function placesOf(parts: readonly SealedPart[], header: SavedObject): Pick<SaveResult, 'saved' | 'failed'> {
	const failed = [...header.failed, ...parts.flatMap(({ now }) => now.failed)];
	const lacking = new Set(failed.map(({ store }) => store));
	const whole = header.saved.filter((store) => parts.every(({ now }) => now.saved.includes(store)));
	return {
		saved: whole.filter((store) => !lacking.has(store)),
		failed: [...lacking].flatMap((store) => failed.find((problem) => problem.store === store) ?? []),
	};
}
