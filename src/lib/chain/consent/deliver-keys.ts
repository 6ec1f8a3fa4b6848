import { consentRegistryAbi } from '../abi/consent-registry.ts';
import type { Unsigned } from '../permissions/messages.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface DeliverKeysParameters {
	registry: Address;
	grantee: Address;
	/** Digest of the bundle that delivers the keys. */
	keysDigest: Hash;
}

/**
 * Delivers keys again to someone whose grant stands: who was missed when others got those of a new epoch.
 * Errors: `records.no-grant`; otherwise as `send`.
 */
export function deliverKeys(wallet: WalletClient, parameters: DeliverKeysParameters): Promise<Hash> {
	const { registry, grantee, keysDigest } = parameters;
	return send(wallet, { abi: consentRegistryAbi, registry, functionName: 'deliverKeys', args: [grantee, keysDigest] });
}

/** The same, to sign. */
export function deliverKeysMessage({ grantee, keysDigest }: DeliverKeysParameters): Unsigned<'DeliverKeys'> {
	return { name: 'DeliverKeys', terms: { reader: grantee, keys: keysDigest } };
}
