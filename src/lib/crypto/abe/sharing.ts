/**
 * Linear secret sharing along a policy (Beimel 1996; the matrix M with its rows labelled by ρ in RW15, as a tree).
 *
 * An `or` hands its secret to each branch, an `and` splits it into a sum, `k of n` into values of a polynomial of degree
 * k − 1 (Shamir). All are linear in the secret and the coins, so each leaf is one row of M; for and/or every row has
 * entries 0 and ±1, and the coefficients that restore the secret are all 1.
 */
import { leaves, type Policy } from './policy.ts';
import { groupOrder, modulo } from './scalar.ts';

/** How many coins one sharing takes: the columns of M besides the secret's. */
export function coinsOf(policy: Policy): number {
	if ('attribute' in policy) return 0;
	return policy.of.reduce((sum, part) => sum + coinsOf(part), policy.k - 1);
}

/** The shares of `secret`, one per leaf from left to right. Takes `coinsOf(policy)` coins, in the same order. */
export function share(policy: Policy, secret: bigint, coins: readonly bigint[]): bigint[] {
	let next = 0;
	const visit = (part: Policy, value: bigint): bigint[] => {
		if ('attribute' in part) return [value];
		const own = coins.slice(next, (next += part.k - 1));
		const values = split(value, part.k, part.of.length, own);
		return part.of.flatMap((child, i) => visit(child, values[i] ?? 0n));
	};
	const shares = visit(policy, secret);
	if (next !== coins.length) throw new RangeError(`Sharing takes ${next} coins, not ${coins.length}.`);
	return shares;
}

/** What a row costs to open with a coefficient other than 1 (two powers in G1, one in G2, one in GT more), where one with 1 costs 1. */
const scaledRowCost = 1.6;

/**
 * Which rows to use, and the coefficient of each, so that the sum of coefficient times share is the secret.
 * Takes the cheapest rows there are: few, and rather those of and/or. Null when `has` does not satisfy the policy.
 */
export function coefficients(policy: Policy, has: (attribute: string) => boolean): Map<number, bigint> | null {
	return cheapest(policy, { firstRow: 0, isScaled: false, has })?.rows ?? null;
}

interface Place {
	readonly firstRow: number;
	/** Whether a threshold above multiplies what is found here. */
	readonly isScaled: boolean;
	readonly has: (attribute: string) => boolean;
}

/** Of a gate the `k` cheapest branches: each row belongs to one branch, so what is cheapest in the parts is in the whole. */
function cheapest(policy: Policy, place: Place): { rows: Map<number, bigint>; cost: number } | null {
	const { firstRow, has } = place;
	if ('attribute' in policy) {
		if (!has(policy.attribute)) return null;
		return { rows: new Map([[firstRow, 1n]]), cost: place.isScaled ? scaledRowCost : 1 };
	}
	const { k, of } = policy;
	const isThreshold = k > 1 && k < of.length;
	let row = firstRow;
	const branches = of.flatMap((part, i) => {
		const found = cheapest(part, { firstRow: row, isScaled: place.isScaled || isThreshold, has });
		row += leaves(part).length;
		return found ? [{ x: BigInt(i + 1), ...found }] : [];
	});
	if (branches.length < k) return null;
	const chosen = branches.sort((a, b) => a.cost - b.cost).slice(0, k);
	const points = chosen.map(({ x }) => x);
	const rows = chosen.flatMap(({ x, rows: own }) => {
		const factor = isThreshold ? lagrangeAtZero(x, points) : 1n;
		return [...own].map(([index, coefficient]): [number, bigint] => [index, modulo(coefficient * factor)]);
	});
	return { rows: new Map(rows), cost: chosen.reduce((sum, { cost }) => sum + cost, 0) };
}

function split(secret: bigint, k: number, n: number, coins: readonly bigint[]): bigint[] {
	if (k === n) return [...coins, modulo(coins.reduce((rest, coin) => rest - coin, secret))];
	const polynomial = [secret, ...coins]; // k = 1, an `or`, is the constant one
	return Array.from({ length: n }, (_, i) =>
		polynomial.reduceRight((sum, coefficient) => modulo(sum * BigInt(i + 1) + coefficient), 0n),
	);
}

/** Lagrange's coefficient for the value at `x`, of the polynomial through `points`, at 0. */
function lagrangeAtZero(x: bigint, points: readonly bigint[]): bigint {
	const others = points.filter((point) => point !== x);
	const above = others.reduce((product, point) => modulo(product * point), 1n);
	const below = others.reduce((product, point) => modulo(product * (point - x)), 1n);
	return modulo(above * inverse(below));
}

/** By Fermat: the order is prime. Only small public numbers come here. */
function inverse(value: bigint): bigint {
	let result = 1n;
	for (let base = modulo(value), e = groupOrder - 2n; e > 0n; e >>= 1n, base = modulo(base * base)) {
		if (e & 1n) result = modulo(result * base);
	}
	return result;
}
