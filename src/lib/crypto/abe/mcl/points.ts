/**
 * G1 and G2 over mcl. Elements are the bytes of its points, read where curve and subgroup are checked by the
 * library, and never its own identity by accident: that is refused before and after.
 */
import { AppError } from '#lib/errors.ts';
import { products, tabledBase, type Kernel } from '../comb.ts';
import { g1Bytes, g2Bytes, type Group } from '../groups.ts';
import { requireCompressed } from '../point-form.ts';
import type { Endomorphisms } from './endomorphisms.ts';
import { frSize, g1Size, g2Size, type Mcl } from './module.ts';
import { sumsOf } from './sums.ts';

/** The bytes of a point in the library's form, affine: the third coordinate is 1, or 0 for the identity. */
export type Point = Uint8Array;

const sizes = {
	G1: { size: g1Size, bytes: g1Bytes, digits: 2, widths: { generator: 6, base: 4 } },
	G2: { size: g2Size, bytes: g2Bytes, digits: 4, widths: { generator: 8, base: 6 } },
} as const;

/** One of the two groups, over its generator's encoding. */
export function pointGroup(mcl: Mcl, { raiseG1, raiseG2 }: Endomorphisms, name: 'G1' | 'G2', generator: Uint8Array) {
	const { call, put, take, borrow, places } = mcl;
	const { size, bytes, digits, widths } = sizes[name];
	const [first, second, buffer] = places;
	const add = call[`_mclBn${name}_add`];
	const neg = call[`_mclBn${name}_neg`];
	const raise = name === 'G1' ? raiseG1 : raiseG2;

	const kernel: Kernel<Point> = {
		digits,
		raise(point) {
			raise(put(first, point));
			return take(first, size);
		},
		negate(point) {
			neg(first, put(first, point));
			return take(first, size);
		},
		sums: sumsOf(mcl, name, size),
		power: (terms) =>
			borrow(terms.length * (size + frSize), (points) => {
				const scalars = points + terms.length * size;
				terms.forEach(([point, exponent], i) => {
					put(points + i * size, point);
					mcl.putScalar(scalars + i * frSize, exponent);
				});
				if (terms.length === 1) call[`_mclBn${name}_mul`](first, points, scalars);
				else call[`_mclBn${name}_mulVec`](first, points, scalars, terms.length);
				call[`_mclBn${name}_normalize`](first, first);
				return take(first, size);
			}),
		table(base, width, windows) {
			const entries = 2 ** (width - 1);
			return borrow(windows * entries * size, (rows) => {
				put(first, base); // 2^(width · j) times the base
				for (let row = rows; row < rows + windows * entries * size; row += entries * size) {
					put(row, take(first, size));
					for (let i = 1; i < entries; i++) add(row + i * size, row + (i - 1) * size, first);
					for (let i = 0; i < width; i++) call[`_mclBn${name}_dbl`](first, first);
				}
				call[`_mclBn${name}_normalizeVec`](rows, rows, windows * entries);
				const table = take(rows, windows * entries * size);
				const entry = (i: number) => table.subarray(i * size, (i + 1) * size);
				return Array.from({ length: windows }, (_, j) =>
					Array.from({ length: entries }, (__, i) => entry(j * entries + i)),
				);
			});
		},
	};

	function decode(encoding: Uint8Array): Point {
		requireCompressed(encoding, bytes);
		// Off the curve or outside the subgroup: reads nothing.
		const read = call[`_mclBn${name}_deserialize`](first, put(buffer, encoding), bytes);
		if (read !== bytes || call[`_mclBn${name}_isZero`](first) !== 0) throw invalid('Not a point of the group.');
		return take(first, size);
	}
	function encode(point: Point): Uint8Array<ArrayBuffer> {
		if (call[`_mclBn${name}_isZero`](put(first, point)) !== 0) throw invalid('The identity is refused.');
		if (call[`_mclBn${name}_serialize`](buffer, bytes, first) !== bytes) throw invalid('Not a point.');
		return take(buffer, bytes);
	}
	return {
		generator: tabledBase(decode(generator), widths.generator, true),
		base: (element) => tabledBase(element, widths.base),
		products: (lists) => products(kernel, lists),
		equal: (a, b) => call[`_mclBn${name}_isEqual`](put(first, a), put(second, b)) === 1,
		encode: (points) => points.map(encode),
		decode: (encodings) => encodings.map(decode),
	} satisfies Group<Point>;
}

function invalid(message: string): AppError {
	return new AppError('crypto.invalid-point', message);
}
