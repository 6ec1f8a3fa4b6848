/** A patient's own documents: any file, sealed under the policy that the patient chose, and gone on with where its upload stopped. */
import { AppError, asAppError } from '#lib/errors.ts';
import { detectFile, headBytes, type DetectedFile } from '#lib/fhir/index.ts';
import { discard } from '#lib/storage/index.ts';
import type { Deps, Receipt } from './deps.ts';
import { checkInput, documentInput } from './inputs.ts';
import type { Keeping } from './record-types.ts';
import { saveRecord, type ResumablePart, type SaveOptions, type SaveResult } from './save.ts';
import type { Category, PolicyChoice } from './types.ts';
import {
	discardUnfinished,
	dropUnfinished,
	findUnfinished,
	hasItsClouds,
	noteUnfinished,
	whileRunning,
	type Unfinished,
} from './unfinished.ts';
import { requireIdentity } from './act.ts';

export interface NewDocument {
	/** A browser's File, or any Blob with a name. */
	file: Blob & { readonly name: string };
	title: string;
	category: Category;
	/** ISO date. */
	clinicalDate: string;
	policy: PolicyChoice;
	/** As usual where nothing is said. */
	keeping?: Keeping;
}

const maxFileNameLength = 1000;

export interface SaveDocumentOptions extends SaveOptions {
	/** Names the upload. Where one of that name stopped (`listUnfinished`) it is gone on with: the file must be the same. */
	id?: string | undefined;
}

/**
 * Saves a document of this account's own. Nothing is on chain before enough clouds have it. When it is stopped on the way for another reason
 * than `discard`, or the page is closed, it is listed as unfinished. Throws `records.invalid-input` (also for a file that cannot be read),
 * `records.another-file` (not the one that was begun, which stays as it is), and as `saveRecord`.
 */
export async function saveDocument(
	deps: Deps,
	{ file, ...entered }: NewDocument,
	{ id = crypto.randomUUID(), ...options }: SaveDocumentOptions = {},
): Promise<Receipt & SaveResult> {
	const { account: patient } = requireIdentity(deps);
	const document = checkInput(documentInput, entered);
	const { policy, keeping, ...label } = document;
	const { kind, mediaType } = await detect(file);
	const fileName = Array.from(file.name || 'document')
		.slice(0, maxFileNameLength)
		.join('');
	const { size } = file;
	return whileRunning(id, async () => {
		const part = {
			name: 'document',
			source: file,
			label: { ...label, kind, mediaType, fileName, size },
			policy,
			keeping,
			resumable: resumable(deps, { id, document, fileName, size }, await begunBefore(deps, id, size)),
		};
		try {
			return await saveRecord(deps, { patient, hospital: null, parts: [part] }, options);
		} catch (error) {
			if (!isLeft(error, options.signal)) await dropUnfinished(deps, id);
			throw error;
		}
	});
}

/** What was begun under a name; null where nothing was, or where it must be sent anew as a cloud is not in use any more. */
async function begunBefore(deps: Deps, id: string, size: number): Promise<Unfinished | null> {
	const one = await findUnfinished(deps, id);
	if (one && one.size !== size) throw new AppError('records.another-file', 'Not as long as the file that was begun.');
	if (!one || hasItsClouds(deps, one)) return one;
	await discardUnfinished(deps, one);
	return null;
}

function resumable(
	deps: Deps,
	about: Omit<Parameters<typeof noteUnfinished>[1], 'key'>,
	begun: Unfinished | null,
): ResumablePart {
	return {
		begun,
		onPlanned: (key, plan) => noteUnfinished(deps, { ...about, key }, plan),
		onPlaced: () => dropUnfinished(deps, about.id),
	};
}

/** Whether what was sent lies where it is, to be gone on with. */
function isLeft(error: unknown, signal: AbortSignal | undefined): boolean {
	return asAppError(error).code === 'records.another-file' || (signal?.aborted === true && signal.reason !== discard);
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
