/** A patient's own documents: any file, sealed under the policy that the patient chose, added, and erased again. */
import * as chain from '#lib/chain/index.ts';
import type { Hash } from '#lib/chain/index.ts';
import { AppError, asAppError } from '#lib/errors.ts';
import { detectFile, headBytes, type DetectedFile } from '#lib/fhir/index.ts';
import { type ActionOptions, type Deps, type Receipt } from './deps.ts';
import { findHeader } from './headers.ts';
import { checkInput, documentInput } from './inputs.ts';
import { dropPending } from './pending.ts';
import { findRecordEvent } from './record-events.ts';
import { saveRecord, type SaveOptions, type SaveResult } from './save.ts';
import type { Category, PolicyChoice } from './types.ts';
import { askAnew } from './ledger.ts';
import { requireIdentity, transact } from './act.ts';

export interface NewDocument {
	/** A browser's File, or any Blob with a name. */
	file: Blob & { readonly name: string };
	title: string;
	category: Category;
	/** ISO date. */
	clinicalDate: string;
	policy: PolicyChoice;
}

const maxFileNameLength = 1000;

/**
 * Saves a document of this account's own. Nothing is on chain before enough clouds have it. Throws `records.invalid-input` (also for a
 * file that cannot be read), and as `saveRecord`.
 */
export async function saveDocument(
	deps: Deps,
	{ file, ...entered }: NewDocument,
	options: SaveOptions = {},
): Promise<Receipt & SaveResult> {
	const { account: patient } = requireIdentity(deps);
	const { policy, ...label } = checkInput(documentInput, entered);
	const { kind, mediaType } = await detect(file);
	const fileName = Array.from(file.name || 'document')
		.slice(0, maxFileNameLength)
		.join('');
	const part = {
		name: 'document',
		source: file,
		label: { ...label, kind, mediaType, fileName, size: file.size },
		policy,
	};
	return saveRecord(deps, { patient, hospital: null, parts: [part] }, options);
}

/**
 * Erases a document of this account's own: a tombstone on chain, then header and pieces are taken off those own clouds that can.
 * With the header goes the wrapped key. What others opened before, and copies that a cloud keeps, are beyond reach. Throws
 * `chain.not-found`, `chain.refused` (a hospital's record, or erased before).
 */
export async function eraseRecord(
	deps: Deps,
	{ recordId }: { recordId: Hash },
	options: ActionOptions = {},
): Promise<Receipt & { removed: number }> {
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
	const pieces = header?.parts.flatMap(({ manifest }) => manifest.pieces.map(({ cid }) => cid)) ?? [];
	const removed = await deps.engine.removeObjects({ digest: record.headerDigest, pieces, clouds: deps.configs });
	return { ...receipt, removed };
}

/** What the file is, by its first bytes. A file that cannot be read is refused here, before anything is sealed. */
async function detect(file: NewDocument['file']): Promise<DetectedFile> {
	try {
		const head = await file.slice(0, headBytes).arrayBuffer();
		return detectFile(new Uint8Array(head), file.name, file.type);
	} catch (error) {
		throw asAppError(error, 'records.invalid-input');
	}
}
