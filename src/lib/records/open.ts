/** Opening a part: header, lock, part key, then the pieces from whichever clouds have them, verified and opened. */
import type { Address, Hash } from '#lib/chain/index.ts';
import { plainChunkBytes } from '#lib/crypto/index.ts';
import { AppError } from '#lib/errors.ts';
import { requireAccess } from './access.ts';
import { publishedBases } from './blocks.ts';
import type { Deps } from './deps.ts';
import type { FileOrder } from './engine.ts';
import { findHeader, openLabel, partAt } from './headers.ts';
import { placed, readPlacements } from './placements.ts';
import { findRecordEvent, keepersOf } from './record-events.ts';
import { findPartLock, openPartLock } from './resealed.ts';
import type { OpenedPart, OpenProgress, PartLabel } from './record-types.ts';
import { askAnew } from './ledger.ts';
import { keepSpeeds, recallSpeeds } from './known-speeds.ts';
import { requireIdentity } from './act.ts';

export interface OpenOptions {
	signal?: AbortSignal | undefined;
	onProgress?: ((progress: OpenProgress) => void) | undefined;
	/** Given the first 4 MiB of a file of more than 16, before the rest is fetched. They are as well checked as the whole. */
	onBeginning?: ((beginning: Blob, label: PartLabel) => void) | undefined;
}

/** Four chunks of a piece: of all that is fetched nothing is thrown away. */
const beginningBytes = 4 * plainChunkBytes;
const largeBytes = 16 * 2 ** 20;

type PartPlace = { patient: Address; recordId: Hash; index: number };

/**
 * Opens one part of a record. Throws `chain.not-found`, `records.erased`, `records.no-grant`, `records.access-ended`,
 * `crypto.policy-not-met`, `records.invalid-header`, `crypto.corrupt`, `storage.…` where no cloud gives what is right, and
 * `general.cancelled`.
 */
export async function openPart(
	deps: Deps,
	place: PartPlace,
	{ signal, onProgress, onBeginning }: OpenOptions = {},
): Promise<OpenedPart> {
	onProgress?.({ stage: 'finding-keys', done: 0, total: 0 });
	const { order, label } = await findPart(deps, place, signal);
	const parts: Blob[] = [];
	let start = 0;
	if (onBeginning && order.manifest.size > largeBytes) {
		onProgress?.({ stage: 'fetching', done: 0, total: order.manifest.size });
		const bytes = await deps.engine.gatherRange({ ...order, start, end: beginningBytes }, { signal });
		const beginning = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: label.mediaType });
		start = beginning.size;
		parts.push(beginning);
		onBeginning(beginning, label);
	}
	const { blob, ...gathered } = await deps.engine.gatherFile(
		{ ...order, start },
		{
			signal,
			onProgress: ({ stage, done, total }) =>
				onProgress?.({ stage: stage === 'opening' ? 'opening' : 'fetching', done, total }),
		},
	);
	await keepSpeeds(deps, order);
	return { ...gathered, blob: new Blob([...parts, blob], { type: label.mediaType }), label };
}

/** What it takes to read a part, where this account may. */
async function findPart(
	deps: Deps,
	{ patient, recordId, index }: PartPlace,
	signal?: AbortSignal,
): Promise<{ order: FileOrder; label: PartLabel }> {
	askAnew(deps);
	requireIdentity(deps);
	const record = await findRecordEvent(deps, { patient, recordId });
	if (record.erased) throw new AppError('records.erased', 'The record was erased.');
	await requireAccess(deps, record);
	const header = await findHeader(deps, record, signal);
	const { manifest } = partAt(header, index);
	const part = { recordId, header, index };
	const key = await openPartLock(deps, part, await findPartLock(deps, part, signal));
	const label = await openLabel(header, index, key);
	const [places, elsewhere] = await Promise.all([
		readPlacements(deps),
		publishedBases(deps, keepersOf(record)),
		recallSpeeds(deps),
	]);
	return { order: { manifest: placed(manifest, places), clouds: deps.configs, elsewhere, key }, label };
}
