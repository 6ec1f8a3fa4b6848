import { zeroAddress } from 'viem';
import { recordRegistryAbi } from '../abi/record-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface AddRecordsParameters {
	registry: Address;
	patient: Address;
	/** null: the caller is the patient. */
	hospital: Address | null;
	headerDigests: readonly Hash[];
	/** The patient's epoch under which they were sealed. */
	epoch: number;
}

/**
 * Adds several records of one patient in one transaction; all or none.
 * Errors: as `addRecord`, and `chain.refused` (NoRecords); otherwise as `send`.
 */
export function addRecords(wallet: WalletClient, parameters: AddRecordsParameters): Promise<Hash> {
	const { registry, patient, hospital, headerDigests, epoch } = parameters;
	return send(wallet, {
		abi: recordRegistryAbi,
		registry,
		functionName: 'addRecords',
		args: [patient, hospital ?? zeroAddress, headerDigests, epoch],
	});
}
