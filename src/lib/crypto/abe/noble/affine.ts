/**
 * Sums of many points of y² = x³ + b in affine coordinates, with one inversion for all additions of a round (Montgomery's
 * trick): about half the multiplications of projective formulas, and the results need no normalizing. Handles equal and
 * opposite points and the identity.
 */
import { FpInvertBatch, type IField } from '@noble/curves/abstract/modular.js';

/** A point; null is the identity. */
export type Affine<F> = { readonly x: F; readonly y: F } | null;

type Pair<F> = readonly [Affine<F>, Affine<F>];

/** a + b for each pair, with one inversion. */
export function addPairs<F>(field: IField<F>, pairs: readonly Pair<F>[]): Affine<F>[] {
	const slopes = pairs.map(([a, b]) => (a && b ? slopeOf(field, a, b) : null));
	const inverses = FpInvertBatch(
		field,
		slopes.map((slope) => slope?.below ?? field.ONE),
	);
	return pairs.map(([a, b], i) => {
		if (!a || !b) return a ?? b;
		const [slope, inverse] = [slopes[i], inverses[i]];
		if (!slope || inverse === undefined) return null; // opposite points
		const m = field.mul(slope.above, inverse);
		const x = field.sub(field.sub(field.sqr(m), a.x), b.x);
		return { x, y: field.sub(field.mul(m, field.sub(a.x, x)), a.y) };
	});
}

/** The sum of each list; of an empty one the identity. */
export function sumLists<F>(field: IField<F>, lists: readonly (readonly Affine<F>[])[]): Affine<F>[] {
	let left = lists;
	while (left.some((list) => list.length > 1)) {
		const added = addPairs(field, left.flatMap(pairsOf));
		let next = 0;
		left = left.map((list) => {
			const half = list.length >> 1;
			const kept = list.length % 2 === 1 ? list.slice(-1) : [];
			return [...added.slice(next, (next += half)), ...kept];
		});
	}
	return left.map(([sum]) => sum ?? null);
}

export function negate<F>(field: IField<F>, point: Affine<F>): Affine<F> {
	return point && { x: point.x, y: field.neg(point.y) };
}

export function equalPoints<F>(field: IField<F>, a: Affine<F>, b: Affine<F>): boolean {
	return a && b ? field.eql(a.x, b.x) && field.eql(a.y, b.y) : a === b;
}

function pairsOf<F>(list: readonly Affine<F>[]): Pair<F>[] {
	return Array.from({ length: list.length >> 1 }, (_, i): Pair<F> => [list[2 * i] ?? null, list[2 * i + 1] ?? null]);
}

/** Of the line through both, or of the tangent; null where it is upright. */
function slopeOf<F>(field: IField<F>, a: { x: F; y: F }, b: { x: F; y: F }): { above: F; below: F } | null {
	if (!field.eql(a.x, b.x)) return { above: field.sub(b.y, a.y), below: field.sub(b.x, a.x) };
	if (!field.eql(a.y, b.y) || field.is0(a.y)) return null;
	const square = field.sqr(a.x);
	return { above: field.add(field.add(square, square), square), below: field.add(a.y, a.y) };
}
