/**
 * RW15: the multi-authority ABE of Rouselakis and Waters (Financial Cryptography 2015, eprint 2015/016), here Encrypt and
 * Decrypt, in Type-III groups with the hashes in G1. Alone it withstands passive attackers only; see `kem.ts`.
 *
 *   C1 = egg^λ · (egg^α)^t    C2 = g2^−t    C3 = (g2^y)^t · g2^ω    C4 = F(attribute)^t        one row per attribute
 *
 * λ are shares of s, ω shares of 0, and each row has its own t.
 */
import { concat } from '#lib/bytes.ts';
import { parseAttribute, type Address } from './attribute.ts';
import type { PublicKey } from './authority.ts';
import { encodeOne, g2Bytes, gtBytes, product, type G1, type G2, type Groups } from './groups.ts';
import { hashAttribute, hashUser } from './hash.ts';
import { leaves, type Policy } from './policy.ts';
import { coinsOf, share } from './sharing.ts';
import { zip } from './batch.ts';

/** Scalars that one encryption takes: s, one t per row, the coins of both sharings. */
export function scalarsOf(policy: Policy): number {
	return 1 + leaves(policy).length + 2 * coinsOf(policy);
}

/** What a row is made of: its attribute, its shares of s and of 0, and its coin. Plain data. */
export interface RowCoins {
	readonly attribute: string;
	readonly lambda: bigint;
	readonly omega: bigint;
	readonly t: bigint;
}

/** The coins of each row, and s, from the scalars of an encryption. */
export function coinsOfRows(policy: Policy, scalars: readonly bigint[]): { s: bigint; rows: RowCoins[] } {
	const attributes = leaves(policy);
	const coins = coinsOf(policy);
	const [s = 0n, ...rest] = scalars;
	const shared = rest.slice(attributes.length);
	const lambdas = share(policy, s, shared.slice(0, coins));
	const omegas = share(policy, 0n, shared.slice(coins));
	const rows = attributes.map((attribute, x) => {
		const [lambda = 0n, omega = 0n, t = 0n] = [lambdas[x], omegas[x], rest[x]];
		return { attribute, lambda, omega, t };
	});
	return { s, rows };
}

/** egg^s, which the seed is masked with. */
export function secretOf({ GT }: Groups, s: bigint): Uint8Array {
	return encodeOne(GT, product(GT, [GT.generator, s]));
}

/** The bytes of rows. Each stands for itself, so that they may be made in parts. */
export function encryptRows(
	groups: Groups,
	authorities: ReadonlyMap<Address, PublicKey>,
	coins: readonly RowCoins[],
): Uint8Array[] {
	const { G1, G2, GT } = groups;
	const rows = coins.map((row) => {
		const authority = authorities.get(parseAttribute(row.attribute).authority);
		if (!authority) throw new RangeError("Every authority's key is needed.");
		return { ...row, ...authority, f: hashAttribute(groups, row.attribute) };
	});
	// One batch a group, so that all rows share their inversions.
	const c1 = GT.encode(
		GT.products(
			rows.map(
				({ eggAlpha, lambda, t }) =>
					[
						[GT.generator, lambda],
						[eggAlpha, t],
					] as const,
			),
		),
	);
	const c2and3 = G2.encode(
		G2.products([
			...rows.map(({ t }) => [[G2.generator, -t]] as const),
			...rows.map(
				({ g2y, t, omega }) =>
					[
						[g2y, t],
						[G2.generator, omega],
					] as const,
			),
		]),
	);
	const c4 = G1.encode(G1.products(rows.map(({ f, t }) => [[f, t]] as const)));
	const none = new Uint8Array();
	return rows.map((_, x) => concat(c1[x] ?? none, c2and3[x] ?? none, c2and3[rows.length + x] ?? none, c4[x] ?? none));
}

/** A row that is used, with its coefficient and the user's key for its attribute. */
export interface UsedRow {
	readonly row: Uint8Array;
	readonly coefficient: bigint;
	readonly k: G1;
	readonly kPrime: G2;
}

/**
 * egg^s = ∏ C1^c · e(H(gid), ∏ C3^c) · ∏ e(K^c, C2) · ∏ e(C4^c, K'): 2k + 1 Miller loops for k rows, one final exponentiation.
 * Of a part of the rows it is a factor of egg^s; `joinFactors` multiplies those. Every point of a row is checked. Throws
 * `crypto.invalid-point`, also where a factor is the identity; a wrong key or row gives another value, not an error.
 */
export function decryptRows(groups: Groups, gid: string, used: readonly UsedRow[]): Uint8Array {
	const { G1, G2, GT } = groups;
	const field = (start: number, end?: number) => used.map(({ row }) => row.subarray(start, end));
	const starts = [gtBytes, gtBytes + g2Bytes, gtBytes + 2 * g2Bytes] as const;
	const c1 = GT.decode(field(0, starts[0]));
	const c2and3 = G2.decode([...field(starts[0], starts[1]), ...field(starts[1], starts[2])]);
	const c4 = G1.decode(field(starts[2]));
	const [c2, c3] = [c2and3.slice(0, used.length), c2and3.slice(used.length)];
	const coefficients = used.map(({ coefficient }) => coefficient);

	const k = G1.products(zip(used, coefficients).map(([row, c]) => [[G1.base(row.k), c]] as const));
	const f = G1.products(zip(c4, coefficients).map(([point, c]) => [[G1.base(point), c]] as const));
	const ties = product(G2, ...zip(c3, coefficients).map(([point, c]) => [G2.base(point), c] as const));
	const paired = groups.pairing([
		[hashUser(groups, gid).element, ties],
		...zip(k, c2),
		...zip(
			f,
			used.map(({ kPrime }) => kPrime),
		),
	]);
	const blinded = zip(c1, coefficients).map(([element, c]) => [GT.base(element), c] as const);
	return encodeOne(GT, product(GT, ...blinded, [GT.base(paired), 1n]));
}

/** egg^s from the factors of all parts. Throws `crypto.invalid-point`. */
export function joinFactors({ GT }: Groups, factors: readonly Uint8Array[]): Uint8Array {
	const [first] = factors;
	if (first && factors.length === 1) return first;
	return encodeOne(GT, product(GT, ...GT.decode(factors).map((factor) => [GT.base(factor), 1n] as const)));
}
