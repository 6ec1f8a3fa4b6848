import { toHex } from '#lib/bytes.ts';
import { patientRegistryAbi } from '../abi/patient-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface PublishKeysParameters {
	registry: Address;
	/** 1 to 4096 bytes. */
	sealingKey: Uint8Array;
	/** Under which a patient issues consent; null for those who are not patients. */
	authorityKey: Uint8Array | null;
	keyringDigest: Hash;
	/** Public base URLs, without spaces. */
	clouds: readonly string[];
}

/**
 * Publishes the caller's public keys, the digest of its wrapped keyring, and where its clouds are.
 * Errors: `chain.refused` (InvalidKeyLength, InvalidCloudsLength, MissingDigest); otherwise as `send`.
 */
export function publishKeys(wallet: WalletClient, parameters: PublishKeysParameters): Promise<Hash> {
	const { registry, sealingKey, authorityKey, keyringDigest, clouds } = parameters;
	return send(wallet, {
		abi: patientRegistryAbi,
		registry,
		functionName: 'publishKeys',
		args: [toHex(sealingKey), authorityKey ? toHex(authorityKey) : '0x', keyringDigest, clouds.join(' ')],
	});
}
