/**
 * G1 and G2 of BLS12-381 and the pairing, over @noble/curves; the rest of `abe/` touches points only through here.
 *
 * Points are 48 and 96 bytes, compressed as in the pairing-friendly-curves draft (appendix C; the ZCash form). Reading
 * refuses other lengths and forms, points off the curve or outside the subgroup of order r, and the identity.
 * Points made here are in the subgroup by construction and are not checked again.
 */
import { psiFrobenius } from '@noble/curves/abstract/tower.js';
import { concat } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { curve, type Fp2, type G1, type G2, type GT } from './curve.ts';
import { gtTable } from './gt.ts';
import { power, powerTable, type FrobeniusGroup, type PowerTable } from './power.ts';
import { modulo } from './scalar.ts';

export const g1Bytes = 48;
export const g2Bytes = 96;

const compressed = 0x80;
const larger = 0x20;
let psi: { PSI_X: Fp2; PSI_Y: Fp2 } | undefined;

const g2Group: FrobeniusGroup<G2> = {
	identity: () => curve.G2.ZERO,
	multiply: (a, b) => a.add(b),
	square: (a) => a.double(),
	invert: (a) => a.negate(),
	raise: ({ X, Y, Z }) => {
		// ψ is multiplication by u = −|u| (eprint 2021/1130); in projective coordinates, without inversions.
		const { Fp, Fp2, G2 } = curve;
		psi ??= psiFrobenius(Fp, Fp2, Fp2.inv(Fp2.NONRESIDUE));
		const [x, y, z] = [X, Y, Z].map((coordinate) => Fp2.frobeniusMap(coordinate, 1)) as [Fp2, Fp2, Fp2];
		return new G2(Fp2.mul(x, psi.PSI_X), Fp2.neg(Fp2.mul(y, psi.PSI_Y)), z);
	},
};

export const g2Table = (base: G2, width?: number) => powerTable(g2Group, base, width);
export const g2Power = (...terms: readonly (readonly [PowerTable<G2>, bigint])[]) => power(g2Group, ...terms);

/** base^exponent in G1; the identity for 0, where the library's own `multiply` throws. */
export function g1Power(base: G1, exponent: bigint): G1 {
	const scalar = modulo(exponent);
	if (scalar === 1n) return base;
	return scalar === 0n ? curve.G1.ZERO : base.multiply(scalar);
}

/** The generator of G1 to an exponent. */
export function g1BasePower(exponent: bigint): G1 {
	return g1Power(curve.G1.BASE, exponent);
}

/** The generator of G2 to an exponent. */
export function g2BasePower(exponent: bigint): G2 {
	const scalar = modulo(exponent);
	if (scalar === 1n) return curve.G2.BASE;
	return scalar === 0n ? curve.G2.ZERO : curve.G2.BASE.multiply(scalar);
}

/** The product of pairings e(a, b) with one final exponentiation. Pairs with an identity count as 1. */
export function pairingProduct(pairs: readonly (readonly [G1, G2])[]): GT {
	const lines = pairs
		.filter(([a, b]) => !a.is0() && !b.is0())
		.map(([a, b]): [ReturnType<typeof curve.linesOf>, bigint, bigint] => {
			const { x, y } = a.toAffine();
			return [curve.linesOf(b), x, y];
		});
	return curve.Fp12.finalExponentiate(curve.millerLoops(lines));
}

let generatorTable: PowerTable<GT> | undefined;
/** egg = e(g1, g2), the generator of GT, ready for exponentiation. */
export function eggTable(): PowerTable<GT> {
	return (generatorTable ??= gtTable(pairingProduct([[curve.G1.BASE, curve.G2.BASE]]), 7));
}

export function g1ToBytes(point: G1): Uint8Array<ArrayBuffer> {
	refuseIdentity(point);
	const { x, y } = point.toAffine();
	return withFlags(concat(curve.Fp.toBytes(x)), isLarger(y));
}

export function g2ToBytes(point: G2): Uint8Array<ArrayBuffer> {
	refuseIdentity(point);
	const { x, y } = point.toAffine();
	const { Fp } = curve;
	return withFlags(concat(Fp.toBytes(x.c1), Fp.toBytes(x.c0)), isLarger(y.c1 === 0n ? y.c0 : y.c1));
}

/** Throws `crypto.invalid-point`. */
export function g1FromBytes(bytes: Uint8Array): G1 {
	return checked(bytes, g1Bytes, () => curve.G1.fromBytes(bytes));
}

/** Throws `crypto.invalid-point`. */
export function g2FromBytes(bytes: Uint8Array): G2 {
	return checked(bytes, g2Bytes, () => curve.G2.fromBytes(bytes));
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

/** Larger than its negative. */
function isLarger(y: bigint): boolean {
	return 2n * y > curve.Fp.ORDER;
}

function withFlags(bytes: Uint8Array<ArrayBuffer>, yIsLarger: boolean): Uint8Array<ArrayBuffer> {
	bytes[0] = (bytes[0] ?? 0) | compressed | (yIsLarger ? larger : 0);
	return bytes;
}
