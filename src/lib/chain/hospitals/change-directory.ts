import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface ChangeDirectoryParameters {
	registry: Address;
	directoryDigest: Hash;
}

/**
 * Replaces the calling hospital's directory.
 * Errors: `records.not-approved`; otherwise as `send`.
 */
export function changeDirectory(wallet: WalletClient, parameters: ChangeDirectoryParameters): Promise<Hash> {
	const { registry, directoryDigest } = parameters;
	return send(wallet, { abi: hospitalRegistryAbi, registry, functionName: 'changeDirectory', args: [directoryDigest] });
}
