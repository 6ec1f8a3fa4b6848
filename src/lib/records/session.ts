/**
 * Beginning: who an account is, its keyring made on the first visit, opened on every later one, and its settings changed.
 */
import { verifyTypedData } from 'viem';
import {
	changeKeyring,
	changeKeyringMessage,
	publishKeys as publishKeysOnChain,
	publishKeysMessage,
	type Address,
} from '#lib/chain/index.ts';
import { createRoot, secretFromTwoSignatures, walletTypedData, wrapRoot } from '#lib/crypto/index.ts';
import { AppError } from '#lib/errors.ts';
import { connectStore, nameOf, type StoreConfig } from '#lib/storage/index.ts';
import { publicBases, saveObject } from './blocks.ts';
import { withIdentity, type ActionOptions, type Deps, type Receipt } from './deps.ts';
import { createIdentity, type Identity } from './identity.ts';
import { checkInput, settingsInput } from './inputs.ts';
import { findKeyring, openKeyring, rootOf, sealKeyring } from './keyring.ts';
import type { Settings } from './types.ts';
import { requireAccount, requireIdentity, transact } from './act.ts';
import { askAnew } from './ledger.ts';
import { copyOwnObjects } from './own-objects.ts';

/** Asks the wallet to sign the keyring's message, as the connected account. Resolves to the signature, `0x…`. */
export type Sign = (typedData: ReturnType<typeof walletTypedData>) => Promise<`0x${string}`>;

export interface CreateKeyring extends Settings {
	sign: Sign;
	clouds: readonly StoreConfig[];
	/** Whether to publish an authority key too, under which a patient issues consent. */
	asPatient: boolean;
}

/** A keyring that exists in this browser only, until `publishKeys`. */
export interface PreparedKeyring {
	identity: Identity;
	asPatient: boolean;
}

/**
 * Makes a keyring. Asks for the same signature twice, as a wallet that does not repeat itself could never open it again. Nothing
 * leaves the browser. Throws `wallet.unpredictable`, `wallet.changed` (signed by another account), `storage.no-clouds`,
 * `records.invalid-input`, and what `sign` throws.
 */
export async function createKeyring(deps: Deps, parameters: CreateKeyring): Promise<PreparedKeyring> {
	const { sign, asPatient, ...entered } = parameters;
	const account = requireAccount(deps);
	const { clouds, ...settings } = checkInput(settingsInput, entered);
	if (publicBases(clouds).length === 0)
		throw new AppError('storage.no-clouds', 'Others must be able to find your objects.');
	const owner = { chainId: deps.chain.chainId, account };
	const typedData = walletTypedData(owner);
	const first = await sign(typedData);
	await checkSigner(account, first, typedData);
	const secret = await secretFromTwoSignatures(first, await sign(typedData), owner);
	const root = createRoot();
	const wraps = [await wrapRoot(root, secret, owner)];
	const keys = await deps.engine.deriveKeys(root);
	return { identity: createIdentity({ account, root, keys, settings, clouds, wraps }), asPatient };
}

/**
 * The end of the first visit: the wrapped keyring to the clouds, then one transaction with the public keys. May be tried again
 * with the same `prepared`, without signing again. Throws `storage.…`, and what `transact` throws.
 */
export async function publishKeys(
	deps: Deps,
	{ identity, asPatient }: PreparedKeyring,
	options: ActionOptions = {},
): Promise<Receipt & { identity: Identity }> {
	const { account, keys, settings, clouds } = identity;
	options.onStage?.('preparing');
	const authorityKey = asPatient ? await deps.engine.authorityKey(account, keys.authoritySeed) : null;
	const keyring = await sealKeyring(identity, { ...settings, clouds });
	options.onStage?.('saving');
	const { digest } = await saveObject(withIdentity(deps, identity), keyring, options.signal);
	const parameters = {
		registry: deps.chain.contracts.patientRegistry,
		sealingKey: keys.sealing.publicKey,
		authorityKey,
		keyringDigest: digest,
		clouds: publicBases(clouds),
	};
	const message = publishKeysMessage(parameters);
	const receipt = await transact(deps, options, (wallet) => publishKeysOnChain(wallet, parameters), message);
	return { ...receipt, identity };
}

/**
 * Opens the keyring with one signature. Throws `records.no-keys` before the first visit, `wallet.unpredictable` when the wallet signs
 * otherwise than it did then, `storage.…` when no cloud gives the keyring, and what `sign` throws.
 */
export async function unlock(deps: Deps, { sign }: { sign: Sign }): Promise<Identity> {
	askAnew(deps);
	const account = requireAccount(deps);
	const keyring = await findKeyring(deps, account);
	const typedData = walletTypedData({ chainId: deps.chain.chainId, account });
	const signature = await sign(typedData);
	await checkSigner(account, signature, typedData);
	return openKeyring(deps, keyring, await rootOf(deps, keyring, signature));
}

/** Opens the keyring with its root, for a tab that resumes. Throws `crypto.wrong-key` for another's root, and as `unlock`. */
export async function unlockWithRoot(deps: Deps, root: Uint8Array): Promise<Identity> {
	askAnew(deps);
	return openKeyring(deps, await findKeyring(deps, requireAccount(deps)), root);
}

/**
 * Changes name, language or clouds: the keyring is written anew, and, where there is a new cloud, all own objects are copied
 * to it first, so that whoever looks at the published list finds them. Throws as `publishKeys`, and `records.invalid-input`.
 */
export async function changeSettings(
	deps: Deps,
	changes: Partial<Settings & { clouds: readonly StoreConfig[] }>,
	options: ActionOptions = {},
): Promise<Receipt & { identity: Identity }> {
	askAnew(deps);
	const before = requireIdentity(deps);
	const { clouds, ...settings } = checkInput(settingsInput, { ...before.settings, clouds: before.clouds, ...changes });
	const identity = createIdentity({ ...before, settings, clouds });
	const changed = withIdentity(deps, identity);
	options.onStage?.('saving');
	const known = new Set(before.clouds.map(nameOf));
	const added = clouds.filter((config) => !known.has(nameOf(config)));
	if (added.length > 0) await copyOwnObjects(deps, added.map(connectStore), options.signal);
	const { digest } = await saveObject(changed, await sealKeyring(identity, { ...settings, clouds }), options.signal);
	const registry = deps.chain.contracts.patientRegistry;
	const parameters = { registry, keyringDigest: digest, clouds: publicBases(clouds) };
	const message = changeKeyringMessage(parameters);
	const receipt = await transact(deps, options, (wallet) => changeKeyring(wallet, parameters), message);
	return { ...receipt, identity };
}

/** Whoever's signature it is, it must be the connected account's: a wallet switched in the meantime signs for another. */
async function checkSigner(
	account: Address,
	signature: `0x${string}`,
	typedData: ReturnType<typeof walletTypedData>,
): Promise<void> {
	const plain = signature.length === 2 + 2 * 65;
	const same = plain && (await verifyTypedData({ ...typedData, address: account, signature }).catch(() => false));
	if (plain && !same) throw new AppError('wallet.changed', 'The signature is not of the connected account.');
}
