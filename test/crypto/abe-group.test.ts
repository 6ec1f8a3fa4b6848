/** The groups of every library, against @noble/curves' own points and against plain squaring and multiplying. */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex, utf8 } from '#lib/bytes.ts';
import { parameter } from '#lib/crypto/abe/comb.ts';
import { decodeOne, encodeOne, gtBytes, product, type Group } from '#lib/crypto/abe/groups.ts';
import { groupsFor } from '#lib/crypto/abe/options.ts';
import { groupOrder, modulo, scalarFromBytes, scalarFromCoins, scalarToBytes } from '#lib/crypto/abe/scalar.ts';
import { g1BytesByHand, gtByHand, gtBytesByHand } from './abe-by-hand.ts';
import { backends } from './backends.ts';
import { refusal } from './refusal.ts';
import { runs } from '../slow.ts';

const { Fp, Fp2, Fp12 } = bls12_381.fields;
const P1 = bls12_381.G1.Point;
const P2 = bls12_381.G2.Point;
const invalid = refusal('crypto.invalid-point');
const often = runs(4, 100);
const scalars = fc.bigInt({ min: 1n, max: groupOrder - 1n });
const egg = bls12_381.pairing(P1.BASE, P2.BASE);
const edges = [
	...[0n, 1n, 2n, 3n, 31n, 32n, 33n, 128n, 129n],
	...[parameter - 1n, parameter, parameter + 1n, parameter ** 2n, parameter ** 2n - 1n, parameter ** 3n],
	...[2n ** 64n - 1n, 2n ** 128n - 1n, groupOrder - 2n, groupOrder - 1n],
];

/** A subgroup's element times one of a small order in the cofactor, and other things that a library might let pass. */
function outsideGT(): Record<string, Uint8Array> {
	// The easy part of the final exponentiation maps onto the cyclotomic subgroup.
	const any = Fp12.fromBigTwelve([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n, 11n, 12n]);
	const unitary = Fp12.div(Fp12.conjugate(any), any);
	const cyclotomic = Fp12.mul(Fp12.frobeniusMap(unitary, 2), unitary);
	const order = Fp.ORDER ** 4n - Fp.ORDER ** 2n + 1n;
	return {
		'−1': new Uint8Array(gtBytes),
		'of norm 1': gtBytesByHand(unitary),
		'of norm 1, τ = 2': new Uint8Array(gtBytes).with(47, 2),
		'of norm 1, τ = v': new Uint8Array(gtBytes).with(143, 1),
		cyclotomic: gtBytesByHand(cyclotomic),
		'of an order that divides the cofactor': gtBytesByHand(Fp12.pow(cyclotomic, groupOrder)),
		'of order 4513': gtBytesByHand(Fp12.pow(cyclotomic, order / 4513n)),
		'of order 4513 · r': gtBytesByHand(Fp12.mul(egg, Fp12.pow(cyclotomic, order / 4513n))),
		'of order 2 · r': gtBytesByHand(Fp12.neg(egg)),
	};
}

