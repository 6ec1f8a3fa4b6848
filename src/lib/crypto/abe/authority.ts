/**
 * Authorities: whoever issues attributes. Each makes its own key pair, alone; nobody stands above them (RW15, AuthSetup).
 *
 *   public key = version(1) || address(20) || egg^α(288) || g2^y(96)
 *   secret key = version(1) || address(20) || α(32) || y(32) || coin key(32) || digest of the public key(32)
 */
import { concat, equal, fromHex, toHex } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { bind } from '../bind.ts';
import { domains } from '../domains.ts';
import { hkdf, randomBytes, sha256 } from '../webcrypto.ts';
import { normalAddress, type Address } from './attribute.ts';
import { decodeOne, encodeOne, g2Bytes, gtBytes, product, type Base, type G2, type Groups, type GT } from './groups.ts';
import { groupsFor, type AbeOptions } from './options.ts';
import { Recent } from './recent.ts';
import { coinBytes, scalarBytes, scalarFromBytes, scalarFromCoins, scalarToBytes } from './scalar.ts';

const version = 1;
const headBytes = 1 + 20;
const digestBytes = 32;
/** What a public key has besides version and address; this much stands in a capsule. */
export const publicBodyBytes = gtBytes + g2Bytes;
const secretKeyBytes = headBytes + 3 * scalarBytes + digestBytes;

export interface PublicKey {
	readonly authority: Address;
	readonly body: Uint8Array;
	readonly digest: Uint8Array<ArrayBuffer>;
	/** egg^α. */
	readonly eggAlpha: Base<GT>;
	/** g2^y. */
	readonly g2y: Base<G2>;
}

export interface SecretKey {
	readonly authority: Address;
	readonly alpha: bigint;
	readonly y: bigint;
	readonly coinKey: Uint8Array;
	readonly publicKeyDigest: Uint8Array;
}

/**
 * A new authority's keys. With a secret seed of 32 bytes or more the same seed and address give the same keys.
 * Throws `crypto.unknown-authority` for a malformed address, `crypto.wrong-key` for a short seed.
 */
export async function createAuthority(address: Address, seed: Uint8Array = randomBytes(32), options: AbeOptions = {}) {
	const groups = await groupsFor(options);
	if (seed.length < 32) throw new AppError('crypto.wrong-key', 'An authority needs a seed of at least 32 bytes.');
	const authority = normalAddress(address);
	const info = await sha256(bind(domains.abeAuthority, authority));
	const derived = await hkdf(seed, { salt: new Uint8Array(), info, length: 2 * coinBytes + 32 });
	const alpha = scalarFromCoins(derived.subarray(0, coinBytes));
	const y = scalarFromCoins(derived.subarray(coinBytes, 2 * coinBytes));
	const publicKey = encodePublicKey(groups, { authority, alpha, y });
	const digest = await digestOf(publicKey);
	const secrets = concat(scalarToBytes(alpha), scalarToBytes(y), derived.subarray(2 * coinBytes));
	return { publicKey, secretKey: concat(headOf(authority), secrets, digest) };
}

/** The public key of a secret key, made again from its exponents. Throws `crypto.wrong-key` if it names another one. */
export async function publicKeyOf(groups: Groups, secret: SecretKey): Promise<Uint8Array<ArrayBuffer>> {
	const publicKey = encodePublicKey(groups, secret);
	if (!equal(await digestOf(publicKey), secret.publicKeyDigest)) {
		throw new AppError('crypto.wrong-key', 'The secret key names another public key.');
	}
	return publicKey;
}

/** Throws `crypto.wrong-key`. */
export function parseSecretKey(bytes: Uint8Array): SecretKey {
	if (bytes.length !== secretKeyBytes || bytes[0] !== version) {
		throw new AppError('crypto.wrong-key', "Not an authority's secret key.");
	}
	const field = (i: number) => bytes.subarray(headBytes + i * scalarBytes, headBytes + (i + 1) * scalarBytes);
	return {
		authority: toHex(bytes.subarray(1, headBytes)),
		alpha: scalarFromBytes(field(0)),
		y: scalarFromBytes(field(1)),
		coinKey: field(2),
		publicKeyDigest: field(3),
	};
}

/** Few authorities come again and again, and checking a key costs more than using it. With tables, one takes up to 400 KB. */
const parsed = /* @__PURE__ */ new Recent<PublicKey>(32);

/** Reads and checks a public key. Throws `crypto.unsupported` for another version, else `crypto.invalid-point`. */
export async function parsePublicKey(groups: Groups, bytes: Uint8Array): Promise<PublicKey> {
	if (bytes[0] !== version) throw new AppError('crypto.unsupported', "An authority's key of another version.");
	if (bytes.length !== headBytes + publicBodyBytes) throw new AppError('crypto.invalid-point', 'Not a public key.');
	const id = `${groups.name} ${toHex(bytes)}`;
	const known = parsed.get(id);
	if (known) return known;
	const body = bytes.slice(headBytes);
	const key: PublicKey = {
		authority: toHex(bytes.subarray(1, headBytes)),
		body,
		digest: await digestOf(bytes),
		eggAlpha: groups.GT.base(decodeOne(groups.GT, body.subarray(0, gtBytes))),
		g2y: groups.G2.base(decodeOne(groups.G2, body.subarray(gtBytes))),
	};
	return parsed.set(id, key);
}

/** The public key whose body stands in a capsule. Throws as `parsePublicKey`. */
export function publicKeyFromBody(groups: Groups, authority: Address, body: Uint8Array): Promise<PublicKey> {
	return parsePublicKey(groups, concat(headOf(authority), body));
}

function encodePublicKey({ G2, GT }: Groups, { authority, alpha, y }: Pick<SecretKey, 'authority' | 'alpha' | 'y'>) {
	const eggAlpha = encodeOne(GT, product(GT, [GT.generator, alpha]));
	return concat(headOf(authority), eggAlpha, encodeOne(G2, product(G2, [G2.generator, y])));
}

function headOf(authority: Address): Uint8Array {
	return concat(Uint8Array.of(version), fromHex(authority) ?? new Uint8Array());
}

function digestOf(publicKey: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
	return sha256(bind(domains.abePublicKey, publicKey));
}
