/**
 * G1 and G2 of BLS12-381 over @noble/curves' fields, in affine coordinates.
 *
 * Points are 48 and 96 bytes, compressed as in the pairing-friendly-curves draft (appendix C; the ZCash form). Reading
 * refuses other lengths and forms, points off the curve or outside the subgroup of order r, and the identity. Membership
 * (Scott, eprint 2021/1130): [u]P = ψ(P) in G2 and [u²]P = −φ(P) in G1, where the endomorphisms ψ and φ are nearly free.
 * Points made here are in the subgroup by construction and are not checked again.
 */
import { normalizeZ } from '@noble/curves/abstract/curve.js';
import type { IField } from '@noble/curves/abstract/modular.js';
import { psiFrobenius } from '@noble/curves/abstract/tower.js';
import { concat, toHex } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { parameter, products, tabledBase, type Kernel } from '../comb.ts';
import { g1Bytes, g2Bytes, type Group } from '../groups.ts';
import { compressed, cubeRoot, infinity, larger, requireCompressed } from '../point-form.ts';
import { addPairs, equalPoints, negate, sumLists, type Affine } from './affine.ts';
import { curve, type Fp2 } from './curve.ts';
import { power } from './power.ts';

const coordinateBytes = 48;

/** How a curve differs from the other. */
interface Curve<F> {
	readonly field: IField<F>;
	readonly bytes: number;
	readonly b: F;
	readonly generator: Affine<F>;
	readonly digits: 2 | 4;
	/** The power |u| or u², for points of order r. */
	readonly raise: (point: NonNullable<Affine<F>>) => Affine<F>;
	/** How many times |u| `raise` takes. */
	readonly steps: 1 | 2;
	/** Bits of a window in tables: large for the generator, smaller for the rest. */
	readonly widths: { readonly generator: number; readonly base: number };
	/** The batch from which on points are checked together, each round of additions sharing one inversion. */
	readonly batch: number;
	/** Projective arithmetic, for what is done to one point alone. */
	readonly projective: ProjectiveCurve<F>;
	/** Coordinates of x as in bytes, most significant first. */
	readonly numbers: (element: F) => bigint[];
	readonly fromNumbers: (numbers: readonly bigint[]) => F;
}

interface Projective<F> {
	add(other: Projective<F>): Projective<F>;
	double(): Projective<F>;
	negate(): Projective<F>;
	is0(): boolean;
	isTorsionFree(): boolean;
	toAffine(): NonNullable<Affine<F>>;
}
interface ProjectiveCurve<F> {
	readonly ZERO: Projective<F>;
	fromAffine(point: NonNullable<Affine<F>>): Projective<F>;
	normalize(points: Projective<F>[]): Projective<F>[];
}

/** G1, whose elements are `Affine<bigint>`. */
export function g1Group(): Group<Affine<bigint>> {
	const { Fp, G1 } = curve;
	return pointGroup<bigint>({
		field: Fp,
		bytes: g1Bytes,
		b: 4n,
		generator: G1.BASE.toAffine(),
		digits: 2,
		raise: ({ x, y }) => ({ x: Fp.mul(x, cubeRoot), y: Fp.neg(y) }),
		steps: 2,
		widths: { generator: 6, base: 4 },
		batch: 12,
		projective: {
			ZERO: G1.ZERO,
			fromAffine: (point) => G1.fromAffine(point),
			normalize: (points) => normalizeZ(G1, points as (typeof G1.BASE)[]),
		},
		numbers: (x) => [x],
		fromNumbers: ([x = 0n]) => x,
	});
}

/** G2, whose elements are `Affine<Fp2>`. */
export function g2Group(): Group<Affine<Fp2>> {
	const { Fp, Fp2, G2 } = curve;
	const { psi } = psiFrobenius(Fp, Fp2, Fp2.inv(Fp2.NONRESIDUE));
	return pointGroup<Fp2>({
		field: Fp2,
		bytes: g2Bytes,
		b: Fp2.fromBigTuple([4n, 4n]),
		generator: G2.BASE.toAffine(),
		digits: 4,
		raise: (point) => {
			const [x, y] = psi(point.x, point.y);
			return { x, y: Fp2.neg(y) }; // ψ is multiplication by u = −|u|
		},
		steps: 1,
		widths: { generator: 8, base: 6 },
		batch: 3,
		projective: {
			ZERO: G2.ZERO,
			fromAffine: (point) => G2.fromAffine(point),
			normalize: (points) => normalizeZ(G2, points as (typeof G2.BASE)[]),
		},
		numbers: ({ c0, c1 }) => [c1, c0],
		fromNumbers: ([c1 = 0n, c0 = 0n]) => Fp2.fromBigTuple([c0, c1]),
	});
}

