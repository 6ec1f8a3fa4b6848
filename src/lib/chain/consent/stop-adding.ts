import { consentRegistryAbi } from '../abi/consent-registry.ts';
import type { Unsigned } from '../permissions/messages.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface StopAddingParameters {
	registry: Address;
	hospital: Address;
}

/**
 * Ends a hospital's standing consent, as the patient.
 * Errors: `records.no-consent` when it has none; otherwise as `send`.
 */
export function stopAdding(wallet: WalletClient, parameters: StopAddingParameters): Promise<Hash> {
	const { registry, hospital } = parameters;
	return send(wallet, { abi: consentRegistryAbi, registry, functionName: 'stopAdding', args: [hospital] });
}

/** The same, to sign. */
export function stopAddingMessage({ hospital }: StopAddingParameters): Unsigned<'StopHospitalAdding'> {
	return { name: 'StopHospitalAdding', terms: { hospital } };
}
