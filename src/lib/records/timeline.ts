/**
 * A patient's records as this account sees them: who added what and when, whether it is unchanged, and, for each part, its label
 * where this account can open it, or the reason why not.
 */
import type { Address, Hash } from '#lib/chain/index.ts';
import { asAppError, type ErrorCode } from '#lib/errors.ts';
import { cidFromDigest } from '#lib/storage/index.ts';
import { requireAccess } from './access.ts';
import type { Deps } from './deps.ts';
import type { Header } from './formats.ts';
import { findHeader, openLabel, partAt } from './headers.ts';
import { whatIsLacking } from './lacking.ts';
import { hospitalsAlone, readersOf } from './outlook.ts';
import { pendingByRecord } from './pending.ts';
import { hospitalName, personView } from './people.ts';
import { policyChoice } from './policy.ts';
import { findRecordEvent, recordEvents, type RecordEvent } from './record-events.ts';
import { findPartLock, openPartLock } from './resealed.ts';
import type { Integrity, PartView, RecordView } from './record-types.ts';
import type { PersonView } from './types.ts';
import { requireIdentity } from './act.ts';
import { askAnew } from './ledger.ts';
import { patientName } from './patient-name.ts';

/** All records of a patient, the latest first. Throws `wallet.locked`, `chain.unreachable`; a cloud's silence is in each record. */
export async function listRecords(deps: Deps, { patient }: { patient: Address }): Promise<RecordView[]> {
	askAnew(deps);
	const [events, pending] = await Promise.all([recordEvents(deps, patient), pendingByRecord(deps)]);
	return Promise.all(events.map((event) => viewOf(deps, event, pending)));
}

/** One record. Throws `chain.not-found`, and as `listRecords`. */
export async function readRecord(
	deps: Deps,
	{ patient, recordId }: { patient: Address; recordId: Hash },
): Promise<RecordView> {
	askAnew(deps);
	const [event, pending] = await Promise.all([findRecordEvent(deps, { patient, recordId }), pendingByRecord(deps)]);
	return viewOf(deps, event, pending);
}

async function viewOf(deps: Deps, event: RecordEvent, pending: Map<Hash, string[]>): Promise<RecordView> {
	const { recordId: id, patient, hospital, addedAt, erased, amends, transaction } = event;
	const [{ header, integrity }, author, itsHospital] = await Promise.all([
		erased ? { header: null, integrity: 'signed' as const } : inspectHeader(deps, event),
		authorOf(deps, event),
		hospital && hospitalName(deps, hospital),
	]);
	const parts = header
		? await Promise.all(header.parts.map((_, index) => partView(deps, { recordId: id, header, index })))
		: [];
	const label = parts.find((part) => part.label)?.label ?? null;
	return {
		id,
		patient,
		author,
		hospital,
		hospitalName: itsHospital,
		addedAt,
		title: label?.title ?? null,
		clinicalDate: label?.clinicalDate ?? null,
		integrity: parts.some(({ closedBecause }) => closedBecause && changedCodes.has(closedBecause))
			? 'changed'
			: integrity,
		erased,
		amends,
		parts,
		sharedWith: await sharedWith(deps, patient, parts),
		headerCid: cidFromDigest(event.headerDigest).toString(),
		transaction,
		pending: pending.get(id) ?? [],
	};
}

/** Codes that mean: not the bytes, or not the place, that the author signed. */
const changedCodes: ReadonlySet<string> = new Set<ErrorCode>([
	'storage.corrupt',
	'records.invalid-header',
	'crypto.corrupt',
	'crypto.invalid-capsule',
]);

/** Codes that mean: a key is lacking. */
const lackingCodes: ReadonlySet<string> = new Set<ErrorCode>(['crypto.policy-not-met', 'crypto.old-epoch']);

async function inspectHeader(deps: Deps, event: RecordEvent): Promise<{ header: Header | null; integrity: Integrity }> {
	try {
		return { header: await findHeader(deps, event), integrity: 'signed' };
	} catch (error) {
		return { header: null, integrity: changedCodes.has(asAppError(error).code) ? 'changed' : 'unreachable' };
	}
}

async function partView(deps: Deps, part: { recordId: Hash; header: Header; index: number }): Promise<PartView> {
	const { header, index } = part;
	const { manifest } = partAt(header, index);
	const places = manifest.pieces.map(({ store }) => store);
	const view = {
		index,
		places,
		sealedBytes: manifest.size,
		policy: '',
		choice: null,
		label: null,
		closedBecause: null,
		lacking: null,
		alone: [],
	};
	try {
		const found = await findPartLock(deps, part);
		const { policy } = found.lock;
		const me = requireIdentity(deps).accountFor(header.patient);
		const alone = me === header.patient ? await hospitalsAlone(deps, policy, me).catch(() => []) : [];
		const open = { ...view, policy, choice: choiceOf(policy, header.patient), alone };
		try {
			await requireAccess(deps, header);
			const key = await openPartLock(deps, part, found);
			return { ...open, label: await openLabel(header, index, key) };
		} catch (error) {
			const closedBecause = asAppError(error).code;
			const lacking = lackingCodes.has(closedBecause) ? await whatIsLacking(deps, policy, me).catch(() => null) : null;
			return { ...open, closedBecause, lacking };
		}
	} catch (error) {
		return { ...view, closedBecause: asAppError(error).code };
	}
}

function choiceOf(policy: string, patient: Address) {
	try {
		return policyChoice(policy, patient);
	} catch {
		return null;
	}
}

async function authorOf(deps: Deps, { author, patient, hospital }: RecordEvent): Promise<PersonView> {
	const person = await personView(deps, author, hospital);
	return author === patient ? { ...person, name: await patientName(deps, patient) } : person;
}

/** Everyone who could open at least one part now; only the patient can tell. */
async function sharedWith(deps: Deps, patient: Address, parts: readonly PartView[]): Promise<PersonView[]> {
	if (requireIdentity(deps).accountFor(patient) !== patient) return [];
	const choices = parts.flatMap(({ choice }) => choice ?? []);
	const readers = (await Promise.all(choices.map((choice) => readersOf(deps, choice)))).flat();
	return [...new Map(readers.map((reader) => [reader.address, reader])).values()];
}
