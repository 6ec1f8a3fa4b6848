import { consentRegistryAbi } from '../abi/consent-registry.ts';
import type { Unsigned } from '../permissions/messages.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface DenyRequestParameters {
	registry: Address;
	requester: Address;
	requestId: Hash;
}

/** Says no to a request, as the patient whom it asks. Errors: as `send`. */
export function denyRequest(wallet: WalletClient, parameters: DenyRequestParameters): Promise<Hash> {
	const { registry, requester, requestId } = parameters;
	return send(wallet, {
		abi: consentRegistryAbi,
		registry,
		functionName: 'denyRequest',
		args: [requester, requestId],
	});
}

/** The same, to sign. */
export function denyRequestMessage({ requester, requestId }: DenyRequestParameters): Unsigned<'DenyRequest'> {
	return { name: 'DenyRequest', terms: { requester, request: requestId } };
}
