/**
 * Entries of the cache that only their owner can read: locks that were opened, keys that were received, copies still to be saved.
 * They are sealed under the keyring's local key, and their names are hashed with it, so that the cache does not tell whose
 * records were looked at in this browser.
 */
import { toHex } from '#lib/bytes.ts';
import { bind, deriveKey, domains, openSmall, sealSmall } from '#lib/crypto/index.ts';
import type { Cache } from './cache.ts';
import type { Identity } from './identity.ts';

/** A private entry; null where there is none or it does not open any more. */
export async function readPrivate(cache: Cache, identity: Identity, name: string): Promise<Uint8Array | null> {
	const sealed = await cache.get(await privateName(identity, name));
	if (!sealed) return null;
	try {
		return await openSmall(identity.keys.localKey, sealed, bind(domains.cacheEntry, name));
	} catch {
		return null;
	}
}

/** Keeps a private entry. */
export async function writePrivate(cache: Cache, identity: Identity, name: string, value: Uint8Array): Promise<void> {
	const sealed = await sealSmall(identity.keys.localKey, value, bind(domains.cacheEntry, name));
	await cache.set(await privateName(identity, name), sealed);
}

async function privateName({ keys }: Identity, name: string): Promise<string> {
	return `private/${toHex(await deriveKey(keys.localKey, domains.cacheName, name))}`;
}
