/** The scheme itself, against a second and naive writing of its equations, and against the attack on a shared hash. */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat } from '#lib/bytes.ts';
import { parsePublicKey, parseSecretKey, type PublicKey } from '#lib/crypto/abe/authority.ts';
import { decapsulate, encapsulate, satisfies } from '#lib/crypto/abe/index.ts';
import { encodeOne } from '#lib/crypto/abe/groups.ts';
import { hashAttribute as ownHashAttribute, hashUser as ownHashUser } from '#lib/crypto/abe/hash.ts';
import { keyPoints, parseKey } from '#lib/crypto/abe/key.ts';
import { groupsFor } from '#lib/crypto/abe/options.ts';
import { parsePolicy, type Policy } from '#lib/crypto/abe/policy.ts';
import { modulo } from '#lib/crypto/abe/scalar.ts';
import { coinsOfRows, decryptRows, encryptRows, joinFactors, scalarsOf, secretOf } from '#lib/crypto/abe/scheme.ts';
import { gtByHand, gtBytesByHand, type Fp12Element, type G1Point } from './abe-by-hand.ts';
import * as world from './abe-world.ts';
import { refusal } from './refusal.ts';
import { runs } from '../slow.ts';

const { amina, authorities, context, doctor, hospital, keysOf, labs, nurse, patient, secrets, surgeon } = world;
const { Fp12 } = bls12_381.fields;
const G1 = bls12_381.G1.Point;
const G2 = bls12_381.G2.Point;
const egg = bls12_381.pairing(G1.BASE, G2.BASE);

const groups = await groupsFor({});
/** Our two hashes, as the library's points. */
const hashUser = (gid: string) => G1.fromBytes(encodeOne(groups.G1, ownHashUser(groups, gid).element));
const hashAttribute = (attribute: string) =>
	G1.fromBytes(encodeOne(groups.G1, ownHashAttribute(groups, attribute).element));

const publicKeys = new Map<`0x${string}`, PublicKey>();
for (const [address, bytes] of authorities) publicKeys.set(address, await parsePublicKey(groups, bytes));
/** egg^s and the rows, with all scalars given. */
function encrypt(policy: Policy, scalars: readonly bigint[]) {
	const { s, rows } = coinsOfRows(policy, scalars);
	return { secret: secretOf(groups, s), rows: encryptRows(groups, publicKeys, rows) };
}
/** The group elements of an authority's public key. */
const keyOf = (address: `0x${string}`) => {
	const { body } = publicKeys.get(address)!;
	return { eggAlpha: gtByHand(body.subarray(0, 288)), g2y: G2.fromBytes(body.subarray(288)) };
};
/** K and K' of an issued key. */
const pointsOf = (key: Uint8Array) => ({
	k: G1.fromBytes(key.subarray(-144, -96)),
	kPrime: G2.fromBytes(key.subarray(-96)),
});

describe('encryption', () => {
	test('has the rows of the paper, computed the slow way', () => {
		const policy = parsePolicy(`${doctor} and (${labs} or ${nurse})`);
		const scalars = Array.from({ length: scalarsOf(policy) }, (_, i) => 1_000_003n ** BigInt(i + 3));
		const [s, t1, t2, t3, lambdaCoin, omegaCoin] = scalars as [bigint, bigint, bigint, bigint, bigint, bigint];
		const { secret, rows } = encrypt(policy, scalars.map(modulo));
		expect(secret).toEqual(gtBytesByHand(Fp12.pow(egg, modulo(s))));
		const expected: [string, `0x${string}`, bigint, bigint, bigint][] = [
			[doctor, hospital, lambdaCoin, omegaCoin, t1],
			[labs, patient, s - lambdaCoin, -omegaCoin, t2],
			[nurse, hospital, s - lambdaCoin, -omegaCoin, t3],
		];
		expected.forEach(([attribute, authority, lambda, omega, t], x) => {
			const { eggAlpha, g2y } = keyOf(authority);
			const slow = concat(
				gtBytesByHand(Fp12.mul(Fp12.pow(egg, modulo(lambda)), Fp12.pow(eggAlpha, modulo(t)))),
				G2.BASE.multiply(modulo(t)).negate().toBytes(),
				g2y
					.multiply(modulo(t))
					.add(G2.BASE.multiply(modulo(omega)))
					.toBytes(),
				hashAttribute(attribute).multiply(modulo(t)).toBytes(),
			);
			expect(rows[x]).toEqual(slow);
		});
	});

	test('with ω = 0, as in every or-row, works although the library refuses the exponent 0', async () => {
		const policy = parsePolicy(`${doctor} or ${labs}`);
		const { secret, rows } = encrypt(policy, [5n, 6n, 7n]);
		const key = (await keysOf(amina, labs)).get(labs)!;
		const [points] = keyPoints(groups, [parseKey(key, { gid: amina, attribute: labs })]);
		expect(decryptRows(groups, amina, [{ row: rows[1]!, coefficient: 1n, ...points! }])).toEqual(secret);
	});

	test('opens the same in one part and in several, whose factors are multiplied', async () => {
		const policy = parsePolicy(`${doctor} and ${labs} and ${nurse}`);
		const { secret, rows } = encrypt(
			policy,
			Array.from({ length: scalarsOf(policy) }, (_, i) => 7n ** BigInt(i + 9)),
		);
		const keys = await keysOf(amina, doctor, labs, nurse);
		const fields = [doctor, labs, nurse].map((attribute) => parseKey(keys.get(attribute)!, { gid: amina, attribute }));
		const used = keyPoints(groups, fields).map((points, x) => ({ row: rows[x]!, coefficient: 1n, ...points }));
		const factors = (...parts: (typeof used)[]) => parts.map((part) => decryptRows(groups, amina, part));
		expect(joinFactors(groups, factors(used))).toEqual(secret);
		expect(joinFactors(groups, factors(used.slice(0, 1), used.slice(1)))).toEqual(secret);
		expect(joinFactors(groups, factors(used.slice(2), used.slice(1, 2), used.slice(0, 1)))).toEqual(secret);
		expect(joinFactors(groups, factors(used.slice(0, 1), used.slice(2)))).not.toEqual(secret);
	});

	test('keys have the form of the paper', async () => {
		const { alpha, y } = parseSecretKey(secrets.get(hospital)!);
		const key = (await keysOf(amina, doctor)).get(doctor)!;
		const { k, kPrime } = pointsOf(key);
		const rest = k.subtract(G1.BASE.multiply(alpha)).subtract(hashUser(amina).multiply(y)); // F(attribute)^t
		expect(Fp12.eql(bls12_381.pairing(rest, G2.BASE), bls12_381.pairing(hashAttribute(doctor), kPrime))).toBe(true);
	});
});

