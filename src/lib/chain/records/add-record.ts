import { zeroAddress, zeroHash } from 'viem';
import { recordRegistryAbi } from '../abi/record-registry.ts';
import type { Unsigned } from '../permissions/messages.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface AddRecordParameters {
	registry: Address;
	patient: Address;
	/** null: the caller is the patient. */
	hospital: Address | null;
	headerDigest: Hash;
	/** Merkle root over the record's pieces; null: none yet. */
	auditRoot: Hash | null;
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
	const { registry, patient, hospital, headerDigest, auditRoot, epoch, amends } = parameters;
	const entry = { headerDigest, auditRoot: auditRoot ?? zeroHash };
	const args = [patient, hospital ?? zeroAddress, entry, epoch] as const;
	const call = { abi: recordRegistryAbi, registry };
	return amends
		? send(wallet, { ...call, functionName: 'amendRecord', args: [...args, amends] })
		: send(wallet, { ...call, functionName: 'addRecord', args });
}

/** The same by the patient, to sign. */
export function addRecordMessage(parameters: AddRecordParameters): Unsigned<'AddRecord'> | Unsigned<'AmendRecord'> {
	const { headerDigest: header, auditRoot, epoch, amends } = parameters;
	const terms = { header, auditRoot: auditRoot ?? zeroHash, epoch };
	return amends ? { name: 'AmendRecord', terms: { ...terms, amended: amends } } : { name: 'AddRecord', terms };
}
