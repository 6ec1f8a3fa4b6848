/**
 * A person's keyring: one random 32-byte root, all other keys from it, and the root wrapped so that a wallet opens it.
 *
 * The wallet signs one fixed EIP-712 message. ECDSA signatures of most wallets are deterministic (RFC 6979), so the same
 * account always gives the same secret; one that signs differently each time is refused before anything relies on it.
 * Whoever gets that signature can open the keyring: EIP-712 does not bind to a web site, so the message warns in words.
 *
 *   root ─HKDF→ sealing key pair (hpke.ts), local key (AES-256), authority seed (abe)
 *   signature ─HKDF→ wallet secret ─envelope→ wrapped root
 */
import { concat, fromHex } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { bind } from './bind.ts';
import { domains } from './domains.ts';
import { deriveKey, keyBytes, randomKey, unwrapKey, wrapKey } from './envelope.ts';
import { createSealingKeys, type SealingKeys } from './hpke.ts';
import { hkdf, sha256 } from './webcrypto.ts';

type Hex = `0x${string}`;

/** Whose keyring, and on which network. The address in any case. */
export interface KeyringOwner {
	readonly chainId: number;
	readonly account: Hex;
}

export interface Keys {
	/** Opens what others seal for this person; the public half is on chain. */
	readonly sealing: SealingKeys;
	/** AES-256 key for what this person keeps for themselves: settings, cache. */
	readonly localKey: Uint8Array<ArrayBuffer>;
	/** Seed of this person's ABE authority: `createAuthority(account, authoritySeed)`. */
	readonly authoritySeed: Uint8Array<ArrayBuffer>;
}

/** The root, wrapped under a wallet's signature. */
export interface WalletWrap {
	readonly method: 'wallet';
	readonly sealed: Uint8Array<ArrayBuffer>;
}

/** The order of secp256k1 (SEC 2 §2.4.1): s and order − s sign the same message. */
const curveOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** A new keyring's root. */
export function createRoot(): Uint8Array<ArrayBuffer> {
	return randomKey();
}

/** All keys of a keyring. The same root always gives the same keys. */
export async function deriveKeys(root: Uint8Array): Promise<Keys> {
	const [sealingSeed, localKey, authoritySeed] = await Promise.all([
		deriveKey(root, domains.keyringSealing),
		deriveKey(root, domains.keyringLocal),
		deriveKey(root, domains.keyringAuthority),
	]);
	return { sealing: await createSealingKeys(sealingSeed), localKey, authoritySeed };
}

/** What the wallet is asked to sign, for `signTypedData`. Never to be changed or translated: another text, other keys. */
export function walletTypedData({ chainId, account }: KeyringOwner) {
	return {
		domain: { name: 'Amana', version: '1', chainId },
		types: {
			Keyring: [
				{ name: 'purpose', type: 'string' },
				{ name: 'account', type: 'address' },
			],
		},
		primaryType: 'Keyring',
		message: {
			purpose: 'Open my Amana keyring. Whoever has this signature can read my records: sign only inside Amana.',
			account: account.toLowerCase() as Hex,
		},
	} as const;
}

/**
 * The 32-byte secret that a signature of `walletTypedData` stands for. It does not check whose signature it is.
 * Throws `wallet.unpredictable` for anything but a plain 65-byte signature (a contract wallet's, for instance).
 */
export async function secretFromSignature(signature: string, owner: KeyringOwner): Promise<Uint8Array<ArrayBuffer>> {
	const bytes = fromHex(signature);
	if (bytes?.length !== 65) throw new AppError('wallet.unpredictable', 'Not a plain 65-byte signature.');
	return hkdf(concat(bytes.subarray(0, 32), lowS(bytes.subarray(32, 64))), {
		salt: new Uint8Array(),
		info: await sha256(bindOwner(domains.keyringWallet, owner)),
		length: keyBytes,
	});
}

/**
 * The secret, after signing the same message twice: used once, when the keyring is made.
 * Throws `wallet.unpredictable` when the wallet signs differently each time, as it could then never open the keyring.
 */
export async function secretFromTwoSignatures(
	first: string,
	second: string,
	owner: KeyringOwner,
): Promise<Uint8Array<ArrayBuffer>> {
	const [secret, again] = await Promise.all([secretFromSignature(first, owner), secretFromSignature(second, owner)]);
	if (secret.some((byte, i) => byte !== again[i])) {
		throw new AppError('wallet.unpredictable', 'The wallet signs the same message differently each time.');
	}
	return secret;
}

/** Wraps the root under the secret from the wallet's signature. */
export async function wrapRoot(root: Uint8Array, secret: Uint8Array, owner: KeyringOwner): Promise<WalletWrap> {
	return { method: 'wallet', sealed: await wrapKey(secret, root, bindOwner(domains.keyringWrap, owner)) };
}

/** Opens what `wrapRoot` made. Throws `crypto.wrong-key` for another account, network or signature; else as `openSmall`. */
export function unwrapRoot(
	wrap: WalletWrap,
	secret: Uint8Array,
	owner: KeyringOwner,
): Promise<Uint8Array<ArrayBuffer>> {
	return unwrapKey(secret, wrap.sealed, bindOwner(domains.keyringWrap, owner));
}

function bindOwner(tag: typeof domains.keyringWallet | typeof domains.keyringWrap, { chainId, account }: KeyringOwner) {
	return bind(tag, chainId, account.toLowerCase());
}

/** The smaller of s and order − s: some wallets give one, some the other, of what is the same signature. */
function lowS(s: Uint8Array): Uint8Array {
	const value = s.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
	const low = value > curveOrder / 2n ? curveOrder - value : value;
	return fromHex(low.toString(16).padStart(64, '0')) ?? s;
}
