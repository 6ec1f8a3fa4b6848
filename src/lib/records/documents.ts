/** A patient's own documents: any file, sealed under the policy that the patient chose. */
import { asAppError } from '#lib/errors.ts';
import { detectFile, headBytes, type DetectedFile } from '#lib/fhir/index.ts';
import type { Deps, Receipt } from './deps.ts';
import { checkInput, documentInput } from './inputs.ts';
import { saveRecord, type SaveOptions, type SaveResult } from './save.ts';
import type { Category, PolicyChoice } from './types.ts';
import { requireIdentity } from './act.ts';

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

/** What the file is, by its first bytes. A file that cannot be read is refused here, before anything is sealed. */
async function detect(file: NewDocument['file']): Promise<DetectedFile> {
	try {
		const head = await file.slice(0, headBytes).arrayBuffer();
		return detectFile(new Uint8Array(head), file.name, file.type);
	} catch (error) {
		throw asAppError(error, 'records.invalid-input');
	}
}
