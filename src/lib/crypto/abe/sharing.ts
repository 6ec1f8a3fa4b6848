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

/**
 * Which rows to use, and the coefficient of each, so that the sum of coefficient times share is the secret.
 * Takes the fewest rows there are. Null when `has` does not satisfy the policy.
 */
export function coefficients(policy: Policy, has: (attribute: string) => boolean): Map<number, bigint> | null {
	return visitRows(policy, 0, has);
}

function visitRows(policy: Policy, firstRow: number, has: (attribute: string) => boolean): Map<number, bigint> | null {
	if ('attribute' in policy) return has(policy.attribute) ? new Map([[firstRow, 1n]]) : null;
	let row = firstRow;
	const branches = policy.of.flatMap((part, i) => {
		const rows = visitRows(part, row, has);
		row += leaves(part).length;
		return rows ? [{ x: BigInt(i + 1), rows }] : [];
	});
	if (branches.length < policy.k) return null;
	const chosen = branches.sort((a, b) => a.rows.size - b.rows.size).slice(0, policy.k);
	const points = chosen.map(({ x }) => x);
	const isAnd = policy.k === policy.of.length;
	return new Map(
		chosen.flatMap(({ x, rows }) => {
			const factor = isAnd ? 1n : lagrangeAtZero(x, points);
			return [...rows].map(([index, coefficient]): [number, bigint] => [index, modulo(coefficient * factor)]);
		}),
	);
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
