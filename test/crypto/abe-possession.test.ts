/**
 * Proofs that an authority has its secrets: the vectors, every change, and the known attacks. In one file, as all of them
 * need the second and naive prover that it begins with.
 */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, equal, fromHex, toHex, uint64, utf8 } from '#lib/bytes.ts';
import { parsePublicKey, parseSecretKey } from '#lib/crypto/abe/authority.ts';
import { encodeOne, product } from '#lib/crypto/abe/groups.ts';
import { createAuthority, proveAuthority, verifyAuthority, type Address } from '#lib/crypto/abe/index.ts';
import { g2Group } from '#lib/crypto/abe/noble/points.ts';
import { groupsFor } from '#lib/crypto/abe/options.ts';
import { proveAuthorityWith } from '#lib/crypto/abe/possession.ts';
import { groupOrder, modulo, scalarToBytes } from '#lib/crypto/abe/scalar.ts';
import { bind, domains } from '#lib/crypto/index.ts';
import { AppError } from '#lib/errors.ts';
import vectors from '../vectors/abe/possession-v1.json' with { type: 'json' };
import { authorities, hospital, otherHospital, patient, secrets } from './abe-world.ts';
import { g2BytesByHand, gtByHand, gtBytesByHand, type Fp12Element, type G2Point } from './abe-by-hand.ts';
import { refusal } from './refusal.ts';
import { runs } from '../slow.ts';

const { Fp12, Fr } = bls12_381.fields;
const G1 = bls12_381.G1.Point;
const G2 = bls12_381.G2.Point;
const egg = bls12_381.pairing(G1.BASE, G2.BASE);
const groups = await groupsFor({});
const hex = (text: string) => fromHex(text)!;

const registry = `0x${'e1'.repeat(20)}`;
const contextOf = (chainId: number, at: string, of: string) => bind(domains.authorityContext, chainId, at, of);
const context = contextOf(1, registry, hospital);
const secretKey = secrets.get(hospital)!;
const publicKey = authorities.get(hospital)!;
const secret = parseSecretKey(secretKey);
const proof = await proveAuthority(secretKey, { context });
const verify = (bytes: Uint8Array, key = publicKey, where = context) =>
	verifyAuthority(key, { proof: bytes, context: where });

const version = Uint8Array.of(1);
const [c, r1, r2] = [1, 33, 65].map((start) => proof.slice(start, start + 32)) as [Uint8Array, Uint8Array, Uint8Array];
const number = (bytes: Uint8Array) => BigInt(toHex(bytes));
const assemble = (...scalars: readonly bigint[]) => concat(version, ...scalars.map((scalar) => scalarToBytes(scalar)));
const flip = (bytes: Uint8Array, offset: number, mask = 1) => bytes.with(offset, bytes[offset]! ^ mask);
/** The public key with other group elements in it. */
const withBody = (eggAlpha: Uint8Array, g2y: Uint8Array) => concat(publicKey.subarray(0, 21), eggAlpha, g2y);
/** The group elements of a public key. */
const elementsOf = (key: Uint8Array) => ({ eggAlpha: gtByHand(key.slice(21, 309)), g2y: G2.fromBytes(key.slice(309)) });
const bodyOf = (key: Uint8Array) => [key.slice(21, 309), key.slice(309)] as const;

/** The challenge as docs/formats.md has it, with another library's HKDF and nothing of ours but the bytes of points. */
function challengeByHand(key: Uint8Array, where: Uint8Array, v1: Fp12Element, v2: G2Point): bigint {
	const tag = utf8('amana/v1/abe/possession');
	const part = (type: string, bytes: Uint8Array) => concat(utf8(type), uint64(bytes.length), bytes);
	const parts = [where, gtBytesByHand(egg), G2.BASE.toBytes(), key, gtBytesByHand(v1), v2.toBytes()];
	const transcript = concat(part('s', tag), ...parts.map((bytes) => part('b', bytes)));
	return (number(hkdf(sha256, transcript, undefined, part('s', tag), 48)) % (groupOrder - 1n)) + 1n;
}

/** A proof with chosen coins, for whatever key it is said to be for. */
function proveByHand({ key = publicKey, where = context, alpha = secret.alpha, y = secret.y, v1 = 0n, v2 = 0n }) {
	const challenge = challengeByHand(key, where, Fp12.pow(egg, v1), G2.BASE.multiply(v2));
	return assemble(challenge, modulo(v1 - alpha * challenge), modulo(v2 - y * challenge));
}

