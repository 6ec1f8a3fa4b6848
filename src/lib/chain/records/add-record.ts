import { zeroAddress, zeroHash } from 'viem';
import { recordRegistryAbi } from '../abi/record-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface AddRecordParameters {
	registry: Address;
	patient: Address;
	/** null: the caller is the patient. */
	hospital: Address | null;
	headerDigest: Hash;
	/** The patient's epoch under which it was sealed. */
	epoch: number;
	/** The record that this one corrects. */
	amends: Hash | null;
}

/**
 * Adds a record: as the patient, or as an active member of a hospital that has the patient's standing consent.
 * Errors: `records.not-a-member`, `records.no-consent`, `records.stale-epoch`, `chain.refused` (NotPatient, RecordExists,
 * UnknownRecord, AlreadyErased); otherwise as `send`.
 */
export function addRecord(wallet: WalletClient, parameters: AddRecordParameters): Promise<Hash> {
	const { registry, patient, hospital, headerDigest, epoch, amends } = parameters;
	return send(wallet, {
		abi: recordRegistryAbi,
		registry,
		functionName: 'addRecord',
		args: [patient, hospital ?? zeroAddress, headerDigest, epoch, amends ?? zeroHash],
	});
}
