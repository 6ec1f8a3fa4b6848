import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface ChangeDirectoryParameters {
	registry: Address;
	/** In whose name: the caller is one of its administrators. */
	hospital: Address;
	directoryDigest: Hash;
}

/**
 * Replaces a hospital's directory.
 * Errors: `records.not-approved`; otherwise as `send`.
 */
export function changeDirectory(wallet: WalletClient, parameters: ChangeDirectoryParameters): Promise<Hash> {
	const { registry, hospital, directoryDigest } = parameters;
	return send(wallet, {
		abi: hospitalRegistryAbi,
		registry,
		functionName: 'changeDirectory',
		args: [hospital, directoryDigest],
	});
}
