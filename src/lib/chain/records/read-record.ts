import { recordRegistryAbi } from '../abi/record-registry.ts';
import { call } from '../call.ts';
import type { Address, ChainClient, Hash } from '../types.ts';

export interface RecordEntry {
	patient: Address;
	/** Seconds since 1970. */
	addedAt: number;
	/** Added by the patient, not by a hospital's member. */
	byPatient: boolean;
	erased: boolean;
}

/** What the chain says of a record; null when there is none. Errors: as `call`. */
export async function readRecord(
	client: ChainClient,
	parameters: { registry: Address; recordId: Hash },
): Promise<RecordEntry | null> {
	const { registry, recordId } = parameters;
	const entry = await call(client, { abi: recordRegistryAbi, registry, functionName: 'recordOf', args: [recordId] });
	return entry.addedAt === 0 ? null : { ...entry, patient: entry.patient.toLowerCase() as Address };
}
