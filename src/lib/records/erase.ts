/**
 * Erasing a record of one's own: a tombstone on chain, then everything that lies on clouds for it alone is taken away where that can be
 * done, and a receipt says what each cloud answered.
 *
 * What destroys the record is that its header goes: only there lie the part's key, wrapped under its lock, and the salt without which no
 * other wrap of that key (`resealed.ts`) opens. A lock serves other records too and stays. Whoever kept the header or opened the record before is beyond reach, and so is what a cloud keeps behind its answer.
 */
import * as chain from '#lib/chain/index.ts';
import type { Hash } from '#lib/chain/index.ts';
import { AppError, type ErrorCode } from '#lib/errors.ts';
import { cidFromDigest, nameOf, type Removal, type RemovalAnswer } from '#lib/storage/index.ts';
import { requireIdentity, transact } from './act.ts';
import { forgetBlock, publishedBases } from './blocks.ts';
import type { ActionOptions, Deps, Receipt } from './deps.ts';
import { findHeader } from './headers.ts';
import { askAnew } from './ledger.ts';
import { dropPending } from './pending.ts';
import { placed, readPlacements } from './placements.ts';
import { findRecordEvent, keepersOf } from './record-events.ts';
import { labelOf } from './save-progress.ts';

/** What came of erasing. Plain data: it is what a person keeps. */
export interface ErasureReceipt {
	recordId: Hash;
	transaction: Hash;
	/** Milliseconds since 1970. */
	erasedAt: number;
	/** No cloud that was asked still gives the header, without which no wrapped key opens. */
	keyDestroyed: boolean;
	clouds: ErasureAnswer[];
}

/** What one cloud answered, over all objects. */
export interface ErasureAnswer {
	name: string;
	label: string;
	/** The worst of its answers: see `RemovalAnswer`. */
	answer: RemovalAnswer;
	/** Objects that were there and are not any more, and those that it was asked to remove. */
	removed: number;
	asked: number;
	/** Why it did not remove the others. */
	code: ErrorCode | null;
	objects: { object: string; answer: RemovalAnswer; code: ErrorCode | null }[];
}

/** From the best to the worst. */
const answers: readonly RemovalAnswer[] = ['absent', 'removed', 'cannot', 'refused', 'unreachable'];

/**
 * Erases a document of this account's own. Throws `chain.not-found`, `chain.refused` (a hospital's record, or erased before). What a
 * cloud does not remove is no failure: it is in the receipt.
 */
export async function eraseRecord(
	deps: Deps,
	{ recordId }: { recordId: Hash },
	options: ActionOptions = {},
): Promise<Receipt & { erasure: ErasureReceipt }> {
	askAnew(deps);
	const { account: patient } = requireIdentity(deps);
	const record = await findRecordEvent(deps, { patient, recordId });
	options.onStage?.('preparing');
	const header = await findHeader(deps, record, options.signal).catch((error: unknown) => {
		if (error instanceof AppError) return null; // gone already, or changed: the tombstone is set all the same
		throw error;
	});
	const registry = deps.chain.contracts.recordRegistry;
	const order = { registry, recordId };
	const message = chain.eraseRecordMessage(order);
	const receipt = await transact(deps, options, (wallet) => chain.eraseRecord(wallet, order), message);
	await dropPending(deps, recordId);
	const headerCid = cidFromDigest(record.headerDigest);
	await forgetBlock(deps, headerCid);
	const places = await readPlacements(deps);
	const pieces = header?.parts.flatMap(({ manifest }) => placed(manifest, places).pieces) ?? [];
	const own = new Set(deps.configs.map(nameOf));
	const known = [...pieces.map(({ store }) => store), ...(await publishedBases(deps, keepersOf(record)))];
	// The header first: without it the rest is of no use to anyone.
	const removals = await deps.engine.removeObjects({
		objects: [headerCid, ...pieces.flatMap(({ cid, proofs }) => [cid, proofs])],
		clouds: deps.configs,
		others: [...new Set(known)].filter((name) => !own.has(name)),
	});
	const ofHeader = removals.filter(({ object }) => object === String(headerCid));
	const erasure = {
		recordId,
		transaction: receipt.transaction,
		erasedAt: Date.now(),
		keyDestroyed: ofHeader.every(({ answer }) => answer === 'removed' || answer === 'absent'),
		clouds: answersOf(deps, removals),
	};
	return { ...receipt, erasure };
}

function answersOf(deps: Deps, removals: readonly Removal[]): ErasureAnswer[] {
	const labels = new Map(deps.configs.map((config) => [nameOf(config), labelOf(config)]));
	return [...new Set(removals.map(({ store }) => store))].map((name) => {
		const objects = removals.filter(({ store }) => store === name).map(({ object, answer, code }) => ({ object, answer, code })); // prettier-ignore
		const worst = objects.toSorted((a, b) => answers.indexOf(b.answer) - answers.indexOf(a.answer))[0];
		return {
			name,
			label: labels.get(name) ?? name,
			answer: worst?.answer ?? 'absent',
			removed: objects.filter(({ answer }) => answer === 'removed').length,
			asked: objects.length,
			code: worst?.code ?? null,
			objects,
		};
	});
}
