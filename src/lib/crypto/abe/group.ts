/**
 * G1 and G2 of BLS12-381 and the pairing, over @noble/curves; the rest of `abe/` touches points only through here.
 *
 * Points are 48 and 96 bytes, compressed as in the pairing-friendly-curves draft (appendix C; the ZCash form). Reading
 * refuses other lengths and forms, points off the curve or outside the subgroup of order r, and the identity.
 * Points made here are in the subgroup by construction and are not checked again.
 */
import { psiFrobenius } from '@noble/curves/abstract/tower.js';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { concat } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { gtTable, type GT } from './gt.ts';
import { power, powerTable, type FrobeniusGroup, type PowerTable } from './power.ts';
import { modulo } from './scalar.ts';

const { Fp, Fp2, Fp12 } = bls12_381.fields;
const G1Point = bls12_381.G1.Point;
const G2Point = bls12_381.G2.Point;
export type G1 = typeof G1Point.BASE;
export type G2 = typeof G2Point.BASE;

export const g1Bytes = 48;
export const g2Bytes = 96;
export const g1Generator = G1Point.BASE;

const compressed = 0x80;
const larger = 0x20;
const half = (Fp.ORDER - 1n) / 2n;
let psi: { PSI_X: typeof Fp2.ONE; PSI_Y: typeof Fp2.ONE } | undefined;

const g2Group: FrobeniusGroup<G2> = {
	identity: G2Point.ZERO,
	multiply: (a, b) => a.add(b),
	square: (a) => a.double(),
	invert: (a) => a.negate(),
	raise: ({ X, Y, Z }) => {
		// ψ is multiplication by u = −|u| (eprint 2021/1130); in projective coordinates, without inversions.
		psi ??= psiFrobenius(Fp, Fp2, Fp2.inv(Fp2.NONRESIDUE));
		const [x, y, z] = [X, Y, Z].map((coordinate) => Fp2.frobeniusMap(coordinate, 1)) as [typeof X, typeof X, typeof X];
		return new G2Point(Fp2.mul(x, psi.PSI_X), Fp2.neg(Fp2.mul(y, psi.PSI_Y)), z);
	},
};

export const g2Table = (base: G2, width?: number) => powerTable(g2Group, base, width);
export const g2Power = (...terms: readonly (readonly [PowerTable<G2>, bigint])[]) => power(g2Group, ...terms);

/** base^exponent in G1; the identity for 0, where the library's own `multiply` throws. */
export function g1Power(base: G1, exponent: bigint): G1 {
	const scalar = modulo(exponent);
	if (scalar === 1n) return base;
	return scalar === 0n ? G1Point.ZERO : base.multiply(scalar);
}

/** The generator of G2 to an exponent. */
export function g2BasePower(exponent: bigint): G2 {
	const scalar = modulo(exponent);
	return scalar === 0n ? G2Point.ZERO : G2Point.BASE.multiply(scalar);
}

/** The product of pairings e(a, b) with one final exponentiation. Pairs with an identity count as 1. */
export function pairingProduct(pairs: readonly (readonly [G1, G2])[]): GT {
	const lines = pairs
		.filter(([a, b]) => !a.is0() && !b.is0())
		.map(([a, b]): [ReturnType<typeof bls12_381.utils.calcPairingPrecomputes>, bigint, bigint] => {
			const { x, y } = a.toAffine();
			return [bls12_381.utils.calcPairingPrecomputes(b), x, y];
		});
	return Fp12.finalExponentiate(bls12_381.millerLoopBatch(lines));
}

let generatorTable: PowerTable<GT> | undefined;
/** egg = e(g1, g2), the generator of GT, ready for exponentiation. */
export function eggTable(): PowerTable<GT> {
	return (generatorTable ??= gtTable(pairingProduct([[G1Point.BASE, G2Point.BASE]]), 7));
}

export function g1ToBytes(point: G1): Uint8Array<ArrayBuffer> {
	refuseIdentity(point);
	const { x, y } = point.toAffine();
	return withFlags(concat(Fp.toBytes(x)), y > half);
}

export function g2ToBytes(point: G2): Uint8Array<ArrayBuffer> {
	refuseIdentity(point);
	const { x, y } = point.toAffine();
	return withFlags(concat(Fp.toBytes(x.c1), Fp.toBytes(x.c0)), (y.c1 === 0n ? y.c0 : y.c1) > half);
}

/** Throws `crypto.invalid-point`. */
export function g1FromBytes(bytes: Uint8Array): G1 {
	return checked(bytes, g1Bytes, () => G1Point.fromBytes(bytes));
}

/** Throws `crypto.invalid-point`. */
export function g2FromBytes(bytes: Uint8Array): G2 {
	return checked(bytes, g2Bytes, () => G2Point.fromBytes(bytes));
}

function checked<P extends G1 | G2>(bytes: Uint8Array, length: number, read: () => P): P {
	if (bytes.length !== length) throw new AppError('crypto.invalid-point', `A point has ${length} bytes.`);
	try {
		const point = read(); // off the curve or out of the subgroup: throws
		return refuseIdentity(point);
	} catch (cause) {
		throw new AppError('crypto.invalid-point', 'Not a point of the group.', { cause });
	}
}

function refuseIdentity<P extends G1 | G2>(point: P): P {
	if (point.is0()) throw new AppError('crypto.invalid-point', 'The identity is refused.');
	return point;
}

function withFlags(bytes: Uint8Array<ArrayBuffer>, isLarger: boolean): Uint8Array<ArrayBuffer> {
	bytes[0] = (bytes[0] ?? 0) | compressed | (isLarger ? larger : 0);
	return bytes;
}