function pointGroup<F>(parameters: Curve<F>): Group<Affine<F>> {
	const { field, digits, widths, projective } = parameters;
	const raise = (point: Affine<F>) => point && parameters.raise(point);
	const toProjective = (point: Affine<F>) => (point ? projective.fromAffine(point) : projective.ZERO);
	const kernel: Kernel<Affine<F>> = {
		digits,
		raise,
		negate: (point) => negate(field, point),
		sums: (lists) => sumLists(field, lists),
		power(terms) {
			const group = {
				digits,
				identity: projective.ZERO,
				multiply: (a: Projective<F>, b: Projective<F>) => a.add(b),
				square: (a: Projective<F>) => a.double(),
				invert: (a: Projective<F>) => a.negate(),
				raise: (a: Projective<F>) => toProjective(raise(fromProjective(a))),
			};
			return fromProjective(
				power(
					group,
					terms.map(([point, exponent]) => [toProjective(point), exponent] as const),
				),
			);
		},
		table: (base, width, windows) => pointTable(parameters, base, width, windows),
	};
	return {
		generator: tabledBase(parameters.generator, widths.generator, true),
		base: (element) => tabledBase(element, widths.base),
		products: (lists) => products(kernel, lists),
		equal: (a, b) => equalPoints(field, a, b),
		encode: (points) => points.map((point) => encode(parameters, point)),
		decode(encodings) {
			const points = encodings.map((encoding) => decode(parameters, encoding));
			checkMembers(parameters, points);
			return points;
		},
	};
}

function fromProjective<F>(point: Projective<F>): Affine<F> {
	if (point.is0()) return null;
	const { x, y } = point.toAffine();
	return { x, y };
}

/** All windows grow at once, so that they share inversions. */
function pointTable<F>(
	{ field, projective }: Curve<F>,
	base: Affine<F>,
	width: number,
	windows: number,
): Affine<F>[][] {
	const starts: Projective<F>[] = [];
	let start = base ? projective.fromAffine(base) : projective.ZERO;
	while (starts.length < windows) {
		starts.push(start);
		for (let i = 0; i < width; i++) start = start.double();
	}
	const first = projective.normalize(starts).map(fromProjective);
	const columns = [first];
	for (let last = first; columns.length < 2 ** (width - 1);) {
		columns.push(
			(last = addPairs(
				field,
				last.map((point, j) => [point, first[j] ?? null] as const),
			)),
		);
	}
	return first.map((_, j) => columns.map((column) => column[j] ?? null));
}

function encode<F>({ numbers }: Curve<F>, point: Affine<F>): Uint8Array<ArrayBuffer> {
	if (!point) throw invalid('The identity is refused.');
	const bytes = concat(...numbers(point.x).map((number) => curve.Fp.toBytes(number)));
	bytes[0] = (bytes[0] ?? 0) | compressed | (isLarger(numbers(point.y)) ? larger : 0);
	return bytes;
}

/** A point of the curve; the subgroup is not checked yet. */
function decode<F>(parameters: Curve<F>, encoding: Uint8Array): NonNullable<Affine<F>> {
	const { field, b, bytes, numbers, fromNumbers } = parameters;
	requireCompressed(encoding, bytes);
	const flags = encoding[0] ?? 0;
	const coordinates = Uint8Array.from(encoding);
	coordinates[0] = flags & ~(compressed | infinity | larger);
	const read = Array.from({ length: bytes / coordinateBytes }, (_, i) =>
		BigInt(toHex(coordinates.subarray(i * coordinateBytes, (i + 1) * coordinateBytes))),
	);
	if (read.some((number) => number >= curve.Fp.ORDER)) throw invalid('A coordinate is not below p.');
	const x = fromNumbers(read);
	const y = squareRoot(field, field.add(field.mul(field.sqr(x), x), b));
	return { x, y: isLarger(numbers(y)) === ((flags & larger) !== 0) ? y : field.neg(y) };
}

function squareRoot<F>(field: IField<F>, square: F): F {
	try {
		return field.sqrt(square);
	} catch (cause) {
		throw invalid('Not on the curve.', cause);
	}
}

/** Throws unless all points of the curve have order r. A random combination would not do: the cofactors have small primes. */
function checkMembers<F>(parameters: Curve<F>, points: readonly NonNullable<Affine<F>>[]): void {
	const { field, batch, projective, raise, steps } = parameters;
	const refused = () => invalid('Not in the subgroup of order r.');
	if (points.length < batch) {
		if (!points.every((point) => projective.fromAffine(point).isTorsionFree())) throw refused();
		return;
	}
	let multiples: readonly Affine<F>[] = points;
	for (let step = 0; step < steps; step++) multiples = timesParameter(field, multiples);
	if (!points.every((point, i) => equalPoints(field, raise(point), multiples[i] ?? null))) throw refused();
}

/** |u| times each point of the curve, of any order. */
function timesParameter<F>(field: IField<F>, points: readonly Affine<F>[]): Affine<F>[] {
	let multiples = [...points];
	for (const bit of parameter.toString(2).slice(1)) {
		multiples = addPairs(
			field,
			multiples.map((point) => [point, point] as const),
		);
		if (bit === '1')
			multiples = addPairs(
				field,
				multiples.map((point, i) => [point, points[i] ?? null] as const),
			);
	}
	return multiples;
}

/** Larger than its negative; of two coordinates the first that is not 0 counts. */
function isLarger(numbers: readonly bigint[]): boolean {
	const number = numbers.find((coordinate) => coordinate !== 0n) ?? 0n;
	return 2n * number > curve.Fp.ORDER;
}

function invalid(message: string, cause?: unknown): AppError {
	return new AppError('crypto.invalid-point', message, { cause });
}
