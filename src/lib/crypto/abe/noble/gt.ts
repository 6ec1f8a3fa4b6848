/**
 * GT, the target group of the pairing: the subgroup of order r in Fp12, and its bytes.
 *
 * Libraries disagree on the bytes of GT, so the encoding is our own. An element of GT has norm 1 over Fp6, so it is
 * (a + b·w) / (a − b·w) for a and b in Fp6, and τ = a / b says it all (the torus T2 of Rubin–Silverberg, CRYPTO 2003): six
 * integers below p of 48 bytes, most significant first, in the order of the tower Fp6 = Fp2[v]/(v³ − (u + 1)),
 * Fp2 = Fp[u]/(u² + 1), w² = v. That is half the size, every element but the identity has exactly one encoding, and the
 * identity has none. Reading checks membership in the subgroup (Scott, eprint 2021/1130).
 *
 * Elements are kept as (a : b), defined up to a factor in Fp6: multiplying by one with b = 1, as in tables, takes two
 * multiplications in Fp6 where Fp12 takes three (Naehrig, Barreto and Schwabe, AFRICACRYPT 2008), and τ costs one inversion.
 */
import { FpInvertBatch } from '@noble/curves/abstract/modular.js';
import { concat, toHex } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { parameter, products, tabledBase, type Kernel } from '../comb.ts';
import { gtBytes, type Group } from '../groups.ts';
import { curve, type Fp12, type Fp6 } from './curve.ts';
import { power, type PowerGroup } from './power.ts';

const coordinateBytes = 48;

/** (a + b·w) / (a − b·w). */
export interface Torus {
	readonly a: Fp6;
	readonly b: Fp6;
}

/** Bits of a window in tables: large for the generator, smaller for the rest. */
const widths = { generator: 8, base: 6 };

const cyclotomic: PowerGroup<Fp12> = {
	digits: 4,
	get identity() {
		return curve.Fp12.ONE;
	},
	multiply: (a, b) => curve.Fp12.mul(a, b),
	square: (a) => curve.Fp12._cyclotomicSquare(a),
	invert: (a) => curve.Fp12.conjugate(a),
	raise: (a) => curve.Fp12.conjugate(curve.Fp12.frobeniusMap(a, 1)), // a^p = a^u and u = −|u|
};

const kernel: Kernel<Torus> = {
	digits: 4,
	raise({ a, b }) {
		const { c0, c1 } = curve.Fp12.frobeniusMap(curve.Fp12.create({ c0: a, c1: b }), 1);
		return { a: c0, b: curve.Fp6.neg(c1) };
	},
	negate: ({ a, b }) => ({ a: curve.Fp6.neg(a), b }),
	sums: (lists) =>
		lists.map(
			(list) => list.reduce<Torus | null>((sum, next) => (sum ? multiply(sum, next) : next), null) ?? identity(),
		),
	power: (terms) =>
		fromUnit(
			power(
				cyclotomic,
				toUnits(terms.map(([element]) => element)).map((unit, i) => [unit, terms[i]?.[1] ?? 0n] as const),
			),
		),
	table,
};

/** The group, over the generator e(g1, g2). */
export function gtGroup(generator: Torus): Group<Torus> {
	return {
		generator: tabledBase(generator, widths.generator, true),
		base: (element) => tabledBase(element, widths.base),
		products: (lists) => products(kernel, lists),
		equal: (a, b) => curve.Fp6.eql(curve.Fp6.mul(a.a, b.b), curve.Fp6.mul(a.b, b.a)),
		encode: (elements) => normalize(elements).map(({ a }) => writeFp6(a)),
		decode,
	};
}

/** From an element of Fp12 of norm 1 and odd order. */
export function fromUnit({ c0, c1 }: Fp12): Torus {
	return { a: curve.Fp6.add(c0, curve.Fp6.ONE), b: c1 };
}

/** The elements of Fp12: (a² + b²v + 2ab·w) / (a² − b²v). */
export function toUnits(elements: readonly Torus[]): Fp12[] {
	const { Fp6, Fp12 } = curve;
	const parts = elements.map(({ a, b }) => ({
		squareA: Fp6.sqr(a),
		squareB: Fp6.mulByNonresidue(Fp6.sqr(b)),
		ab: Fp6.mul(a, b),
	}));
	// Never 0: v is not a square.
	const inverses = FpInvertBatch(
		Fp6,
		parts.map(({ squareA, squareB }) => Fp6.sub(squareA, squareB)),
		true,
	);
	return parts.map(({ squareA, squareB, ab }, i) => {
		const inverse = inverses[i] ?? Fp6.ZERO;
		return Fp12.create({ c0: Fp6.mul(Fp6.add(squareA, squareB), inverse), c1: Fp6.mul(Fp6.add(ab, ab), inverse) });
	});
}

