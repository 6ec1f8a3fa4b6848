/**
 * GT, the target group of the pairing: the subgroup of order r in Fp12, and its bytes.
 *
 * Libraries disagree on the bytes of GT, so the encoding is our own. An element a + b·w of GT has norm 1 over Fp6, so
 * τ = (1 + a) / b says it all (the torus T2 of Rubin–Silverberg, CRYPTO 2003): six integers below p of 48 bytes, most
 * significant first, in the order of the tower Fp6 = Fp2[v]/(v³ − (u + 1)), Fp2 = Fp[u]/(u² + 1), w² = v. That is half
 * the size, every element but the identity has exactly one encoding, and the identity has none.
 * Reading checks membership in the subgroup (Scott, eprint 2021/1130).
 */
import { concat, toHex } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { curve, type Fp6, type GT } from './curve.ts';
import { parameter, power, powerTable, type FrobeniusGroup, type PowerTable } from './power.ts';

const coordinateBytes = 48;
export const gtBytes = 6 * coordinateBytes;

const group: FrobeniusGroup<GT> = {
	identity: () => curve.Fp12.ONE,
	multiply: (a, b) => curve.Fp12.mul(a, b),
	square: (a) => curve.Fp12._cyclotomicSquare(a),
	invert: (a) => curve.Fp12.conjugate(a),
	raise: (a) => curve.Fp12.conjugate(curve.Fp12.frobeniusMap(a, 1)), // a^p = a^u and u = −|u|
};

export const gtTable = (base: GT, width?: number) => powerTable(group, base, width);
export const gtPower = (...terms: readonly (readonly [PowerTable<GT>, bigint])[]) => power(group, ...terms);
export const gtEqual = (a: GT, b: GT) => curve.Fp12.eql(a, b);

/** Throws `crypto.invalid-point` for the identity. */
export function gtToBytes({ c0: a, c1: b }: GT): Uint8Array<ArrayBuffer> {
	if (curve.Fp6.is0(b)) throw new AppError('crypto.invalid-point', 'The identity of GT has no encoding.');
	const { c0, c1, c2 } = curve.Fp6.div(curve.Fp6.add(a, curve.Fp6.ONE), b);
	return concat(...[c0, c1, c2].flatMap((part) => [curve.Fp.toBytes(part.c0), curve.Fp.toBytes(part.c1)]));
}

/** Throws `crypto.invalid-point` for anything but an element of GT other than the identity. */
export function gtFromBytes(bytes: Uint8Array): GT {
	if (bytes.length !== gtBytes) throw new AppError('crypto.invalid-point', `An element of GT has ${gtBytes} bytes.`);
	const element = fromTorus(readFp6(bytes));
	if (!isMember(element)) throw new AppError('crypto.invalid-point', 'Not in the subgroup of order r.');
	return element;
}

/** (τ + w) / (τ − w) = (τ² + v + 2τw) / (τ² − v). Never divides by zero: v is not a square. */
function fromTorus(tau: Fp6): GT {
	const square = curve.Fp6.sqr(tau);
	const v = curve.Fp6.mulByNonresidue(curve.Fp6.ONE);
	const below = curve.Fp6.inv(curve.Fp6.sub(square, v));
	return curve.Fp12.create({
		c0: curve.Fp6.mul(curve.Fp6.add(square, v), below),
		c1: curve.Fp6.mul(curve.Fp6.add(tau, tau), below),
	});
}

/** Of norm 1 by construction; so in the cyclotomic subgroup if a^(p⁴)·a = a^(p²), and then of order r if a^p = a^u. */
function isMember(a: GT): boolean {
	const isCyclotomic = curve.Fp12.eql(curve.Fp12.mul(curve.Fp12.frobeniusMap(a, 4), a), curve.Fp12.frobeniusMap(a, 2));
	return (
		isCyclotomic &&
		curve.Fp12.eql(curve.Fp12.conjugate(curve.Fp12.frobeniusMap(a, 1)), curve.Fp12._cyclotomicExp(a, parameter))
	);
}

function readFp6(bytes: Uint8Array): Fp6 {
	const read = (i: number) => {
		const value = BigInt(toHex(bytes.subarray(i * coordinateBytes, (i + 1) * coordinateBytes)));
		if (value >= curve.Fp.ORDER) throw new AppError('crypto.invalid-point', 'A coordinate is not below p.');
		return value;
	};
	const pair = (i: number) => curve.Fp2.fromBigTuple([read(i), read(i + 1)]);
	return curve.Fp6.create({ c0: pair(0), c1: pair(2), c2: pair(4) });
}
