/**
 * Keys: one attribute, issued to one user by the attribute's authority (RW15, KeyGen).
 *
 *   K = g1^α · H(gid)^y · F(attribute)^t      K' = g2^t
 *   key = version(1) || digest of the authority's public key(32) || length(2) gid || length(2) attribute || K(48) || K'(96)
 *
 * H(gid) ties a key to its user: keys of two users do not combine. The coin t is a pseudo-random function of user and
 * attribute under a secret of the authority, so no two keys share it and issuing again gives the same key.
 */
import { concat, equal, toHex, utf8 } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { bind } from '../bind.ts';
import { domains } from '../domains.ts';
import { hkdf, sha256 } from '../webcrypto.ts';
import { parsePublicKey, parseSecretKey } from './authority.ts';
import { formatAttribute, normalGid, parseAttribute } from './attribute.ts';
import { decodeOne, encodeOne, g1Bytes, g2Bytes, product, type G1, type G2, type Groups } from './groups.ts';
import { hashAttribute, hashUser } from './hash.ts';
import { groupsFor, type AbeOptions } from './options.ts';
import { Recent } from './recent.ts';
import { coinBytes, scalarFromCoins } from './scalar.ts';
import { only, zip } from './batch.ts';

const version = 1;
const digestBytes = 32;

export interface KeyHolder {
	readonly gid: string;
	/** `name#epoch@0xauthority`. */
	readonly attribute: string;
}

/** A key's fields; the points are not yet checked. */
export interface KeyFields extends KeyHolder {
	readonly publicKeyDigest: Uint8Array;
	readonly pointBytes: Uint8Array;
}

/** The points of a key. */
export interface KeyPoints {
	readonly k: G1;
	readonly kPrime: G2;
}

/**
 * Issues an attribute to a user. Throws `crypto.foreign-attribute` for an attribute of another authority,
 * `crypto.invalid-attribute` for what is none, `crypto.wrong-key` for a malformed secret key or GID.
 */
export async function issueKey(
	authoritySecretKey: Uint8Array,
	{ gid, attribute, ...options }: KeyHolder & AbeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
	const groups = await groupsFor(options);
	const { G1, G2 } = groups;
	const secret = parseSecretKey(authoritySecretKey);
	const holder = { gid: normalGid(gid), attribute: formatAttribute(parseAttribute(attribute)) };
	if (parseAttribute(attribute).authority !== secret.authority) {
		throw new AppError('crypto.foreign-attribute', "The attribute is another authority's to issue.");
	}
	const info = await sha256(bind(domains.abeIssue, holder.gid, holder.attribute));
	const t = scalarFromCoins(await hkdf(secret.coinKey, { salt: new Uint8Array(), info, length: coinBytes }));
	const [user, name] = [hashUser(groups, holder.gid), hashAttribute(groups, holder.attribute)];
	const k = product(G1, [G1.generator, secret.alpha], [user, secret.y], [name, t]);
	const points = concat(encodeOne(G1, k), encodeOne(G2, product(G2, [G2.generator, t])));
	return concat(
		Uint8Array.of(version),
		secret.publicKeyDigest,
		withLength(holder.gid),
		withLength(holder.attribute),
		points,
	);
}

/**
 * Whether `key` is that attribute for that user, issued by that authority: e(K, g2) = egg^α · e(H(gid), g2^y) · e(F(attribute), K').
 * False for anything wrong with the key; throws `crypto.invalid-point` or `crypto.unsupported` for a bad public key.
 */
export async function verifyKey(
	authorityPublicKey: Uint8Array,
	{ gid, attribute, key, ...options }: KeyHolder & { readonly key: Uint8Array } & AbeOptions,
): Promise<boolean> {
	const groups = await groupsFor(options);
	const authority = await parsePublicKey(groups, authorityPublicKey);
	try {
		const fields = parseKey(key, { gid, attribute });
		const isOwn = parseAttribute(attribute).authority === authority.authority;
		if (!isOwn || !equal(fields.publicKeyDigest, authority.digest)) return false;
		const { G1, G2, GT } = groups;
		const { k, kPrime } = only(keyPoints(groups, [fields]));
		const user = product(G1, [hashUser(groups, gid), -1n]);
		const name = product(G1, [hashAttribute(groups, attribute), -1n]);
		const paired = groups.pairing([
			[k, G2.generator.element],
			[user, authority.g2y.element],
			[name, kPrime],
		]);
		return GT.equal(paired, authority.eggAlpha.element);
	} catch (error) {
		if (error instanceof AppError) return false;
		throw error;
	}
}

/** Reads a key and checks that it is the holder's. Throws `crypto.wrong-key`. */
export function parseKey(key: Uint8Array, holder: KeyHolder): KeyFields {
	const attribute = formatAttribute(parseAttribute(holder.attribute));
	const gid = normalGid(holder.gid);
	const names = concat(withLength(gid), withLength(attribute));
	const start = 1 + digestBytes;
	if (key[0] !== version || key.length !== start + names.length + g1Bytes + g2Bytes) {
		throw new AppError('crypto.wrong-key', 'Not a key for this user and attribute.');
	}
	if (!equal(key.subarray(start, start + names.length), names)) {
		throw new AppError('crypto.wrong-key', "Another user's key, or for another attribute.");
	}
	const pointBytes = key.subarray(start + names.length);
	return { gid, attribute, publicKeyDigest: key.subarray(1, start), pointBytes };
}

/** The checked points of each key. Throws `crypto.wrong-key`. */
export function keyPoints(groups: Groups, keys: readonly KeyFields[]): KeyPoints[] {
	try {
		const ks = groups.G1.decode(keys.map(({ pointBytes }) => pointBytes.subarray(0, g1Bytes)));
		const kPrimes = readKPrimes(
			groups,
			keys.map(({ pointBytes }) => pointBytes.subarray(g1Bytes)),
		);
		return zip(ks, kPrimes).map(([k, kPrime]) => ({ k, kPrime }));
	} catch (cause) {
		throw new AppError('crypto.wrong-key', 'The key is malformed.', { cause });
	}
}

/** K' says nothing of K, comes again with each opening, and is the dearest of a key to check. */
const checked = /* @__PURE__ */ new Recent<G2>(256);

function readKPrimes({ name, G2 }: Groups, encodings: readonly Uint8Array[]): G2[] {
	const idOf = (bytes: Uint8Array) => `${name} ${toHex(bytes)}`;
	const fresh = encodings.filter((bytes) => checked.get(idOf(bytes)) === undefined);
	for (const [bytes, point] of zip(fresh, G2.decode(fresh))) checked.set(idOf(bytes), point);
	return encodings.map((bytes) => checked.get(idOf(bytes)) ?? decodeOne(G2, bytes));
}

function withLength(text: string): Uint8Array {
	const bytes = utf8(text);
	return concat(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
}
