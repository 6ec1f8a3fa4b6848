import { zeroAddress, zeroHash } from 'viem';
import { recordRegistryAbi } from '../abi/record-registry.ts';
import type { Unsigned } from '../permissions/messages.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface AddRecordsParameters {
	registry: Address;
	patient: Address;
	/** null: the caller is the patient. */
	hospital: Address | null;
	/** Header and audit root of each; null: none yet. */
	entries: readonly { headerDigest: Hash; auditRoot: Hash | null }[];
	/** The patient's epoch under which they were sealed. */
	epoch: number;
}

/**
 * Adds several records of one patient in one transaction; all or none.
 * Errors: as `addRecord`, and `chain.refused` (NoRecords); otherwise as `send`.
 */
export function addRecords(wallet: WalletClient, parameters: AddRecordsParameters): Promise<Hash> {
	const { registry, patient, hospital, entries, epoch } = parameters;
	const list = entries.map(({ headerDigest, auditRoot }) => ({ headerDigest, auditRoot: auditRoot ?? zeroHash }));
	return send(wallet, {
		abi: recordRegistryAbi,
		registry,
		functionName: 'addRecords',
		args: [patient, hospital ?? zeroAddress, list, epoch],
	});
}

/** The same by the patient, to sign. */
export function addRecordsMessage({ entries, epoch }: AddRecordsParameters): Unsigned<'AddRecords'> {
	const records = entries.map(({ headerDigest: header, auditRoot }) => ({ header, auditRoot: auditRoot ?? zeroHash }));
	return { name: 'AddRecords', terms: { records, epoch } };
}
