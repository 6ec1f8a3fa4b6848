import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface AddMemberParameters {
	registry: Address;
	/** In whose name: the caller is one of its administrators. */
	hospital: Address;
	member: Address;
	/** 1 doctor, 2 nurse, 3 technician, 4 pharmacist, 5 biller, 6 emergency staff. */
	role: number;
	teamId: Hash;
	/** Seconds since 1970. */
	validUntil: number;
	/** Digest of the directory with the member in it. */
	directoryDigest: Hash;
	/** Digest of the bundle that delivers the member's attribute keys. */
	keysDigest: Hash;
}

/**
 * Admits a member to a team of a hospital.
 * Errors: `records.not-approved`, `chain.refused` (UnknownTeam, UnknownRole, ExpiryInPast, InvalidMember, AlreadyMember); otherwise as `send`.
 */
export function addMember(wallet: WalletClient, parameters: AddMemberParameters): Promise<Hash> {
	const { registry, hospital, ...admission } = parameters;
	return send(wallet, { abi: hospitalRegistryAbi, registry, functionName: 'addMember', args: [hospital, admission] });
}
