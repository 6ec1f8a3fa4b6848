import { toHex } from '#lib/bytes.ts';
import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface PublishAuthorityParameters {
	registry: Address;
	/** In whose name: the caller is one of its administrators. */
	hospital: Address;
	/** 1 to 4096 bytes. */
	publicKey: Uint8Array;
	/** That whoever published it has the secret; 1 to 4096 bytes. */
	proofOfPossession: Uint8Array;
}

/**
 * Publishes the public key under which a hospital issues attributes.
 * Errors: `records.not-approved`; otherwise as `send`.
 */
export function publishAuthority(wallet: WalletClient, parameters: PublishAuthorityParameters): Promise<Hash> {
	const { registry, hospital, publicKey, proofOfPossession } = parameters;
	return send(wallet, {
		abi: hospitalRegistryAbi,
		registry,
		functionName: 'publishAuthority',
		args: [hospital, toHex(publicKey), toHex(proofOfPossession)],
	});
}
