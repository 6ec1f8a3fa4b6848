import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface RequestAccessParameters {
	/** The hospital registry, which knows the members. */
	registry: Address;
	patient: Address;
	hospital: Address;
	/** Digest of the sealed purpose and scope. */
	detailsDigest: Hash;
	durationDays: number;
}

/**
 * Asks a patient for access, as an active member of a hospital. The request lapses after 14 days.
 * Errors: `records.not-a-member`, `chain.refused` (InvalidDuration); otherwise as `send`.
 */
export function requestAccess(wallet: WalletClient, parameters: RequestAccessParameters): Promise<Hash> {
	const { registry, patient, hospital, detailsDigest, durationDays } = parameters;
	return send(wallet, {
		abi: hospitalRegistryAbi,
		registry,
		functionName: 'requestAccess',
		args: [patient, hospital, detailsDigest, durationDays],
	});
}
