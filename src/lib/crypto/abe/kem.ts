/**
 * RW15 as a key-encapsulation mechanism that withstands chosen-ciphertext attacks: the Fujisaki–Okamoto transform
 * (CRYPTO 1999; as in Hofheinz–Hövelmanns–Kiltz, eprint 2017/604, with explicit rejection).
 *
 * A random seed decides every coin of the encryption. Whoever opens learns the seed, encrypts again, and compares all
 * bytes: a capsule that nobody made honestly is refused, always in the same way. Policy, authorities and context go into
 * the coins and the key; the commitment makes a capsule open to one key only. The numbered steps are those of docs/abe.md.
 */
import { concat, equal } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { bind } from '../bind.ts';
import { domains } from '../domains.ts';
import { hkdf, randomBytes, sha256 } from '../webcrypto.ts';
import { formatAttribute, normalAddress, normalGid, tryParseAttribute, type Address } from './attribute.ts';
import { parsePublicKey, publicKeyFromBody, type PublicKey } from './authority.ts';
import * as layout from './capsule.ts';
import { parseKey, type KeyFields } from './key.ts';
import { isOldOf } from './epochs.ts';
import type { Groups } from './groups.ts';
import { groupsFor, type LargeWorkOptions } from './options.ts';
import { openRows, sealRows } from './pool.ts';
import { authoritiesOf, leaves, parsePolicy, type Policy } from './policy.ts';
import { coinBytes, scalarFromCoins } from './scalar.ts';
import { coinsOfRows, joinFactors, scalarsOf, secretOf } from './scheme.ts';
import { coefficients } from './sharing.ts';

const keyBytes = 32;

export interface Encapsulation extends LargeWorkOptions {
	readonly policy: string;
	/** Public keys, at least of the authorities that the policy names. */
	readonly authorities: ReadonlyMap<Address, Uint8Array>;
	/** What the capsule belongs to. Bound in, not stored, not secret; the same bytes open it. */
	readonly context: Uint8Array;
}

export interface Decapsulation extends LargeWorkOptions {
	readonly capsule: Uint8Array;
	readonly gid: string;
	/** Keys issued to `gid`, by attribute. */
	readonly keys: ReadonlyMap<string, Uint8Array>;
	readonly context: Uint8Array;
}

/**
 * A fresh 32-byte key, and the capsule that gives it to whoever satisfies the policy.
 * Throws as `parsePolicy`, `crypto.unknown-authority` (details.authority), `crypto.invalid-point` or `general.cancelled`.
 */
export function encapsulate(parameters: Encapsulation) {
	return encapsulateSeed(parameters, randomBytes(layout.seedBytes)); // 1
}

/** The same with a given seed, which must be secret, uniform and never used twice. For test vectors. */
export async function encapsulateSeed(
	{ policy: text, authorities, context, ...options }: Encapsulation,
	seed: Uint8Array,
) {
	const policy = parsePolicy(text);
	const groups = await groupsFor(options);
	const publicKeys = await readAuthorities(groups, policy, authorities);
	return encrypt(groups, policy, publicKeys, { context, seed, options });
}

/**
 * The key in a capsule. Throws `crypto.policy-not-met` when the keys do not satisfy the policy, `crypto.old-epoch` when they would if
 * those of older epochs counted, `crypto.wrong-key` for a
 * malformed key or another user's, `general.cancelled`, and `crypto.invalid-capsule`, always alike, for anything wrong with
 * capsule or context.
 */
export async function decapsulate({ capsule, gid: name, keys, context, ...options }: Decapsulation) {
	const gid = normalGid(name);
	const fields = await layout.parseCapsule(capsule, context); // 1
	const own = readKeys(fields.policy, gid, keys); // 2
	const rows = coefficients(fields.policy, (attribute) => own.has(attribute));
	if (!rows) throw notMet(fields.policy, own, keys);
	const attributes = leaves(fields.policy);
	const chosen = [...rows].map(([x, coefficient]) => {
		const key = own.get(attributes[x] ?? '');
		const row = fields.rows[x];
		if (!key || !row) throw new RangeError('A row without a key was chosen.');
		return { row, coefficient, key };
	});
	const groups = await groupsFor(options);
	try {
		const publicKeys = await authoritiesIn(groups, fields);
		for (const { key } of chosen) requireSameAuthority(key, publicKeys);
		const secret = joinFactors(groups, await openRows(groups, gid, chosen, options)); // 3
		const seed = xor(fields.maskedSeed, await padFrom(secret)); // 4
		const again = await encrypt(groups, fields.policy, publicKeys, { context, seed, options }); // 5
		if (!equal(again.capsule, capsule)) throw layout.invalidCapsule();
		return again.key; // 6
	} catch (cause) {
		if (cause instanceof AppError && sayNothingOfCapsule.has(cause.code)) throw cause;
		throw layout.invalidCapsule(cause);
	}
}

