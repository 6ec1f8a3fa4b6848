import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface RejectHospitalParameters {
	registry: Address;
	hospital: Address;
	/** Digest of the reason as it was told to the hospital. */
	reasonHash: Hash;
}

/**
 * Rejects a hospital's waiting application. Registrars only.
 * Errors: `chain.refused` (AccessControlUnauthorizedAccount, WrongStatus); otherwise as `send`.
 */
export function rejectHospital(wallet: WalletClient, parameters: RejectHospitalParameters): Promise<Hash> {
	const { registry, hospital, reasonHash } = parameters;
	return send(wallet, { abi: hospitalRegistryAbi, registry, functionName: 'reject', args: [hospital, reasonHash] });
}
