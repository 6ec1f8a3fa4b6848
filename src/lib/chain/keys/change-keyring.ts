import { patientRegistryAbi } from '../abi/patient-registry.ts';
import type { Unsigned } from '../permissions/messages.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface ChangeKeyringParameters {
	registry: Address;
	keyringDigest: Hash;
	/** Public base URLs, without spaces. */
	clouds: readonly string[];
}

/**
 * Replaces the digest of the caller's wrapped keyring and its list of clouds; the keys stay.
 * Errors: `records.no-keys`, `chain.refused` (InvalidCloudsLength, MissingDigest); otherwise as `send`.
 */
export function changeKeyring(wallet: WalletClient, parameters: ChangeKeyringParameters): Promise<Hash> {
	const { registry, keyringDigest, clouds } = parameters;
	return send(wallet, {
		abi: patientRegistryAbi,
		registry,
		functionName: 'changeKeyring',
		args: [keyringDigest, clouds.join(' ')],
	});
}

/** The same, to sign. */
export function changeKeyringMessage({ keyringDigest, clouds }: ChangeKeyringParameters): Unsigned<'ChangeKeyring'> {
	return { name: 'ChangeKeyring', terms: { keyring: keyringDigest, clouds: clouds.join(' ') } };
}
