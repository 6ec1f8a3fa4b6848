import { zeroAddress, zeroHash } from 'viem';
import { consentRegistryAbi } from '../abi/consent-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface GrantAccessParameters {
	registry: Address;
	grantee: Address;
	/** The grant counts while the grantee is an active member of it; null: it is to the person alone. */
	hospital: Address | null;
	/** The waiting request that this answers. */
	requestId: Hash | null;
	/** Seconds since 1970. */
	expiresAt: number;
	/** Digest of the bundle that delivers the keys. */
	keysDigest: Hash;
}

/**
 * Lets someone read until a time, as the patient. Granting again replaces what was granted.
 * Errors: `records.not-a-member`, `records.no-keys` of the grantee, `chain.refused` (ExpiryInPast, UnknownRequest,
 * RequestClosed, RequestExpired); otherwise as `send`.
 *
 * @example const hash = await grantAccess(wallet, { registry, grantee, hospital, requestId, expiresAt, keysDigest });
 */
export function grantAccess(wallet: WalletClient, parameters: GrantAccessParameters): Promise<Hash> {
	const { registry, grantee, hospital, requestId, expiresAt, keysDigest } = parameters;
	return send(wallet, {
		abi: consentRegistryAbi,
		registry,
		functionName: 'grantAccess',
		args: [grantee, hospital ?? zeroAddress, requestId ?? zeroHash, expiresAt, keysDigest],
	});
}
