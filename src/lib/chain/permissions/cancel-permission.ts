import { consentRegistryAbi } from '../abi/consent-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

/**
 * Cancels the caller's next permission at one registry: whatever was signed with that nonce no longer counts.
 * Errors: as `send`.
 */
export function cancelPermission(wallet: WalletClient, { registry }: { registry: Address }): Promise<Hash> {
	// The function is the same in all registries that take permissions.
	return send(wallet, { abi: consentRegistryAbi, registry, functionName: 'cancelPermission', args: [] });
}
