import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface WithdrawApplicationParameters {
	registry: Address;
}

/**
 * Takes the waiting application back.
 * Errors: `chain.refused` (WrongStatus) when none is waiting; otherwise as `send`.
 */
export function withdrawApplication(wallet: WalletClient, parameters: WithdrawApplicationParameters): Promise<Hash> {
	const { registry } = parameters;
	return send(wallet, { abi: hospitalRegistryAbi, registry, functionName: 'withdrawApplication', args: [] });
}
