/**
 * GT, the target group of the pairing: the subgroup of order r in Fp12, and its bytes.
 *
 * Libraries disagree on the bytes of GT, so the encoding is our own. An element a + b·w of GT has norm 1 over Fp6, so
 * τ = (1 + a) / b says it all (the torus T2 of Rubin–Silverberg, CRYPTO 2003): six integers below p of 48 bytes, most
 * significant first, in the order of the tower Fp6 = Fp2[v]/(v³ − (u + 1)), Fp2 = Fp[u]/(u² + 1), w² = v. That is half
 * the size, every element but the identity has exactly one encoding, and the identity has none.
 * Reading checks membership in the subgroup (Scott, eprint 2021/1130).
 */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { concat, toHex } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { parameter, power, powerTable, type FrobeniusGroup, type PowerTable } from './power.ts';

const { Fp, Fp2, Fp6, Fp12 } = bls12_381.fields;
export type GT = typeof Fp12.ONE;
type Fp6Element = typeof Fp6.ONE;

const coordinateBytes = 48;
export const gtBytes = 6 * coordinateBytes;

const group: FrobeniusGroup<GT> = {
	identity: Fp12.ONE,
	multiply: (a, b) => Fp12.mul(a, b),
	square: (a) => Fp12._cyclotomicSquare(a),
	invert: (a) => Fp12.conjugate(a),
	raise: (a) => Fp12.conjugate(Fp12.frobeniusMap(a, 1)), // a^p = a^u and u = −|u|
};

export const gtTable = (base: GT, width?: number) => powerTable(group, base, width);
export const gtPower = (...terms: readonly (readonly [PowerTable<GT>, bigint])[]) => power(group, ...terms);
export const gtEqual = (a: GT, b: GT) => Fp12.eql(a, b);

/** Throws `crypto.invalid-point` for the identity. */
export function gtToBytes({ c0: a, c1: b }: GT): Uint8Array<ArrayBuffer> {
	if (Fp6.is0(b)) throw new AppError('crypto.invalid-point', 'The identity of GT has no encoding.');
	const { c0, c1, c2 } = Fp6.div(Fp6.add(a, Fp6.ONE), b);
	return concat(...[c0, c1, c2].flatMap((part) => [Fp.toBytes(part.c0), Fp.toBytes(part.c1)]));
}

/** Throws `crypto.invalid-point` for anything but an element of GT other than the identity. */
export function gtFromBytes(bytes: Uint8Array): GT {
	if (bytes.length !== gtBytes) throw new AppError('crypto.invalid-point', `An element of GT has ${gtBytes} bytes.`);
	const element = fromTorus(readFp6(bytes));
	if (!isMember(element)) throw new AppError('crypto.invalid-point', 'Not in the subgroup of order r.');
	return element;
}

/** (τ + w) / (τ − w) = (τ² + v + 2τw) / (τ² − v). Never divides by zero: v is not a square. */
function fromTorus(tau: Fp6Element): GT {
	const square = Fp6.sqr(tau);
	const v = Fp6.mulByNonresidue(Fp6.ONE);
	const below = Fp6.inv(Fp6.sub(square, v));
	return Fp12.create({ c0: Fp6.mul(Fp6.add(square, v), below), c1: Fp6.mul(Fp6.add(tau, tau), below) });
}

/** Of norm 1 by construction; so in the cyclotomic subgroup if a^(p⁴)·a = a^(p²), and then of order r if a^p = a^u. */
function isMember(a: GT): boolean {
	const isCyclotomic = Fp12.eql(Fp12.mul(Fp12.frobeniusMap(a, 4), a), Fp12.frobeniusMap(a, 2));
	return isCyclotomic && Fp12.eql(Fp12.conjugate(Fp12.frobeniusMap(a, 1)), Fp12._cyclotomicExp(a, parameter));
}

function readFp6(bytes: Uint8Array): Fp6Element {
	const read = (i: number) => {
		const value = BigInt(toHex(bytes.subarray(i * coordinateBytes, (i + 1) * coordinateBytes)));
		if (value >= Fp.ORDER) throw new AppError('crypto.invalid-point', 'A coordinate is not below p.');
		return value;
	};
	const pair = (i: number) => Fp2.fromBigTuple([read(i), read(i + 1)]);
	return Fp6.create({ c0: pair(0), c1: pair(2), c2: pair(4) });
}