describe('vectors', () => {
	test.each(vectors.proofs)('proof %#', async ({ proof: expected, ...entry }) => {
		const [where, noise, key] = [hex(entry.context), hex(entry.noise), hex(entry.publicKey)];
		expect(toHex(await proveAuthorityWith(hex(entry.secretKey), { context: where }, noise))).toBe(expected);
		expect(await verify(hex(expected), key, where)).toBe(true);
	});

	test.each(vectors.refusals)('refused: $name', async (entry) => {
		expect(await verify(hex(entry.proof), hex(entry.publicKey), hex(entry.context))).toBe(false);
	});

	test('negative ones outnumber positive ones', () => {
		expect(vectors.refusals.length).toBeGreaterThan(vectors.proofs.length);
	});
});

describe('a proof', () => {
	test('has 97 bytes and verifies', async () => {
		expect(proof).toHaveLength(97);
		expect(proof[0]).toBe(1);
		expect(await verify(proof)).toBe(true);
	});

	test('made again differs in every scalar, and both verify', async () => {
		const again = await proveAuthority(secretKey, { context });
		for (const start of [1, 33, 65]) {
			expect(equal(again.subarray(start, start + 32), proof.subarray(start, start + 32))).toBe(false);
		}
		expect(await verify(again)).toBe(true);
	});

	test('is what the equations say: one made by hand verifies, and this one satisfies them', async () => {
		expect(await verify(proveByHand({ v1: 1234567n, v2: 7654321n }))).toBe(true);
		const { eggAlpha, g2y } = elementsOf(publicKey);
		const v1 = Fp12.mul(Fp12.pow(egg, number(r1)), Fp12.pow(eggAlpha, number(c)));
		const v2 = G2.BASE.multiply(number(r2)).add(g2y.multiply(number(c)));
		expect(challengeByHand(publicKey, context, v1, v2)).toBe(number(c));
	});

	test('for any authority and context verifies, and never alike', async () => {
		const seeds = fc.uint8Array({ minLength: 32, maxLength: 48 });
		await fc.assert(
			fc.asyncProperty(seeds, fc.uint8Array({ maxLength: 100 }), async (seed, where) => {
				const own = await createAuthority(patient, seed);
				const [first, second] = await Promise.all([1, 2].map(() => proveAuthority(own.secretKey, { context: where })));
				expect(equal(first!, second!)).toBe(false);
				expect(await verify(first!, own.publicKey, where)).toBe(true);
				expect(await verify(second!, own.publicKey, where)).toBe(true);
				expect(await verify(first!, own.publicKey, concat(where, Uint8Array.of(0)))).toBe(false);
			}),
			runs(8, 100),
		);
	});

	test.each([
		['a secret key cut off', secretKey.slice(0, -1)],
		['a secret key of another version', secretKey.with(0, 2)],
		['an exponent 0', Uint8Array.from(secretKey).fill(0, 21, 53)],
		['an exponent that is not below the order', Uint8Array.from(secretKey).fill(0xff, 53, 85)],
		['exponents that do not belong to the public key it names', flip(secretKey, 52)],
		["another authority's address", flip(secretKey, 20)],
	])('is not made with %s', async (_, bytes) => {
		await expect(proveAuthority(bytes, { context })).rejects.toThrow(refusal('crypto.wrong-key'));
	});

	test('is neither made nor checked after an abort', async () => {
		const signal = AbortSignal.abort();
		await expect(proveAuthority(secretKey, { context, signal })).rejects.toThrow(signal.reason as Error);
		await expect(verifyAuthority(publicKey, { proof, context, signal })).rejects.toThrow(signal.reason as Error);
		const { signal: open } = new AbortController();
		expect(await verifyAuthority(publicKey, { proof, context, signal: open })).toBe(true);
	});

	test('aborted while it is checked gives no answer, whatever the reason', async () => {
		for (const reason of [new Error('closed'), new AppError('general.cancelled', 'closed')]) {
			const controller = new AbortController();
			const checking = verifyAuthority(publicKey, { proof, context, signal: controller.signal });
			controller.abort(reason);
			await expect(checking).rejects.toBe(reason);
		}
	});
});

