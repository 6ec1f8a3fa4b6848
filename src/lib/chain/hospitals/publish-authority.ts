import { toHex } from '#lib/bytes.ts';
import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface PublishAuthorityParameters {
	registry: Address;
	/** 1 to 4096 bytes. */
	publicKey: Uint8Array;
}

/**
 * Publishes the public key under which the calling hospital issues attributes.
 * Errors: `records.not-approved`; otherwise as `send`.
 */
export function publishAuthority(wallet: WalletClient, parameters: PublishAuthorityParameters): Promise<Hash> {
	const { registry, publicKey } = parameters;
	return send(wallet, {
		abi: hospitalRegistryAbi,
		registry,
		functionName: 'publishAuthority',
		args: [toHex(publicKey)],
	});
}
