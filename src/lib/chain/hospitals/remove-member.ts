import { zeroHash } from 'viem';
import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface RemoveMemberParameters {
	registry: Address;
	/** In whose name: the caller is one of its administrators. */
	hospital: Address;
	member: Address;
	/** Digest of the directory without the member. */
	directoryDigest: Hash;
	/** Digest of the bundle with the new keys of those who stay; null when nobody does. */
	keysDigest: Hash | null;
}

/**
 * Removes a member from a hospital and begins a new epoch of the hospital's attributes.
 * Errors: `records.not-a-member`; otherwise as `send`.
 */
export function removeMember(wallet: WalletClient, parameters: RemoveMemberParameters): Promise<Hash> {
	const { registry, hospital, member, directoryDigest, keysDigest } = parameters;
	return send(wallet, {
		abi: hospitalRegistryAbi,
		registry,
		functionName: 'removeMember',
		args: [hospital, member, directoryDigest, keysDigest ?? zeroHash],
	});
}
