import { consentRegistryAbi } from '../abi/consent-registry.ts';
import type { Unsigned } from '../permissions/messages.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface RevokeAllAccessParameters {
	registry: Address;
}

/** Ends all access that the calling patient gave so far, and begins a new epoch. Errors: as `send`. */
export function revokeAllAccess(wallet: WalletClient, { registry }: RevokeAllAccessParameters): Promise<Hash> {
	return send(wallet, { abi: consentRegistryAbi, registry, functionName: 'revokeAllAccess', args: [] });
}

/** The same, to sign. */
export function revokeAllAccessMessage(): Unsigned<'StopAllSharing'> {
	return { name: 'StopAllSharing', terms: {} };
}
