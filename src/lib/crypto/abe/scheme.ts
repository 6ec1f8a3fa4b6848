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
import * as group from './group.ts';
import type { G1, G2, GT } from './curve.ts';
import { gtBytes, gtFromBytes, gtPower, gtTable, gtToBytes } from './gt.ts';
import { hashAttribute, hashUser } from './hash.ts';
import { leaves, type Policy } from './policy.ts';
import { coinsOf, share } from './sharing.ts';

/** Scalars that one encryption takes: s, one t per row, the coins of both sharings. */
export function scalarsOf(policy: Policy): number {
	return 1 + leaves(policy).length + 2 * coinsOf(policy);
}

/** Encrypts egg^s, with all scalars given: the same ones give the same bytes. */
export function encryptRows(
	policy: Policy,
	authorities: ReadonlyMap<Address, PublicKey>,
	scalars: readonly bigint[],
): { secret: Uint8Array; rows: Uint8Array[] } {
	const attributes = leaves(policy);
	const coins = coinsOf(policy);
	const [s = 0n, ...rest] = scalars;
	const shared = rest.slice(attributes.length);
	const lambda = share(policy, s, shared.slice(0, coins));
	const omega = share(policy, 0n, shared.slice(coins));
	const rows = attributes.map((attribute, x) => {
		const authority = authorities.get(parseAttribute(attribute).authority);
		if (!authority) throw new RangeError("Every authority's key is needed.");
		return encryptRow(attribute, authority, { lambda: lambda[x] ?? 0n, omega: omega[x] ?? 0n, t: rest[x] ?? 0n });
	});
	return { secret: gtToBytes(gtPower([group.eggTable(), s])), rows };
}

function encryptRow(
	attribute: string,
	{ eggAlphaTable, g2yTable }: PublicKey,
	{ lambda, omega, t }: { lambda: bigint; omega: bigint; t: bigint },
): Uint8Array {
	const c1 = gtPower([group.eggTable(), lambda], [eggAlphaTable, t]);
	const c2 = group.g2BasePower(t).negate();
	const c3 = group.g2Power([g2yTable, t]).add(group.g2BasePower(omega));
	const c4 = group.g1Power(hashAttribute(attribute), t);
	return concat(gtToBytes(c1), group.g2ToBytes(c2), group.g2ToBytes(c3), group.g1ToBytes(c4));
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
 * Every point of a row is checked. Throws `crypto.invalid-point`; a wrong key or row gives another value, not an error.
 */
export function decryptRows(gid: string, used: readonly UsedRow[]): Uint8Array {
	const opened = used.map(({ row, coefficient: c, k, kPrime }) => {
		const { c1, c2, c3, c4 } = readRow(row);
		const pairs: (readonly [G1, G2])[] = [
			[group.g1Power(k, c), c2],
			[group.g1Power(c4, c), kPrime],
		];
		const width = c === 1n ? 2 : 4; // of and/or all coefficients are 1, and need no table
		return { c1: [gtTable(c1, width), c] as const, c3: [group.g2Table(c3, width), c] as const, pairs };
	});
	const c3Product = group.g2Power(...opened.map(({ c3 }) => c3));
	const paired = group.pairingProduct([[hashUser(gid), c3Product], ...opened.flatMap(({ pairs }) => pairs)]);
	return gtToBytes(gtPower(...opened.map(({ c1 }) => c1), [gtTable(paired, 2), 1n]));
}

function readRow(row: Uint8Array): { c1: GT; c2: G2; c3: G2; c4: G1 } {
	const at = [0, gtBytes, gtBytes + group.g2Bytes, gtBytes + 2 * group.g2Bytes, row.length];
	const field = (i: number) => row.subarray(at[i], at[i + 1]);
	return {
		c1: gtFromBytes(field(0)),
		c2: group.g2FromBytes(field(1)),
		c3: group.g2FromBytes(field(2)),
		c4: group.g1FromBytes(field(3)),
	};
}
