/**
 * The keyring object: a person's root key, wrapped by their wallet's signature, and their settings, sealed under the local key.
 * It lies on their clouds; its digest is on chain, so an older or a foreign one is noticed.
 */
import * as v from 'valibot';
import { bind, deriveKey, domains, openSmall, sealSmall, secretFromSignature, unwrapRoot } from '#lib/crypto/index.ts';
import type { Address } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import { storeConfigSchema, type StoreConfig } from '#lib/storage/index.ts';
import { decodeObject, encodeObject } from './codec.ts';
import type { Deps } from './deps.ts';
import { keyringSchema, type Keyring } from './formats.ts';
import { createIdentity, type Identity } from './identity.ts';
import { findObject } from './blocks.ts';
import { requireKeys } from './ledger.ts';
import type { Settings } from './types.ts';

const settingsSchema = v.strictObject({
	displayName: v.pipe(v.string(), v.maxLength(200)),
	language: v.picklist(['en', 'ar']),
	clouds: v.pipe(v.array(storeConfigSchema), v.minLength(1), v.maxLength(16)),
});

/** What a keyring holds besides the root. */
export type KeyringSettings = Settings & { clouds: readonly StoreConfig[] };

/** The keyring object of an identity, with these settings. */
export async function sealKeyring(identity: Identity, settings: KeyringSettings): Promise<Keyring> {
	const { account, wraps, keys } = identity;
	const plain = encodeObject(v.parse(settingsSchema, settings));
	return {
		v: 1,
		account,
		wraps,
		settings: await sealSmall(await settingsKey(keys.localKey), plain, settingsContext(account)),
	};
}

/** The keyring that the chain names for an account. Throws `records.no-keys`, `records.invalid-header`, and as `findObject`. */
export async function findKeyring(deps: Deps, account: Address): Promise<Keyring> {
	const { keyringDigest } = await requireKeys(deps, account);
	const keyring = await findObject(deps, keyringSchema, keyringDigest, [account]);
	if (keyring.account !== account) throw new AppError('records.invalid-header', 'The keyring is of another account.');
	return keyring;
}

/** The root inside a keyring, by the wallet's signature. Throws `wallet.unpredictable` for a signature that does not open it. */
export async function rootOf(deps: Deps, { account, wraps }: Keyring, signature: string): Promise<Uint8Array> {
	const owner = { chainId: deps.chain.chainId, account };
	const secret = await secretFromSignature(signature, owner);
	for (const { method, sealed } of wraps) {
		try {
			return await unwrapRoot({ method, sealed: new Uint8Array(sealed) }, secret, owner);
		} catch (error) {
			if (!(error instanceof AppError) || error.code !== 'crypto.wrong-key') throw error;
		}
	}
	throw new AppError('wallet.unpredictable', 'The signature is not the one that the keyring was made with.');
}

/**
 * The identity of a keyring and its root. Throws `crypto.wrong-key` for the root of another keyring, and `records.invalid-header`
 * where the settings inside are not what they should be.
 */
export async function openKeyring(
	deps: Deps,
	{ account, wraps, settings }: Keyring,
	root: Uint8Array,
): Promise<Identity> {
	const keys = await deps.engine.deriveKeys(root);
	const plain = await openSmall(await settingsKey(keys.localKey), settings, settingsContext(account));
	const { clouds, ...own } = decodeObject(settingsSchema, plain);
	return createIdentity({ account, root, keys, settings: own, clouds, wraps });
}

function settingsKey(localKey: Uint8Array): Promise<Uint8Array> {
	return deriveKey(localKey, domains.keyringSettings);
}

function settingsContext(account: Address): Uint8Array {
	return bind(domains.keyringSettings, account);
}
