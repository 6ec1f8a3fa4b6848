import { bls12_381 } from '@noble/curves/bls12-381.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '#lib/bytes.ts';
import * as group from '#lib/crypto/abe/group.ts';
import { gtBytes, gtEqual, gtFromBytes, gtPower, gtTable, gtToBytes } from '#lib/crypto/abe/gt.ts';
import type { GT } from '#lib/crypto/abe/curve.ts';
import { parameter } from '#lib/crypto/abe/power.ts';
import { groupOrder, modulo, scalarFromBytes, scalarFromCoins, scalarToBytes } from '#lib/crypto/abe/scalar.ts';
import { refusal } from './refusal.ts';
import { runs } from '../slow.ts';

const { Fp, Fp6, Fp12 } = bls12_381.fields;
const G1 = bls12_381.G1.Point;
const G2 = bls12_381.G2.Point;
const invalid = refusal('crypto.invalid-point');
const often = runs(8, 100);
const scalars = fc.bigInt({ min: 1n, max: groupOrder - 1n });
const egg = group.pairingProduct([[G1.BASE, G2.BASE]]);
const edges = [
	0n,
	1n,
	2n,
	3n,
	parameter - 1n,
	parameter,
	parameter + 1n,
	parameter ** 2n,
	parameter ** 3n,
	groupOrder - 1n,
];

describe('exponentiation', () => {
	test('in G2 agrees with the library, for one base and for two', () => {
		const other = G2.BASE.multiply(12345n);
		for (const width of [2, 4, 5, 7]) {
			const table = group.g2Table(other, width);
			for (const e of edges) expect(group.g2Power([table, e]).equals(other.multiplyUnsafe(e)), `${e}`).toBe(true);
		}
		fc.assert(
			fc.property(scalars, scalars, (e, f) => {
				const product = group.g2Power([group.g2Table(G2.BASE), e], [group.g2Table(other, 5), f]);
				expect(product.equals(G2.BASE.multiply(e).add(other.multiply(f)))).toBe(true);
			}),
			often,
		);
	});

	test('in GT agrees with plain squaring and multiplying', () => {
		for (const e of edges) expect(gtEqual(gtPower([gtTable(egg, 5), e]), Fp12.pow(egg, e)), `${e}`).toBe(true);
		const other = Fp12.pow(egg, 54321n);
		fc.assert(
			fc.property(scalars, scalars, (e, f) => {
				const product = gtPower([group.eggTable(), e], [gtTable(other), f]);
				expect(gtEqual(product, Fp12.mul(Fp12.pow(egg, e), Fp12.pow(other, f)))).toBe(true);
			}),
			often,
		);
	});

	test('to the power 0 is the identity, where the library throws', () => {
		expect(group.g1Power(G1.BASE, 0n).is0()).toBe(true);
		expect(group.g1Power(G1.BASE, groupOrder).is0()).toBe(true);
		expect(group.g2BasePower(0n).is0()).toBe(true);
		expect(group.g2Power().is0()).toBe(true);
	});
});

describe('the pairing', () => {
	test('is bilinear, and a product has one value however it is written', () => {
		fc.assert(
			fc.property(scalars, scalars, (e, f) => {
				const left = group.pairingProduct([[G1.BASE.multiply(e), G2.BASE.multiply(f)]]);
				expect(gtEqual(left, gtPower([group.eggTable(), modulo(e * f)]))).toBe(true);
			}),
			{ numRuns: 3 },
		);
		const three = group.pairingProduct([
			[G1.BASE, G2.BASE],
			[G1.BASE.multiply(2n), G2.BASE],
		]);
		expect(gtEqual(three, Fp12.pow(egg, 3n))).toBe(true);
	});

	test('with an identity is 1, where the library throws', () => {
		const product = group.pairingProduct([
			[G1.ZERO, G2.BASE],
			[G1.BASE, G2.ZERO],
			[G1.BASE, G2.BASE],
		]);
		expect(gtEqual(product, egg)).toBe(true);
		expect(gtEqual(group.pairingProduct([]), Fp12.ONE)).toBe(true);
	});
});