function identity(): Torus {
	return { a: curve.Fp6.ONE, b: curve.Fp6.ZERO };
}

/** (a + b·w)·(c + d·w). */
function multiply(left: Torus, right: Torus): Torus {
	const { Fp6 } = curve;
	const [{ a, b }, { a: c, b: d }] = left.b === Fp6.ONE ? [right, left] : [left, right];
	if (d === Fp6.ONE) return { a: Fp6.add(Fp6.mul(a, c), Fp6.mulByNonresidue(b)), b: Fp6.add(a, Fp6.mul(b, c)) };
	const [ac, bd] = [Fp6.mul(a, c), Fp6.mul(b, d)];
	const cross = Fp6.sub(Fp6.mul(Fp6.add(a, b), Fp6.add(c, d)), Fp6.add(ac, bd));
	return { a: Fp6.add(ac, Fp6.mulByNonresidue(bd)), b: cross };
}

/** The same elements with b = 1. Throws `crypto.invalid-point` for an identity. */
function normalize(elements: readonly Torus[]): Torus[] {
	const { Fp6 } = curve;
	if (elements.some(({ b }) => Fp6.is0(b))) throw invalid('The identity of GT has no encoding.');
	const inverses = FpInvertBatch(
		Fp6,
		elements.map(({ b }) => b),
		true,
	);
	return elements.map(({ a }, i) => ({ a: Fp6.mul(a, inverses[i] ?? Fp6.ZERO), b: Fp6.ONE }));
}

function table(base: Torus, width: number, windows: number): Torus[][] {
	const starts: Torus[] = [];
	let start = toUnits([base])[0] ?? curve.Fp12.ONE;
	while (starts.length < windows) {
		starts.push(fromUnit(start));
		for (let i = 0; i < width; i++) start = curve.Fp12._cyclotomicSquare(start);
	}
	const size = 2 ** (width - 1);
	const entries = normalize(starts).flatMap((first) => {
		const row = [first];
		for (let last = first; row.length < size;) row.push((last = multiply(last, first)));
		return row;
	});
	const normal = normalize(entries);
	return starts.map((_, j) => normal.slice(j * size, (j + 1) * size));
}

/** Throws `crypto.invalid-point` for anything but elements of GT other than the identity. */
function decode(encodings: readonly Uint8Array[]): Torus[] {
	const elements = encodings.map((bytes) => {
		if (bytes.length !== gtBytes) throw invalid(`An element of GT has ${gtBytes} bytes.`);
		return { a: readFp6(bytes), b: curve.Fp6.ONE };
	});
	if (!toUnits(elements).every(isMember)) throw invalid('Not in the subgroup of order r.');
	return elements;
}

/** Of norm 1 by construction; so in the cyclotomic subgroup if a^(p⁴)·a = a^(p²), and then of order r if a^p = a^u. */
function isMember(a: Fp12): boolean {
	const { Fp12 } = curve;
	const isCyclotomic = Fp12.eql(Fp12.mul(Fp12.frobeniusMap(a, 4), a), Fp12.frobeniusMap(a, 2));
	return isCyclotomic && Fp12.eql(Fp12.conjugate(Fp12.frobeniusMap(a, 1)), Fp12._cyclotomicExp(a, parameter));
}

function writeFp6({ c0, c1, c2 }: Fp6): Uint8Array<ArrayBuffer> {
	return concat(...[c0, c1, c2].flatMap((part) => [curve.Fp.toBytes(part.c0), curve.Fp.toBytes(part.c1)]));
}

function readFp6(bytes: Uint8Array): Fp6 {
	const read = (i: number) => {
		const value = BigInt(toHex(bytes.subarray(i * coordinateBytes, (i + 1) * coordinateBytes)));
		if (value >= curve.Fp.ORDER) throw invalid('A coordinate is not below p.');
		return value;
	};
	const pair = (i: number) => curve.Fp2.fromBigTuple([read(i), read(i + 1)]);
	return curve.Fp6.create({ c0: pair(0), c1: pair(2), c2: pair(4) });
}

function invalid(message: string): AppError {
	return new AppError('crypto.invalid-point', message);
}
