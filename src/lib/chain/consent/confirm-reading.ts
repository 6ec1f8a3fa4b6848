import { consentRegistryAbi } from '../abi/consent-registry.ts';
import type { Unsigned } from '../permissions/messages.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface ConfirmReadingParameters {
	registry: Address;
	patient: Address;
	recordId: Hash;
}

/**
 * Confirms, as a reader, to have opened a record: a receipt in the patient's log.
 * Errors: `records.no-grant` when the caller may not read; otherwise as `send`.
 */
export function confirmReading(wallet: WalletClient, parameters: ConfirmReadingParameters): Promise<Hash> {
	const { registry, patient, recordId } = parameters;
	return send(wallet, { abi: consentRegistryAbi, registry, functionName: 'confirmReading', args: [patient, recordId] });
}

/** The same, to sign. */
export function confirmReadingMessage({ patient, recordId }: ConfirmReadingParameters): Unsigned<'ConfirmReading'> {
	return { name: 'ConfirmReading', terms: { patient, record: recordId } };
}