describe('bytes of G1 and G2', () => {
	test('are those of the draft: generators pinned, the library agrees', () => {
		expect(toHex(group.g1ToBytes(G1.BASE))).toBe(
			'0x97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb',
		);
		expect(toHex(group.g2ToBytes(G2.BASE))).toBe(
			'0x93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e' +
				'024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8',
		);
		fc.assert(
			fc.property(scalars, (e) => {
				const [p, q] = [G1.BASE.multiply(e), G2.BASE.multiply(e)];
				expect(group.g1ToBytes(p)).toEqual(p.toBytes());
				expect(group.g2ToBytes(q)).toEqual(q.toBytes());
				expect(group.g1FromBytes(group.g1ToBytes(p.negate())).equals(p.negate())).toBe(true);
				expect(group.g2FromBytes(group.g2ToBytes(q.negate())).equals(q.negate())).toBe(true);
			}),
			often,
		);
	});

	test('the identity is neither read nor written', () => {
		expect(() => group.g1ToBytes(G1.ZERO)).toThrow(invalid);
		expect(() => group.g2ToBytes(G2.ZERO)).toThrow(invalid);
		expect(() => group.g1FromBytes(G1.ZERO.toBytes())).toThrow(invalid);
		expect(() => group.g2FromBytes(G2.ZERO.toBytes())).toThrow(invalid);
	});

	test('a point of the curve outside the subgroup is refused', () => {
		const inG1 = G1.fromAffine({ x: 4n, y: Fp.sqrt(68n) });
		expect(Fp.eql(Fp.sqr(inG1.y), 68n)).toBe(true);
		expect(inG1.isTorsionFree()).toBe(false);
		const bytes = concat(Uint8Array.of(0x80), new Uint8Array(46), Uint8Array.of(4));
		expect(() => group.g1FromBytes(bytes)).toThrow(invalid);
		expect(() => group.g1FromBytes(bytes.with(0, 0xa0))).toThrow(invalid);
		const { Fp2 } = bls12_381.fields;
		const x = [1n, 2n, 3n, 4n, 5n].map((c0) => Fp2.fromBigTuple([c0, 1n])).find(hasPoint);
		expect(x).toBeDefined();
		const g2Bytes = concat(Fp.toBytes(x!.c1), Fp.toBytes(x!.c0));
		expect(() => group.g2FromBytes(g2Bytes.with(0, 0x80))).toThrow(invalid);

		function hasPoint(candidate: { c0: bigint; c1: bigint }): boolean {
			const square = Fp2.add(Fp2.mul(Fp2.sqr(candidate), candidate), Fp2.fromBigTuple([4n, 4n]));
			try {
				return !G2.fromAffine({ x: candidate, y: Fp2.sqrt(square) }).isTorsionFree();
			} catch {
				return false; // not a square
			}
		}
	});

	test.each([
		['uncompressed', () => G1.BASE.toBytes(false)],
		['without its flags', () => G1.BASE.toBytes().with(0, 0x17)],
		['off the curve', () => new Uint8Array(48).with(0, 0x80).with(47, 1)],
		['with a coordinate not below p', () => fromHex(`9a${Fp.ORDER.toString(16).slice(1)}`) ?? new Uint8Array(48)],
		['too short', () => G1.BASE.toBytes().slice(1)],
		['empty', () => new Uint8Array()],
	])('a point %s is refused', (_, bytes) => {
		expect(() => group.g1FromBytes(bytes())).toThrow(invalid);
	});
});

describe('bytes of GT', () => {
	test('read back as the same element', () => {
		fc.assert(
			fc.property(scalars, (e) => {
				const element = gtPower([group.eggTable(), e]);
				const bytes = gtToBytes(element);
				expect(bytes).toHaveLength(gtBytes);
				expect(gtEqual(gtFromBytes(bytes), element)).toBe(true);
			}),
			often,
		);
	});

	test('the identity has none', () => {
		expect(() => gtToBytes(Fp12.ONE)).toThrow(invalid);
	});

	test('elements of norm 1 outside the subgroup are refused', () => {
		for (const tau of [0n, 1n, 2n]) {
			const bytes = new Uint8Array(gtBytes).with(47, Number(tau)); // τ = 0 is −1, of order 2
			expect(() => gtFromBytes(bytes)).toThrow(invalid);
		}
	});

	test('elements of the cyclotomic subgroup, but not of order r, are refused', () => {
		// The easy part of the final exponentiation maps onto the cyclotomic subgroup.
		const any = Fp12.fromBigTwelve([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n, 11n, 12n]);
		const unitary = Fp12.div(Fp12.conjugate(any), any);
		const cyclotomic = Fp12.mul(Fp12.frobeniusMap(unitary, 2), unitary);
		const small = Fp12.pow(cyclotomic, groupOrder); // of an order that divides the cofactor
		for (const element of [unitary, cyclotomic, small]) expect(() => gtFromBytes(torus(element))).toThrow(invalid);
		const member = Fp12.pow(cyclotomic, (Fp.ORDER ** 4n - Fp.ORDER ** 2n + 1n) / groupOrder);
		expect(gtEqual(gtFromBytes(torus(member)), member)).toBe(true);

		function torus({ c0, c1 }: GT): Uint8Array {
			const tau = Fp6.div(Fp6.add(c0, Fp6.ONE), c1);
			return concat(...[tau.c0, tau.c1, tau.c2].flatMap((part) => [Fp.toBytes(part.c0), Fp.toBytes(part.c1)]));
		}
	});

	test('the membership check leaves room for nothing but order r', () => {
		// a^Φ12(p) = 1 and a^(p − u) = 1 give an order that divides both; u = −|u|.
		const gcd = (m: bigint, n: bigint): bigint => (n === 0n ? m : gcd(n, m % n));
		expect(gcd(Fp.ORDER ** 4n - Fp.ORDER ** 2n + 1n, Fp.ORDER + parameter)).toBe(groupOrder);
	});

	test('coordinates not below p, and other lengths, are refused', () => {
		const bytes = gtToBytes(egg);
		const p = Fp.toBytes(Fp.ORDER - 1n).with(47, 0xab); // p ends in …aaab
		for (let i = 0; i < 6; i++) {
			const changed = Uint8Array.from(bytes);
			changed.set(p, i * 48);
			expect(() => gtFromBytes(changed)).toThrow(invalid);
		}
		expect(() => gtFromBytes(bytes.slice(1))).toThrow(invalid);
		expect(() => gtFromBytes(concat(bytes, Uint8Array.of(0)))).toThrow(invalid);
	});
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
