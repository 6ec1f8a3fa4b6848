import { consentRegistryAbi } from '../abi/consent-registry.ts';
import { call } from '../call.ts';
import type { Address, ChainClient } from '../types.ts';

/**
 * Until when (seconds since 1970) a hospital may add to a patient's records, which may be past; null when it may not.
 * Errors: as `call`.
 */
export async function readAddingUntil(
	client: ChainClient,
	parameters: { registry: Address; patient: Address; hospital: Address },
): Promise<number | null> {
	const { registry, patient, hospital } = parameters;
	const [until] = await call(client, {
		abi: consentRegistryAbi,
		registry,
		functionName: 'standingConsentOf',
		args: [patient, hospital],
	});
	return Number(until) || null;
}
