import { consentRegistryAbi } from '../abi/consent-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface DenyRequestParameters {
	registry: Address;
	requester: Address;
	/** The one in whose name it was made. */
	hospital: Address;
	requestId: Hash;
}

/**
 * Says no to a waiting request, as the patient whom it asks.
 * Errors: `chain.refused` (UnknownRequest, RequestClosed, RequestExpired); otherwise as `send`.
 */
export function denyRequest(wallet: WalletClient, parameters: DenyRequestParameters): Promise<Hash> {
	const { registry, requester, hospital, requestId } = parameters;
	return send(wallet, {
		abi: consentRegistryAbi,
		registry,
		functionName: 'denyRequest',
		args: [requester, hospital, requestId],
	});
}
