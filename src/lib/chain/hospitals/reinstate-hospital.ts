import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface ReinstateHospitalParameters {
	registry: Address;
	hospital: Address;
}

/**
 * Lifts a hospital's suspension. Registrars only.
 * Errors: `chain.refused` (AccessControlUnauthorizedAccount, WrongStatus); otherwise as `send`.
 */
export function reinstateHospital(wallet: WalletClient, parameters: ReinstateHospitalParameters): Promise<Hash> {
	const { registry, hospital } = parameters;
	return send(wallet, { abi: hospitalRegistryAbi, registry, functionName: 'reinstate', args: [hospital] });
}
