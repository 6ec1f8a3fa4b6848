import { consentRegistryAbi } from '../abi/consent-registry.ts';
import type { Unsigned } from '../permissions/messages.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface AllowAddingParameters {
	registry: Address;
	hospital: Address;
	/** Seconds since 1970. */
	expiresAt: number;
}

/**
 * Lets active members of a hospital add to the calling patient's records until a time.
 * Errors: `records.not-approved`, `chain.refused` (ExpiryInPast); otherwise as `send`.
 */
export function allowAdding(wallet: WalletClient, parameters: AllowAddingParameters): Promise<Hash> {
	const { registry, hospital, expiresAt } = parameters;
	return send(wallet, { abi: consentRegistryAbi, registry, functionName: 'allowAdding', args: [hospital, expiresAt] });
}

/** The same, to sign. */
export function allowAddingMessage({ hospital, expiresAt }: AllowAddingParameters): Unsigned<'LetHospitalAdd'> {
	return { name: 'LetHospitalAdd', terms: { hospital, until: expiresAt } };
}