describe('any policy', () => {
	test('opens exactly when the keys satisfy it', async () => {
		const all = [doctor, nurse, surgeon, labs];
		const keys = await keysOf(amina, ...all);
		const leaf = fc.constantFrom(...all);
		const node = (inner: fc.Arbitrary<string>) =>
			fc.oneof(
				inner,
				fc.tuple(inner, inner).map(([l, r]) => `(${l}) and (${r})`),
				fc.tuple(inner, inner).map(([l, r]) => `(${l}) or (${r})`),
				fc.tuple(inner, inner, inner).map((three) => `2 of (${three.join(', ')})`),
			);
		await fc.assert(
			fc.asyncProperty(node(node(leaf)), fc.subarray(all), async (policy, held) => {
				const sealed = await encapsulate({ policy, authorities, context });
				const own = new Map(held.map((attribute) => [attribute, keys.get(attribute)!]));
				const opening = decapsulate({ capsule: sealed.capsule, gid: amina, keys: own, context });
				if (satisfies(policy, held)) expect(await opening).toEqual(sealed.key);
				else await expect(opening).rejects.toThrow(refusal('crypto.policy-not-met'));
			}),
			runs(10, 60),
		);
	});
});

/**
 * With one hash for users and attributes, a user whose GID *is* the string of an attribute gets K = g1^α · F(a)^(y + t):
 * a key without any user in it, once K' is multiplied by the public g2^y. Two such users open `a and b` together.
 */
describe('a user named like an attribute', () => {
	test('is another point: H and F differ on equal strings', () => {
		for (const text of [doctor, labs]) expect(hashUser(text).equals(hashAttribute(text))).toBe(false);
	});

	test('breaks a scheme with one hash for both: the attack is real', () => {
		expect(combine((gid) => hashAttribute(gid))).toBe('opened');
	});

	test('breaks nothing here', () => {
		expect(combine((gid) => hashUser(gid))).toBe('closed');
	});

	test('and her issued keys do not open it either', async () => {
		const { capsule } = await encapsulate({ policy: `${doctor} and ${labs}`, authorities, context });
		const pool = new Map([...(await keysOf(doctor, doctor)), ...(await keysOf(labs, labs))]);
		for (const gid of [doctor, labs]) {
			await expect(decapsulate({ capsule, gid, keys: pool, context })).rejects.toThrow(refusal('crypto.wrong-key'));
		}
	});

	/** Two colluding users, each named like the one attribute they hold, try `doctor and labs`. */
	function combine(hash: (gid: string) => G1Point): 'opened' | 'closed' {
		const policy = parsePolicy(`${doctor} and ${labs}`);
		const { secret, rows } = encrypt(policy, [11n, 12n, 13n, 14n, 15n]);
		const halves = [doctor, labs].map((attribute, x): Fp12Element => {
			const authority = attribute === doctor ? hospital : patient;
			const { alpha, y } = parseSecretKey(secrets.get(authority)!);
			const t = 77n;
			const k = G1.BASE.multiply(alpha).add(hash(attribute).multiply(y)).add(hashAttribute(attribute).multiply(t));
			const kPrime = G2.BASE.multiply(t).add(keyOf(authority).g2y); // from public values
			const row = rows[x]!;
			const c1 = gtByHand(row.subarray(0, 288));
			const c2 = G2.fromBytes(row.subarray(288, 384));
			const c4 = G1.fromBytes(row.subarray(480));
			return Fp12.mul(c1, Fp12.mul(bls12_381.pairing(k, c2), bls12_381.pairing(c4, kPrime)));
		});
		const result = gtBytesByHand(Fp12.mul(halves[0]!, halves[1]!));
		return result.every((byte, i) => byte === secret[i]) ? 'opened' : 'closed';
	}
});
