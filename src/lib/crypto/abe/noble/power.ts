/**
 * Exponentiation of bases that come once. Digits as in `comb.ts`; one run of squarings serves all digits of all bases. Each
 * digit is in w-NAF form (Galbraith–Scott, eprint 2008/117, §7): signed and mostly zero, as inverses are free.
 */
import { inBase } from '../comb.ts';

/** Multiplicative notation, for G1 and G2 as well. */
export interface PowerGroup<T> {
	/** 4 where `raise` is the power |u|, 2 where it is u². */
	readonly digits: 2 | 4;
	readonly identity: T;
	readonly multiply: (a: T, b: T) => T;
	readonly square: (a: T) => T;
	readonly invert: (a: T) => T;
	readonly raise: (a: T) => T;
}

const width = 4;

/** The product of all bases, of order r, to their exponents from 0 to r − 1. */
export function power<T>(group: PowerGroup<T>, terms: readonly (readonly [T, bigint])[]): T {
	const lines = terms.flatMap(([base, exponent]) => {
		const digits = inBase(exponent, group.digits);
		const used = digits.findLastIndex((digit) => digit > 0n) + 1;
		const tables = oddPowers(group, base, used);
		return digits.slice(0, used).map((digit, i) => ({ naf: wNaf(digit), odd: tables[i] ?? [] }));
	});
	let result = group.identity;
	for (let bit = Math.max(0, ...lines.map(({ naf }) => naf.length)) - 1; bit >= 0; bit--) {
		if (result !== group.identity) result = group.square(result);
		for (const { naf, odd } of lines) {
			const digit = naf[bit] ?? 0;
			const entry = odd[(Math.abs(digit) - 1) / 2];
			if (digit === 0 || entry === undefined) continue;
			const factor = digit > 0 ? entry : group.invert(entry);
			result = result === group.identity ? factor : group.multiply(result, factor);
		}
	}
	return result;
}

/** The powers 1, 3, 5, 7 of a base, and the same for the base raised once, twice, … */
function oddPowers<T>(group: PowerGroup<T>, base: T, digits: number): T[][] {
	const square = group.square(base);
	const first = [base];
	for (let last = base; first.length < 2 ** (width - 2);) first.push((last = group.multiply(last, square)));
	const tables = [first];
	for (let row = first; tables.length < digits;) tables.push((row = row.map((entry) => group.raise(entry))));
	return tables;
}

/** Signed digits, least first: zero, or odd and below 2^(width − 1) in size. */
function wNaf(value: bigint): number[] {
	const signed: number[] = [];
	for (let rest = value; rest > 0n; rest >>= 1n) {
		const digit = rest & 1n ? Number(BigInt.asIntN(width, rest)) : 0;
		rest -= BigInt(digit);
		signed.push(digit);
	}
	return signed;
}
