import { zeroAddress, zeroHash } from 'viem';
import { consentRegistryAbi } from '../abi/consent-registry.ts';
import type { Unsigned } from '../permissions/messages.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface GrantAccessParameters {
	registry: Address;
	grantee: Address;
	/** The grant counts while the grantee is an active member of it; null: it is to the person alone. */
	hospital: Address | null;
	/** The request that this answers. */
	requestId: Hash | null;
	/** Seconds since 1970. */
	expiresAt: number;
	/** Digest of the bundle that delivers the keys. */
	keysDigest: Hash;
}

/**
 * Lets someone read until a time, as the patient. Granting again replaces what was granted.
 * Errors: `chain.refused` (ExpiryInPast, InvalidGrantee); otherwise as `send`.
 *
 * @example const hash = await grantAccess(wallet, { registry, grantee, hospital, requestId, expiresAt, keysDigest });
 */
export function grantAccess(wallet: WalletClient, parameters: GrantAccessParameters): Promise<Hash> {
	const { registry, grantee, hospital, requestId, expiresAt, keysDigest } = parameters;
	const terms = {
		grantee,
		hospital: hospital ?? zeroAddress,
		requestId: requestId ?? zeroHash,
		expiresAt,
		keysDigest,
	};
	return send(wallet, { abi: consentRegistryAbi, registry, functionName: 'grantAccess', args: [terms] });
}

/** The same, to sign. */
export function grantAccessMessage(parameters: GrantAccessParameters): Unsigned<'ShareRecords'> {
	const { grantee, hospital, requestId, expiresAt, keysDigest } = parameters;
	const terms = {
		reader: grantee,
		hospital: hospital ?? zeroAddress,
		request: requestId ?? zeroHash,
		until: expiresAt,
		keys: keysDigest,
	};
	return { name: 'ShareRecords', terms };
}