describe('a proof is refused', () => {
	test.each([
		['on another chain', contextOf(5, registry, hospital)],
		['at another registry', contextOf(1, `0x${'e2'.repeat(20)}`, hospital)],
		['for another hospital', contextOf(1, registry, otherHospital)],
		['without a context', new Uint8Array()],
		['in a context cut off', context.slice(0, -1)],
		['in a context extended', concat(context, Uint8Array.of(0))],
	])('%s', async (_, where) => {
		expect(await verify(proof, publicKey, where)).toBe(false);
	});

	test('with any single byte of it changed', async () => {
		for (let offset = 0; offset < proof.length; offset++) {
			for (const mask of [1, 0x80]) expect(await verify(flip(proof, offset, mask)), `byte ${offset}`).toBe(false);
		}
	});

	test('with any single byte of the context changed', async () => {
		for (let offset = 0; offset < context.length; offset++) {
			expect(await verify(proof, publicKey, flip(context, offset)), `byte ${offset}`).toBe(false);
		}
	});

	test('with any single byte of the public key changed', async () => {
		for (let offset = 0; offset < publicKey.length; offset++) {
			expect(await verify(proof, flip(publicKey, offset)), `byte ${offset}`).toBe(false);
		}
	});

	test.each([
		['challenge', [number(c) + groupOrder, number(r1), number(r2)]],
		['response for α', [number(c), number(r1) + groupOrder, number(r2)]],
		['response for y', [number(c), number(r1), number(r2) + groupOrder]],
	])('with the group order added to the %s', async (_, scalars) => {
		expect(await verify(assemble(...scalars.map(modulo)))).toBe(true);
		expect(await verify(assemble(...scalars))).toBe(false);
	});

	test.each([
		['the challenge 0', [0n, number(r1), number(r2)]],
		['the response for α 0', [number(c), 0n, number(r2)]],
		['the response for y 0', [number(c), number(r1), 0n]],
		['all 0', [0n, 0n, 0n]],
		['the group order for 0', [groupOrder, groupOrder, groupOrder]],
		['its responses exchanged', [number(c), number(r2), number(r1)]],
		['challenge and response exchanged', [number(r1), number(c), number(r2)]],
		['its responses negated', [number(c), modulo(-number(r1)), modulo(-number(r2))]],
		['all scalars negated', [c, r1, r2].map((scalar) => modulo(-number(scalar)))],
	])('with %s', async (_, scalars) => {
		expect(await verify(assemble(...scalars))).toBe(false);
	});

	test('cut off anywhere, or extended', async () => {
		for (const length of [0, 1, 32, 33, 64, 65, 96]) expect(await verify(proof.slice(0, length))).toBe(false);
		expect(await verify(proof.slice(1))).toBe(false);
		expect(await verify(concat(proof, Uint8Array.of(0)))).toBe(false);
		expect(await verify(concat(proof, proof))).toBe(false);
	});

	test('of any other version', async () => {
		for (let other = 0; other < 256; other++) {
			if (other !== 1) expect(await verify(proof.with(0, other)), `${other}`).toBe(false);
		}
	});

	test('with a response of another proof of the same', async () => {
		const again = await proveAuthority(secretKey, { context });
		expect(await verify(concat(version, c, r1, again.subarray(65)))).toBe(false);
		expect(await verify(concat(version, c, again.subarray(33, 65), r2))).toBe(false);
		expect(await verify(concat(version, again.subarray(1, 33), r1, r2))).toBe(false);
	});

	test('when it is random', async () => {
		const scalars = fc.bigInt({ min: 1n, max: groupOrder - 1n });
		await fc.assert(
			fc.asyncProperty(scalars, scalars, scalars, async (...three) => {
				expect(await verify(assemble(...three))).toBe(false);
			}),
			runs(8, 100),
		);
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), fc.uint8Array({ maxLength: 500 }), async (bytes, key) => {
				expect(await verify(bytes)).toBe(false);
				expect(await verify(proof, key)).toBe(false);
			}),
			runs(50, 500),
		);
	});
});