/** What may be told apart: it would be the same whatever the capsule holds. */
const sayNothingOfCapsule: ReadonlySet<string> = new Set(['crypto.wrong-key', 'general.cancelled']);

/** Steps 2 to 6 of encapsulation. */
async function encrypt(
	groups: Groups,
	policy: Policy,
	publicKeys: ReadonlyMap<Address, PublicKey>,
	{ context, seed, options }: { context: Uint8Array; seed: Uint8Array; options: LargeWorkOptions },
): Promise<{ key: Uint8Array<ArrayBuffer>; capsule: Uint8Array<ArrayBuffer> }> {
	const bodies = [...publicKeys.values()].map(({ body }) => body);
	const head = layout.encodeHead(policy, bodies); // 2
	const scalars = await coinsFrom(seed, bind(domains.abeCoins, context, head), scalarsOf(policy)); // 3
	const coins = coinsOfRows(policy, scalars);
	const rows = await sealRows(groups, publicKeys, coins.rows, options); // 4
	const secret = secretOf(groups, coins.s);
	const open = concat(head, ...rows, xor(seed, await padFrom(secret))); // 5
	const info = await sha256(bind(domains.abeKey, context, open)); // 6
	const derived = await hkdf(seed, { salt: new Uint8Array(), info, length: keyBytes + layout.commitmentBytes });
	const body = concat(open, derived.subarray(keyBytes));
	return { key: derived.slice(0, keyBytes), capsule: concat(body, await layout.digestOf(body, context)) };
}

/** `count` scalars from 1 to r − 1, each from its own 48 bytes of HKDF output. */
async function coinsFrom(seed: Uint8Array, transcript: Uint8Array, count: number): Promise<bigint[]> {
	const salt = await sha256(transcript);
	const coins = Array.from({ length: count }, (_, i) =>
		hkdf(seed, { salt, info: bind(domains.abeCoins, i), length: coinBytes }),
	);
	return (await Promise.all(coins)).map(scalarFromCoins);
}

/** The pad over the seed. */
async function padFrom(secret: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
	return hkdf(secret, { salt: new Uint8Array(), info: bind(domains.abePad), length: layout.seedBytes });
}

async function readAuthorities(groups: Groups, policy: Policy, given: ReadonlyMap<Address, Uint8Array>) {
	const byAddress = new Map([...given].map(([address, key]) => [normalAddress(address), key]));
	const publicKeys = new Map<Address, PublicKey>();
	for (const authority of authoritiesOf(policy)) {
		const bytes = byAddress.get(authority);
		const key = bytes && (await parsePublicKey(groups, bytes));
		if (key?.authority !== authority) {
			const details = { authority };
			throw new AppError('crypto.unknown-authority', 'No key of an authority in the policy.', { details });
		}
		publicKeys.set(authority, key);
	}
	return publicKeys;
}

async function authoritiesIn(groups: Groups, { authorities }: layout.CapsuleFields): Promise<Map<Address, PublicKey>> {
	const publicKeys = new Map<Address, PublicKey>();
	for (const [authority, body] of authorities) {
		publicKeys.set(authority, await publicKeyFromBody(groups, authority, body));
	}
	return publicKeys;
}

/** The user's keys for attributes of the policy, by canonical attribute. */
function readKeys(policy: Policy, gid: string, keys: ReadonlyMap<string, Uint8Array>): Map<string, KeyFields> {
	const wanted = new Set(leaves(policy));
	const own = new Map<string, KeyFields>();
	for (const [text, key] of keys) {
		const attribute = tryParseAttribute(text);
		if (!attribute || !wanted.has(formatAttribute(attribute))) continue;
		own.set(formatAttribute(attribute), parseKey(key, { gid, attribute: text }));
	}
	return own;
}

/** That keys were right once is said, as new ones are to be had. */
function notMet(policy: Policy, own: ReadonlyMap<string, KeyFields>, keys: ReadonlyMap<string, Uint8Array>): AppError {
	const held = [...keys.keys()].map(tryParseAttribute).filter((attribute) => attribute !== null);
	const wereMet = coefficients(policy, (attribute) => own.has(attribute) || isOldOf(attribute, held)) !== null;
	return wereMet
		? new AppError('crypto.old-epoch', 'The keys are of an older epoch.')
		: new AppError('crypto.policy-not-met', 'The keys do not satisfy the policy.');
}

/** A key works with the public key it was issued under; another one in the capsule was not the author's to choose. */
function requireSameAuthority(key: KeyFields, publicKeys: ReadonlyMap<Address, PublicKey>): void {
	const authority = tryParseAttribute(key.attribute)?.authority;
	const publicKey = authority && publicKeys.get(authority);
	if (!publicKey || !equal(publicKey.digest, key.publicKeyDigest)) throw layout.invalidCapsule();
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(a, (byte, i) => byte ^ (b[i] ?? 0));
}
