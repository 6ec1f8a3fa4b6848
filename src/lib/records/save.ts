/**
 * Saving a record: pieces to the clouds, then lock and header, then one transaction. Whatever goes wrong before the
 * transaction (a cloud, the person, a closed tab) leaves the chain as it was; what lies on clouds by then is sealed, and no
 * one has its key.
 */
import { addRecord, addRecordMessage, recordIdOf, type Address, type Hash } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import { saveObject, type SavedObject } from './blocks.ts';
import { type ActionOptions, type Deps, type Receipt } from './deps.ts';
import type { Spread, StoreProblem } from './engine.ts';
import { auditRootOf, newPartKey, sealHeader, type SpreadPart } from './headers.ts';
import { askAnew, hospitalEpoch, patientEpoch } from './ledger.ts';
import { lockFor } from './own-lock.ts';
import { notePendingPart } from './pending.ts';
import { hospitalOf, policyText } from './policy.ts';
import { watchSaving, type SaveWatch } from './save-progress.ts';
import type { PartLabel, PolicyChoice, SaveProgress } from './types.ts';
import { requireIdentity, transact } from './act.ts';

export interface NewPart {
	name: string;
	source: Blob | Uint8Array;
	label: PartLabel;
	policy: PolicyChoice;
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
	/** Names of the clouds that have everything. */
	saved: string[];
	/** Clouds that are tried again later. */
	failed: StoreProblem[];
	/** Sealed bytes of one copy, header included. */
	sealedBytes: number;
}

type SealedPart = NewPart & SpreadPart & Spread;

/**
 * Saves a record of `patient`. Throws `wallet.locked`, `wallet.none`, `storage.no-clouds`, `storage.too-few`,
 * `storage.none-saved`, `records.no-keys`, `records.too-large`, `general.cancelled`, and what the contract refuses.
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
	const spread = async (part: NewPart, index: number): Promise<SealedPart> => {
		const key = newPartKey();
		const order = { source: part.source, clouds: deps.configs, key };
		const outcome = await deps.engine.spreadFile(order, { signal: options.signal, onProgress: progress.part(index) });
		progress.settle(index, outcome);
		return { ...part, key, ...outcome };
	};
	const parts = await Promise.all(record.parts.map(spread));
	const auditRoot = await auditRootOf(parts);
	const { receipt, header } = await signHeader(deps, { ...record, author, auditRoot }, parts, progress, options);
	const recordId = recordIdOf({ patient: record.patient, author, headerDigest: header.digest, auditRoot });
	await noteMissing(deps, recordId, parts);
	progress.stage('saved');
	return { ...receipt, recordId, headerCid: header.cid.toString(), ...placesOf(parts, header) };
}

/**
 * Header and transaction. Epochs are read as late as can be; where the patient still changed the locks meanwhile, the contract
 * refuses before the wallet is asked, and lock and header are made once more. The pieces stay.
 */
async function signHeader(
	deps: Deps,
	record: NewRecord & { author: Address; auditRoot: Hash },
	parts: readonly SealedPart[],
	progress: SaveWatch,
	{ signal, handOver }: SaveOptions,
	again = true,
): Promise<{ receipt: Receipt; header: SavedObject }> {
	const { patient, author, hospital, auditRoot, amends = null } = record;
	const epoch = await patientEpoch(deps, patient);
	const locked = await Promise.all(
		parts.map(async (part) => {
			const clinic = hospitalOf(part.policy);
			const epochs = { patient, patientEpoch: epoch, hospitalEpoch: clinic && (await hospitalEpoch(deps, clinic)) };
			const policy = policyText(part.policy, epochs);
			return { ...part, lock: await lockFor(deps, { patient, author, policy }) };
		}),
	);
	const header = await saveObject(deps, await sealHeader({ patient, author, hospital, amends }, locked), signal);
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
		const tools = { signal, handOver, onStage: progress.action };
		const receipt = await transact(deps, tools, (wallet) => addRecord(wallet, parameters), message);
		return { receipt, header };
	} catch (error) {
		const stale = error instanceof AppError && error.code === 'records.stale-epoch';
		if (!stale || !again) throw error;
		deps.memo.forget('chain/');
		return signHeader(deps, record, parts, progress, { signal, handOver }, false);
	}
}

async function noteMissing(deps: Deps, recordId: Hash, parts: readonly SealedPart[]): Promise<void> {
	for (const { key, manifest, failed } of parts) {
		const missing = failed.map(({ store }) => store);
		if (missing.length > 0) await notePendingPart(deps, { recordId, key, manifest, missing });
	}
}

function placesOf(parts: readonly SealedPart[], header: SavedObject) {
	const failed = [...header.failed, ...parts.flatMap((part) => part.failed)];
	const lacking = new Set(failed.map(({ store }) => store));
	return {
		saved: header.saved.filter((store) => !lacking.has(store)),
		failed: [...lacking].flatMap((store) => failed.find((problem) => problem.store === store) ?? []),
		sealedBytes: header.bytes + parts.reduce((sum, { manifest }) => sum + manifest.size, 0),
	};
}
