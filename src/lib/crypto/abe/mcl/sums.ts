/**
 * Sums of many affine points, with one inversion for all additions of a round (Montgomery's trick, as in `noble/affine.ts`): in G2
 * little more than half the time of the library's own additions, and the results need no normalizing.
 *
 * Points are affine, or the identity: their third coordinate is 1 or 0, and stays as it is.
 */
import { fpSize, type Mcl } from './module.ts';

/** The places of two points to add. */
type Pair = readonly [number, number];

/** A function that gives the sum of each list of points; of an empty one, the identity. Points have `size` bytes. */
export function sumsOf<Point extends Uint8Array>(mcl: Mcl, name: 'G1' | 'G2', size: number) {
	const { call, put, take, borrow, places } = mcl;
	const field = name === 'G1' ? 'Fp' : 'Fp2';
	const width = name === 'G1' ? fpSize : 2 * fpSize;
	const [sub, mul, sqr] = [call[`_mclBn${field}_sub`], call[`_mclBn${field}_mul`], call[`_mclBn${field}_sqr`]];
	const isZero = call[`_mclBn${field}_isZero`];
	const isIdentity = call[`_mclBn${name}_isZero`];
	const coordinate = () => call._malloc(width);
	const [slope, x, difference, inverse] = [coordinate(), coordinate(), coordinate(), coordinate()];

	/** a + b, into a; `factor` is the place of 1 / (b.x − a.x). */
	function addInto([a, b]: Pair, factor: number): void {
		sub(slope, b + width, a + width);
		mul(slope, slope, factor);
		sqr(x, slope);
		sub(x, x, a);
		sub(x, x, b);
		sub(difference, a, x);
		mul(x, slope, difference);
		sub(a + width, x, a + width);
		sub(a, a, difference);
	}

	/** Adds each pair into its first; null where that is the identity. `scratch` has room for two coordinates a pair. */
	function addPairs(pairs: readonly Pair[], scratch: number): (number | null)[] {
		const regular: Pair[] = [];
		const differenceOf = (i: number) => scratch + 2 * i * width;
		/** The product of the first differences, up to this one. */
		const productOf = (i: number) => (i === 0 ? differenceOf(0) : differenceOf(i) + width);
		const results = pairs.map((pair) => {
			const [a, b] = pair;
			const i = regular.length;
			sub(differenceOf(i), b, a);
			if (isZero(differenceOf(i)) === 0) {
				if (i > 0) mul(productOf(i), productOf(i - 1), differenceOf(i));
				regular.push(pair);
				return a;
			}
			call[`_mclBn${name}_add`](a, a, b); // equal or opposite
			call[`_mclBn${name}_normalize`](a, a);
			return isIdentity(a) === 0 ? a : null;
		});
		if (regular.length > 0) call[`_mclBn${field}_inv`](inverse, productOf(regular.length - 1));
		for (const [i, pair] of [...regular.entries()].reverse()) {
			if (i === 0) {
				addInto(pair, inverse);
				break;
			}
			mul(productOf(i), inverse, productOf(i - 1));
			mul(inverse, inverse, differenceOf(i));
			addInto(pair, productOf(i));
		}
		return results;
	}

	return (lists: readonly (readonly Point[])[]): Point[] => {
		const count = lists.reduce((sum, { length }) => sum + length, 0);
		return borrow(count * (size + width) + 1, (memory) => {
			const scratch = memory + count * size;
			let free = memory;
			let left = lists.map((list) =>
				list.flatMap((point) => {
					const place = put(free, point);
					if (isIdentity(place) !== 0) return [];
					free += size;
					return [place];
				}),
			);
			while (left.some((list) => list.length > 1)) {
				const added = addPairs(left.flatMap(pairsOf), scratch);
				let next = 0;
				left = left.map((list) => {
					const sums = added.slice(next, (next += list.length >> 1)).filter((place) => place !== null);
					return list.length % 2 === 1 ? [...sums, ...list.slice(-1)] : sums;
				});
			}
			return left.map(([place]) => {
				if (place === undefined) call[`_mclBn${name}_clear`](places[0]);
				return take(place ?? places[0], size) as Uint8Array as Point;
			});
		});
	};
}

function pairsOf(list: readonly number[]): Pair[] {
	return Array.from({ length: list.length >> 1 }, (_, i): Pair => [list[2 * i] ?? 0, list[2 * i + 1] ?? 0]);
}
