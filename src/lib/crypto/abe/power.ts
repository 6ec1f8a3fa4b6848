/**
 * Fast exponentiation in G2 and GT of BLS12-381, for public and secret exponents alike; not in constant time.
 *
 * Raising to the power |u| (u the curve's parameter, 64 bits) is nearly free in both: it is the Frobenius map with a sign,
 * since p ≡ u modulo r. So an exponent is written in base |u| with four digits (Galbraith–Scott, eprint 2008/117, §5
 * and §6), and one run of 64 squarings serves all digits of all bases. Each digit is in w-NAF form (§7): signed and
 * mostly zero, as inverses are free too.
 */
import { modulo } from './scalar.ts';

/** Multiplicative notation, for G2 as well. */
export interface FrobeniusGroup<T> {
	identity(): T;
	multiply(a: T, b: T): T;
	square(a: T): T;
	invert(a: T): T;
	/** a^|u|. */
	raise(a: T): T;
}

/** Odd powers of a base (1, 3, 5, …), and the same for base^|u|, base^|u|², base^|u|³. */
export interface PowerTable<T> {
	readonly width: number;
	readonly odd: readonly (readonly T[])[];
}

/** The curve's parameter is u = −0xd201000000010000. */
export const parameter = 0xd201000000010000n;
const digits = 4;

/** A table for one base: width 4 for a base used once, 7 for one used often. The base has order r. */
export function powerTable<T>(group: FrobeniusGroup<T>, base: T, width = 4): PowerTable<T> {
	const square = group.square(base);
	const first = [base];
	for (let last = base; first.length < 2 ** (width - 2);) first.push((last = group.multiply(last, square)));
	const odd = [first];
	for (let row = first; odd.length < digits;) odd.push((row = row.map((entry) => group.raise(entry))));
	return { width, odd };
}

/** The product of all bases to their exponents. Exponents are taken modulo r; 0 is allowed. */
export function power<T>(group: FrobeniusGroup<T>, ...terms: readonly (readonly [PowerTable<T>, bigint])[]): T {
	const lines = terms.flatMap(([table, exponent]) =>
		inBase(modulo(exponent)).map((digit, i) => ({ naf: wNaf(digit, table.width), odd: table.odd[i] ?? [] })),
	);
	let result = group.identity();
	let started = false;
	for (let bit = Math.max(0, ...lines.map(({ naf }) => naf.length)) - 1; bit >= 0; bit--) {
		if (started) result = group.square(result);
		for (const { naf, odd } of lines) {
			const digit = naf[bit] ?? 0;
			const entry = odd[(Math.abs(digit) - 1) / 2];
			if (digit === 0 || entry === undefined) continue;
			const factor = digit > 0 ? entry : group.invert(entry);
			result = started ? group.multiply(result, factor) : factor;
			started = true;
		}
	}
	return result;
}

/** The digits in base |u|, least first: four suffice, as r < u⁴. */
function inBase(exponent: bigint): bigint[] {
	return Array.from({ length: digits }, (_, i) => (exponent / parameter ** BigInt(i)) % parameter);
}

/** Signed digits, least first: zero, or odd and below 2^(width − 1) in size. */
function wNaf(value: bigint, width: number): number[] {
	const signed: number[] = [];
	for (let rest = value; rest > 0n; rest >>= 1n) {
		const digit = rest & 1n ? Number(BigInt.asIntN(width, rest)) : 0;
		rest -= BigInt(digit);
		signed.push(digit);
	}
	return signed;
}