describe.each(backends)('%s', async (backend) => {
	const groups = await groupsFor({ backend });
	const { G1, G2, GT } = groups;
	const g1Of = (point: typeof P1.BASE) => decodeOne(G1, point.toBytes());
	const g2Of = (point: typeof P2.BASE) => decodeOne(G2, point.toBytes());
	const power = <T>(group: Group<T>, element: T, e: bigint) => product(group, [group.base(element), e]);

	describe('exponentiation', () => {
		/** With a base used once and one that has its table. */
		function everyWay<T>(group: Group<T>, element: T, e: bigint): T[] {
			const often = group.base(element);
			for (let i = 0; i < 5; i++) product(group, [often, 5n]);
			return [power(group, element, e), product(group, [often, e])];
		}

		test('agrees with the library in G1 and G2', () => {
			const [p, q] = [P1.BASE.multiply(12345n), P2.BASE.multiply(12345n)];
			for (const e of edges.filter((edge) => edge > 0n)) {
				for (const made of everyWay(G1, g1Of(p), e)) expect(encodeOne(G1, made)).toEqual(p.multiply(e).toBytes());
				for (const made of everyWay(G2, g2Of(q), e)) expect(encodeOne(G2, made)).toEqual(q.multiply(e).toBytes());
			}
			fc.assert(
				fc.property(scalars, scalars, (e, f) => {
					const one = product(G1, [G1.generator, e], [G1.base(g1Of(p)), f]);
					expect(encodeOne(G1, one)).toEqual(P1.BASE.multiply(e).add(p.multiply(f)).toBytes());
					const two = product(G2, [G2.generator, e], [G2.base(g2Of(q)), f]);
					expect(encodeOne(G2, two)).toEqual(P2.BASE.multiply(e).add(q.multiply(f)).toBytes());
				}),
				often,
			);
		});

		test('agrees with plain squaring and multiplying in GT', () => {
			const other = Fp12.pow(egg, 54321n);
			const element = decodeOne(GT, gtBytesByHand(other));
			for (const e of edges.filter((edge) => edge > 0n)) {
				const expected = gtBytesByHand(Fp12.pow(other, e));
				for (const made of everyWay(GT, element, e)) expect(encodeOne(GT, made)).toEqual(expected);
			}
			fc.assert(
				fc.property(scalars, scalars, (e, f) => {
					const made = product(GT, [GT.generator, e], [GT.base(element), f]);
					expect(encodeOne(GT, made)).toEqual(gtBytesByHand(Fp12.mul(Fp12.pow(egg, e), Fp12.pow(other, f))));
				}),
				often,
			);
		});

		test('in a batch gives what each gives alone, in order', () => {
			const exponents = [5n, 0n, groupOrder - 1n, 7n, 1n];
			const batch = G2.products(exponents.map((e) => [[G2.generator, e]]));
			exponents.forEach((e, i) => expect(G2.equal(batch[i]!, product(G2, [G2.generator, e]))).toBe(true));
			expect(G1.products([])).toEqual([]);
			expect(GT.encode([])).toEqual([]);
			expect(G1.decode([])).toEqual([]);
		});

		test('to the power 0, or r, or of a thing and its inverse, is the identity', () => {
			for (const group of [G1, G2, GT] as Group<unknown>[]) {
				const none = product(group);
				for (const made of [
					product(group, [group.generator, 0n]),
					product(group, [group.generator, groupOrder]),
					product(group, [group.generator, 9n], [group.generator, -9n]),
					power(group, none, 3n),
				]) {
					expect(group.equal(made, none)).toBe(true);
					expect(() => encodeOne(group, made)).toThrow(invalid);
				}
				expect(group.equal(none, group.generator.element)).toBe(false);
				const same = product(group, [group.generator, 1n], [group.base(none), 7n]);
				expect(group.equal(same, group.generator.element)).toBe(true);
			}
		});

		test('equal, opposite and no elements among others in one batch are no trouble', () => {
			const check = <T>(group: Group<T>) => {
				const exponents = [1n, groupOrder - 1n, 2n, 2n, groupOrder - 2n, 5n];
				const elements = group.products(exponents.map((e) => [[group.generator, e]]));
				const pick = fc.array(fc.array(fc.nat({ max: exponents.length - 1 }), { maxLength: 9 }), { maxLength: 5 });
				fc.assert(
					fc.property(pick, (lists) => {
						const made = group.products(lists.map((list) => list.map((i) => [group.base(elements[i]!), 1n])));
						const sums = lists.map((list) => list.reduce((sum, i) => sum + exponents[i]!, 0n));
						const expected = group.products(sums.map((sum) => [[group.generator, sum]]));
						expect(made.map((element, i) => group.equal(element, expected[i]!))).toEqual(lists.map(() => true));
					}),
					runs(15, 300),
				);
			};
			check(G1);
			check(G2);
			check(GT);
		});

		test('exponents are taken modulo r', () => {
			const e = 123456789n;
			expect(G1.equal(product(G1, [G1.generator, e - groupOrder]), product(G1, [G1.generator, e + groupOrder]))).toBe(
				true,
			);
		});
	});

	describe('the pairing', () => {
		test('is bilinear, and a product has one value however it is written', () => {
			fc.assert(
				fc.property(scalars, scalars, (e, f) => {
					const left = groups.pairing([[g1Of(P1.BASE.multiply(e)), g2Of(P2.BASE.multiply(f))]]);
					expect(GT.equal(left, product(GT, [GT.generator, modulo(e * f)]))).toBe(true);
				}),
				{ numRuns: 2 },
			);
			const three = groups.pairing([
				[G1.generator.element, G2.generator.element],
				[g1Of(P1.BASE.multiply(2n)), G2.generator.element],
			]);
			expect(encodeOne(GT, three)).toEqual(gtBytesByHand(Fp12.pow(egg, 3n)));
		});

		test('of many pairs at once is the product of each', () => {
			const exponents = Array.from({ length: 19 }, (_, i) => BigInt(i + 1));
			const pairs = exponents.map((e) => [g1Of(P1.BASE.multiply(e)), g2Of(P2.BASE.multiply(e))] as const);
			const expected = product(GT, [GT.generator, exponents.reduce((sum, e) => sum + e * e, 0n)]);
			expect(GT.equal(groups.pairing(pairs), expected)).toBe(true);
		});

		test('with an identity is 1', () => {
			const [none1, none2] = [product(G1), product(G2)];
			const paired = groups.pairing([
				[none1, G2.generator.element],
				[G1.generator.element, none2],
				[G1.generator.element, G2.generator.element],
			]);
			expect(encodeOne(GT, paired)).toEqual(gtBytesByHand(egg));
			expect(GT.equal(groups.pairing([]), product(GT))).toBe(true);
			expect(GT.equal(groups.pairing([[none1, none2]]), product(GT))).toBe(true);
		});
	});

	test('hashing onto G1 is that of RFC 9380 with the tag as its DST', () => {
		for (const [message, DST] of [
			['', 'TAG-ONE-BLS12381G1_XMD:SHA-256_SSWU_RO_'],
			['abc', 'TAG-TWO-BLS12381G1_XMD:SHA-256_SSWU_RO_'],
			['x'.repeat(300), 'TAG-TWO-BLS12381G1_XMD:SHA-256_SSWU_RO_'],
		] as const) {
			const expected = bls12_381.G1.hashToCurve(utf8(message), { DST }).toBytes();
			expect(encodeOne(G1, groups.hashToG1(utf8(message), DST))).toEqual(expected);
		}
	});

	describe('bytes of G1 and G2', () => {
		test('are those of the draft: generators pinned, the library agrees', () => {
			expect(toHex(encodeOne(G1, G1.generator.element))).toBe(
				'0x97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb',
			);
			expect(toHex(encodeOne(G2, G2.generator.element))).toBe(
				'0x93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e' +
					'024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8',
			);
			const some = [1n, 2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, groupOrder - 1n];
			const [ones, twos] = [
				some.map((e) => P1.BASE.multiply(e).toBytes()),
				some.map((e) => P2.BASE.multiply(e).toBytes()),
			];
			expect(G1.encode(G1.decode(ones))).toEqual(ones);
			expect(G2.encode(G2.decode(twos))).toEqual(twos);
		});

		test('the identity is neither read nor written', () => {
			expect(() => encodeOne(G1, product(G1))).toThrow(invalid);
			expect(() => encodeOne(G2, product(G2))).toThrow(invalid);
			for (const flags of [0xc0, 0xe0]) {
				expect(() => decodeOne(G1, new Uint8Array(48).with(0, flags))).toThrow(invalid);
				expect(() => decodeOne(G2, new Uint8Array(96).with(0, flags))).toThrow(invalid);
			}
		});

		test('a point of the curve outside the subgroup is refused, alone and among others', () => {
			const inG1 = P1.fromAffine({ x: 4n, y: Fp.sqrt(68n) });
			expect(inG1.isTorsionFree()).toBe(false);
			const one = concat(Uint8Array.of(0x80), new Uint8Array(46), Uint8Array.of(4));
			expect(() => decodeOne(G1, one)).toThrow(invalid);
			expect(() => decodeOne(G1, one.with(0, 0xa0))).toThrow(invalid);
			const x = [1n, 2n, 3n, 4n, 5n].map((c0) => Fp2.fromBigTuple([c0, 1n])).find(hasPoint)!;
			const two = concat(Fp.toBytes(x.c1), Fp.toBytes(x.c0));
			two[0]! |= 0x80;
			expect(() => decodeOne(G2, two)).toThrow(invalid);
			for (const place of [0, 7, 15]) {
				const many = Array.from({ length: 15 }, (_, i) => P1.BASE.multiply(BigInt(i + 1)).toBytes());
				expect(() => G1.decode(many.toSpliced(place, 0, one))).toThrow(invalid);
				const more = Array.from({ length: 15 }, (_, i) => P2.BASE.multiply(BigInt(i + 1)).toBytes());
				expect(() => G2.decode(more.toSpliced(place, 0, two))).toThrow(invalid);
			}

			function hasPoint(candidate: { c0: bigint; c1: bigint }): boolean {
				const square = Fp2.add(Fp2.mul(Fp2.sqr(candidate), candidate), Fp2.fromBigTuple([4n, 4n]));
				try {
					return !P2.fromAffine({ x: candidate, y: Fp2.sqrt(square) }).isTorsionFree();
				} catch {
					return false; // not a square
				}
			}
		});

		test('two points outside the subgroup whose differences cancel are refused all the same', () => {
			const odd = P1.fromAffine({ x: 4n, y: Fp.sqrt(68n) });
			const many = Array.from({ length: 15 }, (_, i) => P1.BASE.multiply(BigInt(i + 1)));
			const pair = [P1.BASE.add(odd), P1.BASE.subtract(odd)];
			expect(() => G1.decode([...many, ...pair].map(g1BytesByHand))).toThrow(invalid);
		});

		test.each([
			['uncompressed', () => P1.BASE.toBytes(false)],
			['without its flags', () => P1.BASE.toBytes().with(0, 0x17)],
			['uncompressed by its flag alone', () => P1.BASE.toBytes().with(0, 0x37)],
			['off the curve', () => new Uint8Array(48).with(0, 0x80).with(47, 1)],
			['with a coordinate not below p', () => fromHex(`0x9a${Fp.ORDER.toString(16).slice(1)}`) ?? new Uint8Array(48)],
			['of all ones', () => new Uint8Array(48).fill(0xff)],
			['too short', () => P1.BASE.toBytes().slice(1)],
			['too long', () => concat(P1.BASE.toBytes(), Uint8Array.of(0))],
			['empty', () => new Uint8Array()],
		])('a point %s is refused', (_, bytes) => {
			expect(() => decodeOne(G1, bytes())).toThrow(invalid);
			expect(() => decodeOne(G2, concat(bytes(), new Uint8Array(48)))).toThrow(invalid);
			expect(() => decodeOne(G2, bytes())).toThrow(invalid);
		});

		test('a coordinate of G2 not below p is refused, in either half', () => {
			const p = Fp.toBytes(Fp.ORDER - 1n).with(47, 0xab); // p ends in …aaab
			const bytes = P2.BASE.toBytes();
			expect(() => decodeOne(G2, concat(p.with(0, p[0]! | 0x80), bytes.subarray(48)))).toThrow(invalid);
			expect(() => decodeOne(G2, concat(bytes.subarray(0, 48), p))).toThrow(invalid);
		});
	});

	describe('bytes of GT', () => {
		test('read back as the same element, and are what they are by hand', () => {
			fc.assert(
				fc.property(scalars, (e) => {
					const element = product(GT, [GT.generator, e]);
					const bytes = encodeOne(GT, element);
					expect(bytes).toHaveLength(gtBytes);
					expect(GT.equal(decodeOne(GT, bytes), element)).toBe(true);
					expect(gtBytesByHand(gtByHand(bytes))).toEqual(bytes);
					expect(Fp12.eql(gtByHand(bytes), Fp12.pow(egg, e))).toBe(true);
				}),
				often,
			);
		});

		test.each(Object.entries(outsideGT()))('an element %s is refused, alone and among others', (_, bytes) => {
			expect(() => decodeOne(GT, bytes)).toThrow(invalid);
			expect(() => GT.decode([gtBytesByHand(egg), bytes, gtBytesByHand(egg)])).toThrow(invalid);
		});

		test('coordinates not below p, and other lengths, are refused', () => {
			const bytes = gtBytesByHand(egg);
			const p = Fp.toBytes(Fp.ORDER - 1n).with(47, 0xab);
			for (let i = 0; i < 6; i++) {
				const changed = Uint8Array.from(bytes);
				changed.set(p, i * 48);
				expect(() => decodeOne(GT, changed)).toThrow(invalid);
			}
			expect(() => decodeOne(GT, bytes.slice(1))).toThrow(invalid);
			expect(() => decodeOne(GT, concat(bytes, Uint8Array.of(0)))).toThrow(invalid);
		});
	});
});

test('the membership check of GT leaves room for nothing but order r', () => {
	// a^Φ12(p) = 1 and a^(p − u) = 1 give an order that divides both; u = −|u|.
	const gcd = (m: bigint, n: bigint): bigint => (n === 0n ? m : gcd(n, m % n));
	expect(gcd(Fp.ORDER ** 4n - Fp.ORDER ** 2n + 1n, Fp.ORDER + parameter)).toBe(groupOrder);
});

describe('scalars', () => {
	test('have one encoding of 32 bytes', () => {
		fc.assert(fc.property(scalars, (e) => scalarFromBytes(scalarToBytes(e)) === e));
		for (const bad of [0n, groupOrder, groupOrder + 1n, 2n ** 256n - 1n]) {
			expect(() => scalarFromBytes(scalarToBytes(bad))).toThrow(refusal('crypto.wrong-key'));
		}
	});

	test('from coins are never 0', () => {
		expect(scalarFromCoins(new Uint8Array(48))).toBe(1n);
		expect(() => scalarFromCoins(new Uint8Array(32))).toThrow(RangeError);
	});
});
