/**
 * An unlocked keyring: who someone is towards others, and what only they can open. It lives in memory, never on disk.
 *
 * Records and screens must not assume that a person has a single address: each action asks `accountFor` which of their
 * accounts faces the other side. Today it is always the wallet's.
 */
import type { Address } from '#lib/chain/index.ts';
import type { Keys } from '#lib/crypto/index.ts';
import type { StoreConfig } from '#lib/storage/index.ts';
import type { Keyring } from './formats.ts';
import type { Settings } from './types.ts';

export interface Identity {
	/** Whose keyring it is. */
	readonly account: Address;
	readonly root: Uint8Array;
	readonly keys: Keys;
	readonly settings: Settings;
	/** Where this person's objects and pieces are saved, credentials included. */
	readonly clouds: readonly StoreConfig[];
	/** How the root is wrapped, kept to write it again beside changed settings. */
	readonly wraps: Keyring['wraps'];
	/** Which of this person's accounts faces `counterparty`: a patient, a clinician, or a hospital. */
	readonly accountFor: (counterparty: Address) => Address;
}

/** An identity of one account for everyone. */
export function createIdentity(parts: Omit<Identity, 'accountFor'>): Identity {
	return { ...parts, accountFor: () => parts.account };
}

/** A copy of the 32-byte root, for a tab that wants to resume. Seal it before it is kept anywhere. */
export function exportRoot(identity: Identity): Uint8Array {
	return identity.root.slice();
}

/** Overwrites the secrets in memory, as far as JavaScript lets one; the identity is of no use afterwards. */
export function forgetIdentity({ root, keys }: Identity): void {
	for (const secret of [root, keys.sealing.secretKey, keys.localKey, keys.authoritySeed]) secret.fill(0);
}
