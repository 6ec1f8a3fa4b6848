/**
 * Putting back what a cloud lost of a record: pieces are rebuilt from those that are left and are the same to the last bit, small
 * objects are copied. Whoever can open a part can do it; nothing changes on chain.
 */
import type { Address, Hash } from '#lib/chain/index.ts';
import { asAppError, type ErrorCode } from '#lib/errors.ts';
import { cidFromDigest, connectStore, putBlock } from '#lib/storage/index.ts';
import { requireIdentity } from './act.ts';
import { requireAccess } from './access.ts';
import { findBlock, publishedBases } from './blocks.ts';
import type { Deps } from './deps.ts';
import type { StoreProblem, WorkOptions } from './engine.ts';
import type { Header } from './formats.ts';
import { findHeader, partAt } from './headers.ts';
import { askAnew } from './ledger.ts';
import { placed, readPlacements } from './placements.ts';
import { findRecordEvent, keepersOf, type RecordEvent } from './record-events.ts';
import { findPartLock, openPartLock } from './resealed.ts';

export interface Repaired {
	/** Pieces that were put back. */
	pieces: number;
	/** Clouds that did not take theirs. */
	failed: StoreProblem[];
	/** Records with a part that this account cannot open, or of which too few pieces are left; with the reason. */
	left: { recordId: Hash; code: ErrorCode }[];
}

/** Whose record, and which. */
export interface RecordPlace {
	patient: Address;
	recordId: Hash;
}

/**
 * Looks at every byte of every piece of these records on the clouds that this account writes to, and puts back what is missing or
 * wrong; with `relocate` also on another of them, where a piece's own cloud is gone for good or takes nothing. Throws `wallet.locked`,
 * `chain.…`, `general.cancelled`; what cannot be repaired is in the result.
 */
export async function repairRecords(
	deps: Deps,
	{ records, relocate = false }: { records: readonly RecordPlace[]; relocate?: boolean },
	options: WorkOptions = {},
): Promise<Repaired> {
	askAnew(deps);
	requireIdentity(deps);
	const repaired: Repaired = { pieces: 0, failed: [], left: [] };
	for (const { patient, recordId } of records) {
		const record = await findRecordEvent(deps, { patient, recordId });
		if (record.erased) continue;
		try {
			const header = await findHeader(deps, record, options.signal);
			await copyBlocks(deps, record, header, options);
			await requireAccess(deps, record);
			for (const index of header.parts.keys()) {
				const { saved, failed } = await repairPart(deps, { record, header, index, relocate }, options);
				repaired.pieces += saved.length;
				repaired.failed.push(...failed);
			}
		} catch (cause) {
			const { code } = asAppError(cause, 'storage.unreachable');
			if (code === 'general.cancelled') throw cause;
			repaired.left.push({ recordId, code });
		}
	}
	return repaired;
}

async function repairPart(
	deps: Deps,
	{ record, header, index, relocate }: { record: RecordEvent; header: Header; index: number; relocate: boolean },
	options: WorkOptions,
) {
	const { manifest } = partAt(header, index);
	const part = { recordId: record.recordId, header, index };
	const key = await openPartLock(deps, part, await findPartLock(deps, part, options.signal));
	const elsewhere = await publishedBases(deps, keepersOf(record));
	const order = { manifest: placed(manifest, await readPlacements(deps)), clouds: deps.configs, elsewhere, key };
	return deps.engine.repairFile({ ...order, deep: true, relocate }, options);
}

/** Header and locks, which have no pieces: the same bytes on every cloud of this account. */
async function copyBlocks(deps: Deps, record: RecordEvent, header: Header, { signal }: WorkOptions): Promise<void> {
	const stores = deps.configs.map(connectStore).filter(({ capabilities }) => capabilities.write);
	for (const cid of [cidFromDigest(record.headerDigest), ...header.parts.map(({ lock }) => lock)]) {
		await putBlock(stores, await findBlock(deps, cid, keepersOf(record), signal), { minimum: 1, signal });
	}
}
