import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface SuspendHospitalParameters {
	registry: Address;
	hospital: Address;
	/** Digest of the reason as it was told to the hospital. */
	reasonHash: Hash;
}

/**
 * Suspends a hospital: its members' rights stop at once. Registrars only.
 * Errors: `chain.refused` (AccessControlUnauthorizedAccount, WrongStatus); otherwise as `send`.
 */
export function suspendHospital(wallet: WalletClient, parameters: SuspendHospitalParameters): Promise<Hash> {
	const { registry, hospital, reasonHash } = parameters;
	return send(wallet, { abi: hospitalRegistryAbi, registry, functionName: 'suspend', args: [hospital, reasonHash] });
}
