import { zeroHash } from 'viem';
import { consentRegistryAbi } from '../abi/consent-registry.ts';
import type { Unsigned } from '../permissions/messages.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface RevokeAccessParameters {
	registry: Address;
	grantee: Address;
	/** Digest of the bundle with the new keys of those who stay; null when nobody does. */
	keysDigest: Hash | null;
}

/**
 * Ends someone's access, as the patient, and begins a new epoch of the patient's consent.
 * Errors: `records.no-grant`; otherwise as `send`.
 */
export function revokeAccess(wallet: WalletClient, parameters: RevokeAccessParameters): Promise<Hash> {
	const { registry, grantee, keysDigest } = parameters;
	return send(wallet, {
		abi: consentRegistryAbi,
		registry,
		functionName: 'revokeAccess',
		args: [grantee, keysDigest ?? zeroHash],
	});
}

/** The same, to sign. */
export function revokeAccessMessage({ grantee, keysDigest }: RevokeAccessParameters): Unsigned<'StopSharing'> {
	return { name: 'StopSharing', terms: { reader: grantee, keys: keysDigest ?? zeroHash } };
}
