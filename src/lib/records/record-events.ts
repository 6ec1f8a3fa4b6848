/** Records as the chain has them, before anything is fetched from a cloud. */
import type { Address, EventOf, Hash } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import type { Deps } from './deps.ts';
import { historyOf } from './ledger.ts';
import { addressOrNull } from './people.ts';

/** What the chain says of a record. */
export interface RecordEvent {
	recordId: Hash;
	patient: Address;
	author: Address;
	/** null: the patient's own. */
	hospital: Address | null;
	headerDigest: Hash;
	auditRoot: Hash;
	amends: Hash | null;
	/** Milliseconds since 1970. */
	addedAt: number;
	erased: boolean;
	transaction: Hash;
}

/** Who may have written what belongs to a record, or keep it. */
export function keepersOf({
	author,
	patient,
	hospital,
}: Pick<RecordEvent, 'author' | 'patient' | 'hospital'>): Address[] {
	return [...new Set([author, patient, ...(hospital ? [hospital] : [])])];
}

/** All records of a patient, the latest first. */
export async function recordEvents(deps: Deps, patient: Address): Promise<RecordEvent[]> {
	const events = await historyOf(deps, patient);
	const erased = new Set(events.flatMap((event) => (event.name === 'RecordErased' ? [event.recordId] : [])));
	const amended = new Map(
		events.flatMap((event) => (event.name === 'RecordAmended' ? [[event.recordId, event.amended] as const] : [])),
	);
	const added = events.filter((event) => event.name === 'RecordAdded').filter((event) => event.patient === patient);
	const facts = (recordId: Hash) => ({ erased: erased.has(recordId), amends: amended.get(recordId) ?? null });
	return added.map((event) => recordEvent(event, facts(event.recordId))).reverse();
}

/** One record of a patient. Throws `chain.not-found`. */
export async function findRecordEvent(
	deps: Deps,
	{ patient, recordId }: { patient: Address; recordId: Hash },
): Promise<RecordEvent> {
	const found = (await recordEvents(deps, patient)).find((record) => record.recordId === recordId);
	if (!found) throw new AppError('chain.not-found', 'The patient has no such record.');
	return found;
}

function recordEvent(event: EventOf<'RecordAdded'>, facts: Pick<RecordEvent, 'erased' | 'amends'>): RecordEvent {
	const { recordId, patient, author, headerDigest, auditRoot, transactionHash: transaction } = event;
	const hospital = addressOrNull(event.hospital);
	return {
		recordId,
		patient,
		author,
		hospital,
		headerDigest,
		auditRoot,
		addedAt: event.timestamp * 1000,
		...facts,
		transaction,
	};
}
