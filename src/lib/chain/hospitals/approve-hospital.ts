import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface ApproveHospitalParameters {
	registry: Address;
	hospital: Address;
}

/**
 * Approves a hospital's waiting application. Registrars only.
 * Errors: `chain.refused` (AccessControlUnauthorizedAccount, WrongStatus); otherwise as `send`.
 */
export function approveHospital(wallet: WalletClient, parameters: ApproveHospitalParameters): Promise<Hash> {
	const { registry, hospital } = parameters;
	return send(wallet, { abi: hospitalRegistryAbi, registry, functionName: 'approve', args: [hospital] });
}