describe('a public key that is', () => {
	const other = authorities.get(otherHospital)!;
	const [eggAlpha, g2y] = bodyOf(publicKey);
	const [otherEggAlpha, otherG2y] = bodyOf(other);

	test.each([
		['another authority’s', other],
		['of another version', publicKey.with(0, 2)],
		['cut off', publicKey.slice(0, -1)],
		['extended', concat(publicKey, Uint8Array.of(0))],
		['empty', new Uint8Array()],
		['half another’s (egg^α)', withBody(otherEggAlpha, g2y)],
		['half another’s (g2^y)', withBody(eggAlpha, otherG2y)],
		['of zeroes', withBody(new Uint8Array(288), new Uint8Array(96))],
	])('%s, is refused', async (_, key) => {
		expect(await verify(proof, key)).toBe(false);
	});

	test('the identity in G2 is refused, although a true proof of its y = 0 is easy', async () => {
		const key = withBody(eggAlpha, G2.ZERO.toBytes());
		expect(await verify(proveByHand({ key, y: 0n, v1: 5n, v2: 6n }), key)).toBe(false);
	});

	test('the identity in GT has no bytes', () => {
		expect(() => encodeOne(groups.GT, product(groups.GT))).toThrow(refusal('crypto.invalid-point'));
	});

	test('outside the subgroup of GT is refused, although all equations hold', async () => {
		const negated = Fp12.neg(elementsOf(publicKey).eggAlpha); // of order 2r
		const key = withBody(gtBytesByHand(negated), g2y);
		const holds = (challenge: bigint) =>
			Fp12.eql(Fp12.pow(negated, challenge), Fp12.pow(egg, modulo(secret.alpha * challenge)));
		expect(await verify(search(key, holds), key)).toBe(false);
	});

	test('outside the subgroup of G2 is refused, although the equations hold as they are computed', async () => {
		const shifted = G2.BASE.multiply(secret.y).add(pointOfOrder13());
		const key = withBody(eggAlpha, g2BytesByHand(shifted));
		const group = g2Group();
		const base = group.base(shifted.toAffine());
		const holds = (challenge: bigint) =>
			group.equal(product(group, [base, challenge]), G2.BASE.multiply(modulo(secret.y * challenge)).toAffine());
		expect(await verify(search(key, holds), key)).toBe(false);
	});

	/** A proof with the secrets of `publicKey` for another key, with a challenge under which the difference vanishes. */
	function search(key: Uint8Array, holds: (challenge: bigint) => boolean): Uint8Array {
		for (let v2 = 1n; v2 < 2000n; v2++) {
			const forged = proveByHand({ key, v1: 1n, v2 });
			if (holds(number(forged.slice(1, 33)))) return forged;
		}
		throw new Error('Not found.');
	}

	function times(point: G2Point, scalar: bigint): G2Point {
		let sum = G2.ZERO;
		for (const bit of scalar.toString(2)) sum = bit === '1' ? sum.double().add(point) : sum.double();
		return sum;
	}

	/** The 13-torsion of the curve of G2 is 13 × 13, so all of it but that is h·r / 13². */
	function pointOfOrder13(): G2Point {
		const { Fp2 } = bls12_381.fields;
		for (let i = 1n; i < 50n; i++) {
			const x = Fp2.fromBigTuple([i, 1n]);
			const square = Fp2.add(Fp2.mul(Fp2.sqr(x), x), Fp2.fromBigTuple([4n, 4n]));
			if (!isSquare(square)) continue;
			const point = times(G2.fromAffine({ x, y: Fp2.sqrt(square) }), (G2.CURVE().h * groupOrder) / 169n);
			if (!point.is0() && times(point, 13n).is0()) return point;
		}
		throw new Error('Not found.');
	}

	/** By Euler: a^((p² − 1) / 2) = 1. */
	function isSquare(a: typeof bls12_381.fields.Fp2.ONE): boolean {
		const { Fp2 } = bls12_381.fields;
		return Fp2.eql(Fp2.pow(a, (Fp2.ORDER - 1n) / 2n), Fp2.ONE);
	}
});

describe('whoever copies', () => {
	const thief: Address = otherHospital;
	const ofThief = contextOf(1, registry, thief);
	const copied = concat(version, hex(thief), publicKey.subarray(21));

	test('key and proof gets nowhere, under either address and in either context', async () => {
		for (const [key, where] of [
			[publicKey, ofThief],
			[copied, ofThief],
			[copied, context],
		] as const) {
			expect(await verify(proof, key, where)).toBe(false);
		}
	});

	test('a key and proves with secrets of their own gets nowhere', async () => {
		const own = parseSecretKey(secrets.get(thief)!);
		for (const known of [{ alpha: own.alpha, y: own.y }, { alpha: own.alpha }, { y: own.y }]) {
			const forged = proveByHand({ key: copied, where: ofThief, ...known, v1: 5n, v2: 6n });
			expect(await verify(forged, copied, ofThief)).toBe(false);
		}
		// With the secrets it is possible: the copy as such is sound, it is knowledge that lacks.
		expect(await verify(proveByHand({ key: copied, where: ofThief, v1: 5n, v2: 6n }), copied, ofThief)).toBe(true);
	});

	test('and shifts the key by exponents of their own gets nowhere', async () => {
		const { eggAlpha, g2y } = elementsOf(publicKey);
		const [alpha, y] = [11n, 12n];
		const body = [
			gtBytesByHand(Fp12.mul(eggAlpha, Fp12.pow(egg, alpha))),
			g2y.add(G2.BASE.multiply(y)).toBytes(),
		] as const;
		const key = concat(version, hex(thief), ...body);
		expect(await verify(proveByHand({ key, where: ofThief, alpha, y, v1: 5n, v2: 6n }), key, ofThief)).toBe(false);
		const moved = assemble(number(c), modulo(number(r1) - alpha * number(c)), modulo(number(r2) - y * number(c)));
		expect(await verify(moved, key, ofThief)).toBe(false);
		expect(await verify(moved, key, context)).toBe(false);
	});
});

