import { consentRegistryAbi } from '../abi/consent-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface BreakGlassParameters {
	registry: Address;
	patient: Address;
	hospital: Address;
	/** Digest of the reason, sealed to the patient. */
	reasonHash: Hash;
}

/**
 * Opens a patient's emergency part without being asked, as emergency staff of a hospital: for a day, and for all to see.
 * Errors: `records.not-a-member` when the caller is no active emergency staff; otherwise as `send`.
 */
export function breakGlass(wallet: WalletClient, parameters: BreakGlassParameters): Promise<Hash> {
	const { registry, patient, hospital, reasonHash } = parameters;
	return send(wallet, {
		abi: consentRegistryAbi,
		registry,
		functionName: 'breakGlass',
		args: [patient, hospital, reasonHash],
	});
}
