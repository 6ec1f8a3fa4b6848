/**
 * Exponentiation for both libraries: with tables for bases that come again, and without.
 *
 * Raising to |u| (u the curve's parameter, 64 bits) is nearly free in G2 and GT, and to u² in G1: they are endomorphisms. So an
 * exponent is written in base |u| with four digits, or in base u² with two (Galbraith–Scott, eprint 2008/117, §5 and §6).
 * With a table of 1 … 2^(w−1) times each 2^(wj), a digit is a sum of one signed entry per window of w bits, without any
 * squaring (Brickell, Gordon, McCurley and Wilson, EUROCRYPT 1992; Yao 1976), and the same table serves all digits.
 * Nothing here takes constant time.
 */
import type { Base, Term } from './groups.ts';
import { modulo } from './scalar.ts';

/** The curve's parameter is u = −0xd201000000010000. */
export const parameter = 0xd201000000010000n;

/** A group as a library has it. */
export interface Kernel<T> {
	/** 4 where `raise` is the power |u|, 2 where it is u². */
	readonly digits: 2 | 4;
	readonly raise: (element: T) => T;
	readonly negate: (element: T) => T;
	/** For each list the product of its elements; of none, the identity. */
	readonly sums: (lists: readonly (readonly T[])[]) => T[];
	/** The product of elements to exponents from 2 to r − 1, without tables that stay. */
	readonly power: (terms: readonly (readonly [T, bigint])[]) => T;
	/** Entry [j][i − 1] is i · 2^(width · j) times the base, for i up to 2^(width − 1) and `windows` j. */
	readonly table: (base: T, width: number, windows: number) => readonly (readonly T[])[];
}

interface TabledBase<T> extends Base<T> {
	readonly width: number;
	uses: number;
	table: readonly (readonly T[])[] | null;
}

/** A table pays for itself after about as many uses. */
const usesBeforeTable = 4;

/** A base for `products`. `expected` tells that a table will pay, as for a generator. */
export function tabledBase<T>(element: T, width: number, expected = false): Base<T> {
	const base: TabledBase<T> = { element, width, uses: expected ? usesBeforeTable : 0, table: null };
	return base;
}

/** For each list of terms the product of bases to exponents. The bases come from `tabledBase`. */
export function products<T>(kernel: Kernel<T>, lists: readonly (readonly Term<T>[])[]): T[] {
	const { digits } = kernel;
	const parts = lists.flatMap((terms) => digitEntries(kernel, terms));
	const sums = kernel.sums(parts);
	const raised = sums.map((sum, i) => {
		let result = sum;
		for (let times = i % digits; times > 0; times--) result = kernel.raise(result);
		return result;
	});
	return kernel.sums(lists.map((_, i) => raised.slice(i * digits, (i + 1) * digits)));
}

/** What to multiply for each digit of the exponents. */
function digitEntries<T>(kernel: Kernel<T>, terms: readonly Term<T>[]): T[][] {
	const entries = Array.from({ length: kernel.digits }, (): T[] => []);
	const rest: [T, bigint][] = [];
	for (const [base, exponent] of terms) {
		const scalar = modulo(exponent);
		if (scalar === 0n) continue;
		if (scalar === 1n) {
			entries[0]?.push(base.element);
			continue;
		}
		const table = tableOf(kernel, base as TabledBase<T>);
		if (!table) {
			rest.push([base.element, scalar]);
			continue;
		}
		inBase(scalar, kernel.digits).forEach((digit, i) => {
			signedWindows(digit, (base as TabledBase<T>).width).forEach((value, j) => {
				const entry = table[j]?.[Math.abs(value) - 1];
				if (entry !== undefined) entries[i]?.push(value > 0 ? entry : kernel.negate(entry));
			});
		});
	}
	if (rest.length > 0) entries[0]?.push(kernel.power(rest));
	return entries;
}

function tableOf<T>(kernel: Kernel<T>, base: TabledBase<T>): TabledBase<T>['table'] {
	if (base.table || base.uses++ < usesBeforeTable) return base.table;
	// One bit more than a digit has, as the highest window may carry.
	base.table = kernel.table(base.element, base.width, Math.ceil((256 / kernel.digits + 1) / base.width));
	return base.table;
}

/** The digits in base |u| or u², least first: r < u⁴. */
export function inBase(exponent: bigint, digits: 2 | 4): bigint[] {
	const base = digits === 4 ? parameter : parameter ** 2n;
	return Array.from({ length: digits }, (_, i) => (exponent / base ** BigInt(i)) % base);
}

/** Digits in base 2^width, least first, from −2^(width − 1) + 1 to 2^(width − 1). */
function signedWindows(value: bigint, width: number): number[] {
	const windows: number[] = [];
	const [size, half] = [1 << width, 1 << (width - 1)];
	for (let rest = value; rest > 0n;) {
		const low = Number(BigInt.asUintN(width, rest));
		const digit = low > half ? low - size : low;
		rest = (rest - BigInt(digit)) >> BigInt(width);
		windows.push(digit);
	}
	return windows;
}