describe('what the construction rests on', () => {
	/** α and y from two answers to one commitment (RFC 8235 §2.2): (r − r′) / (c′ − c). */
	const extract = (one: Uint8Array, two: Uint8Array) => {
		const scalar = (bytes: Uint8Array, start: number) => number(bytes.slice(start, start + 32));
		const below = Fr.inv(modulo(scalar(two, 1) - scalar(one, 1)));
		return [33, 65].map((start) => modulo((scalar(one, start) - scalar(two, start)) * below));
	};

	test('two answers under the same coins give both secrets away: so whoever can answer knows them', () => {
		const coins = { v1: 123n, v2: 456n };
		const [one, two] = [proveByHand(coins), proveByHand({ ...coins, where: utf8('rewound') })];
		expect(extract(one, two)).toEqual([secret.alpha, secret.y]);
	});

	test('coins are not used twice, even when the randomness repeats', async () => {
		const noise = new Uint8Array(32);
		const one = await proveAuthorityWith(secretKey, { context }, noise);
		const two = await proveAuthorityWith(secretKey, { context: utf8('elsewhere') }, noise);
		expect(extract(one, two)).not.toContain(secret.alpha);
		expect(extract(one, two)).not.toContain(secret.y);
		expect(await proveAuthorityWith(secretKey, { context }, noise)).toEqual(one);
	});

	test('nor does another key under the same seed and randomness share them', async () => {
		const noise = new Uint8Array(32);
		const seed = new Uint8Array(32).fill(7);
		const [here, there] = [await createAuthority(hospital, seed), await createAuthority(patient, seed)];
		const one = await proveAuthorityWith(here.secretKey, { context }, noise);
		const two = await proveAuthorityWith(there.secretKey, { context }, noise);
		const { alpha, y } = parseSecretKey(here.secretKey);
		expect(extract(one, two)).not.toContain(alpha);
		expect(extract(one, two)).not.toContain(y);
	});

	test('a proof shows no more than anyone can make up: only the hash tells a made-up one', async () => {
		const { eggAlpha, g2y } = elementsOf(publicKey);
		const [challenge, s1, s2] = [17n, 18n, 19n];
		const v1 = Fp12.mul(Fp12.pow(egg, s1), Fp12.pow(eggAlpha, challenge));
		const v2 = G2.BASE.multiply(s2).add(g2y.multiply(challenge));
		expect(challengeByHand(publicKey, context, v1, v2)).not.toBe(challenge);
		expect(await verify(assemble(challenge, s1, s2))).toBe(false);
	});

	/**
	 * Weak Fiat–Shamir (eprint 2016/771): where the key is not hashed, choose commitments and answers first, and then the
	 * key that they prove. Nobody knows the exponents of that key.
	 */
	test('a hash without the key would prove keys whose secrets nobody knows; ours does not', async () => {
		const v1 = bls12_381.pairing(bls12_381.G1.hashToCurve(utf8('nobody')), G2.BASE);
		const v2 = bls12_381.G2.hashToCurve(utf8('nobody'));
		const challenge = challengeByHand(new Uint8Array(), context, v1, v2); // the weak hash: no key in it
		const [s1, s2] = [123n, 456n];
		const root = Fr.inv(challenge);
		const eggAlpha = Fp12.pow(Fp12.div(v1, Fp12.pow(egg, s1)), root);
		const g2y = v2.subtract(G2.BASE.multiply(s2)).multiply(root);
		const again1 = Fp12.mul(Fp12.pow(egg, s1), Fp12.pow(eggAlpha, challenge));
		const again2 = G2.BASE.multiply(s2).add(g2y.multiply(challenge));
		expect(challengeByHand(new Uint8Array(), context, again1, again2)).toBe(challenge);
		const key = withBody(gtBytesByHand(eggAlpha), g2y.toBytes());
		expect((await parsePublicKey(groups, key)).authority).toBe(hospital);
		expect(await verify(assemble(challenge, s1, s2), key)).toBe(false);
	});
});
