import { consentRegistryAbi } from './abi/consent-registry.ts';
import { call } from './call.ts';
import type { Address, ChainClient } from './types.ts';

/**
 * The current epoch of an authority's attributes. The registry says whose: the hospital registry a hospital's, the consent
 * registry a patient's. 0 for who has none yet. Errors: as `call`.
 */
export function readEpoch(client: ChainClient, parameters: { registry: Address; authority: Address }): Promise<number> {
	const { registry, authority } = parameters;
	// The function is the same in both registries.
	return call(client, { abi: consentRegistryAbi, registry, functionName: 'epochOf', args: [authority] });
}
