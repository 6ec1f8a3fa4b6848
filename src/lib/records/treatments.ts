/** A treatment: what a member of a hospital adds to a patient's history, under that patient's standing consent. */
import type { Bundle } from 'fhir/r4';
import { utf8 } from '#lib/bytes.ts';
import type { Address } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import { makeTreatmentBundle } from '#lib/fhir/index.ts';
import { type Deps, type Receipt } from './deps.ts';
import { askAnew, memberEntry, requireApproved } from './ledger.ts';
import { personView } from './people.ts';
import { saveRecord, type NewPart, type SaveOptions, type SaveResult } from './save.ts';
import type { TreatmentForm } from './record-types.ts';
import type { Category } from './types.ts';
import { requireIdentity } from './act.ts';

export interface NewTreatment {
	patient: Address;
	/** In whose name: a hospital that this account is an active member of. */
	hospital: Address;
	form: TreatmentForm;
}

/**
 * Adds a treatment: a summary for whom the patient allows to see treatments, and notes, if any, for whom they allow to see notes.
 * Throws `records.not-approved`, `records.not-a-member`, `records.no-consent`, `records.invalid-input` with `details.field`, and as
 * `saveRecord`.
 */
export async function addTreatment(
	deps: Deps,
	{ patient, hospital, form }: NewTreatment,
	options: SaveOptions = {},
): Promise<Receipt & SaveResult> {
	askAnew(deps);
	const { accountFor, settings } = requireIdentity(deps);
	const me = accountFor(patient);
	await requireApproved(deps, hospital);
	if (!(await memberEntry(deps, hospital, me))?.active) {
		throw new AppError('records.not-a-member', 'Only an active member adds in a hospital’s name.');
	}
	const author = await personView(deps, me, hospital);
	const { summary, notes } = makeTreatmentBundle({
		...form,
		patient,
		author: { address: me, name: author.name ?? (settings.displayName || me), title: author.title ?? '' },
		hospital: { address: hospital, name: author.hospitalName ?? hospital },
	});
	const parts = [
		partOf('summary', summary, { form, category: 'treatments' }),
		...(notes ? [partOf('notes', notes, { form, category: 'notes' })] : []),
	];
	return saveRecord(deps, { patient, hospital, parts }, options);
}

function partOf(
	name: string,
	bundle: Bundle,
	{ form, category }: { form: TreatmentForm; category: Category },
): NewPart {
	const source = utf8(JSON.stringify(bundle));
	const label = {
		title: form.title.trim(),
		category,
		kind: 'fhir' as const,
		mediaType: 'application/fhir+json',
		fileName: `${name}.json`,
		size: source.length,
		clinicalDate: form.startedOn,
	};
	return { name, source, label, policy: { who: 'allowed', category } };
}
