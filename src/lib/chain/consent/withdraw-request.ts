import { consentRegistryAbi } from '../abi/consent-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface WithdrawRequestParameters {
	registry: Address;
	patient: Address;
	/** The one in whose name it was made. */
	hospital: Address;
	requestId: Hash;
}

/**
 * Takes the caller's waiting request back.
 * Errors: `chain.refused` (UnknownRequest, RequestClosed, RequestExpired); otherwise as `send`.
 */
export function withdrawRequest(wallet: WalletClient, parameters: WithdrawRequestParameters): Promise<Hash> {
	const { registry, patient, hospital, requestId } = parameters;
	return send(wallet, {
		abi: consentRegistryAbi,
		registry,
		functionName: 'withdrawRequest',
		args: [patient, hospital, requestId],
	});
}
