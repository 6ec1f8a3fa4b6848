import { patientRegistryAbi } from '../abi/patient-registry.ts';
import { call } from '../call.ts';
import type { Address, ChainClient } from '../types.ts';

/** True when the account has published keys, so that something can be sealed to it. Errors: as `call`. */
export function hasKeys(client: ChainClient, parameters: { registry: Address; account: Address }): Promise<boolean> {
	const { registry, account } = parameters;
	return call(client, { abi: patientRegistryAbi, registry, functionName: 'hasKeys', args: [account] });
}
