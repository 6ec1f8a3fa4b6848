/** Opening a part: header, lock, part key, then the pieces from whichever clouds have them, verified and opened. */
import type { Address, Hash } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import { requireAccess } from './access.ts';
import type { Deps } from './deps.ts';
import { findHeader, openLabel, partAt } from './headers.ts';
import { placed, readPlacements } from './placements.ts';
import { findRecordEvent } from './record-events.ts';
import { findPartLock, openPartLock } from './resealed.ts';
import type { OpenedPart, OpenProgress } from './record-types.ts';
import { askAnew } from './ledger.ts';
import { requireIdentity } from './act.ts';

export interface OpenOptions {
	signal?: AbortSignal | undefined;
	onProgress?: ((progress: OpenProgress) => void) | undefined;
}

/**
 * Opens one part of a record. Throws `chain.not-found`, `records.erased`, `records.no-grant`, `records.access-ended`,
 * `crypto.policy-not-met`, `records.invalid-header`, `crypto.corrupt`, `storage.…` where no cloud gives what is right, and
 * `general.cancelled`.
 */
export async function openPart(
	deps: Deps,
	{ patient, recordId, index }: { patient: Address; recordId: Hash; index: number },
	{ signal, onProgress }: OpenOptions = {},
): Promise<OpenedPart> {
	askAnew(deps);
	requireIdentity(deps);
	onProgress?.({ stage: 'finding-keys', done: 0, total: 0 });
	const record = await findRecordEvent(deps, { patient, recordId });
	if (record.erased) throw new AppError('records.erased', 'The record was erased.');
	await requireAccess(deps, record);
	const header = await findHeader(deps, record, signal);
	const { manifest } = partAt(header, index);
	const part = { recordId, header, index };
	const key = await openPartLock(deps, part, await findPartLock(deps, part, signal));
	const label = await openLabel(header, index, key);
	const gathered = await deps.engine.gatherFile(
		{ manifest: placed(manifest, await readPlacements(deps)), clouds: deps.configs, key },
		{
			signal,
			onProgress: ({ stage, done, total }) =>
				onProgress?.({ stage: stage === 'opening' ? 'opening' : 'fetching', done, total }),
		},
	);
	return { ...gathered, blob: gathered.blob.slice(0, gathered.blob.size, label.mediaType), label };
}
