import { toHex } from '#lib/bytes.ts';
import { patientRegistryAbi } from '../abi/patient-registry.ts';
import type { Unsigned } from '../permissions/messages.ts';
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
	const { registry, keyringDigest, clouds } = parameters;
	return send(wallet, {
		abi: patientRegistryAbi,
		registry,
		functionName: 'publishKeys',
		args: [...keysOf(parameters), keyringDigest, clouds.join(' ')],
	});
}

/** The same, to sign. */
export function publishKeysMessage(parameters: PublishKeysParameters): Unsigned<'PublishKeys'> {
	const [sealingKey, authorityKey] = keysOf(parameters);
	const { keyringDigest: keyring, clouds } = parameters;
	return { name: 'PublishKeys', terms: { sealingKey, authorityKey, keyring, clouds: clouds.join(' ') } };
}

function keysOf({ sealingKey, authorityKey }: PublishKeysParameters): [Hash, Hash] {
	return [toHex(sealingKey), authorityKey ? toHex(authorityKey) : '0x'];
}
