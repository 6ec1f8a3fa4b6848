import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface ApplyAsHospitalParameters {
	registry: Address;
	profileDigest: Hash;
}

/**
 * Applies as a hospital with the public profile of this digest.
 * Errors: `chain.refused` (WrongStatus) when the account has applied or is a hospital already; otherwise as `send`.
 */
export function applyAsHospital(wallet: WalletClient, parameters: ApplyAsHospitalParameters): Promise<Hash> {
	const { registry, profileDigest } = parameters;
	return send(wallet, { abi: hospitalRegistryAbi, registry, functionName: 'applyAsHospital', args: [profileDigest] });
}
