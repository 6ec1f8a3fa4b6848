/**
 * The work that grows with the rows, cut in parts: plain data, so that a part can be done in this thread or in a worker (`pool.ts`)
 * with the same result.
 */
import type { Address } from './attribute.ts';
import { publicKeyFromBody, type PublicKey } from './authority.ts';
import { zip } from './batch.ts';
import type { Groups } from './groups.ts';
import { keyPoints, type KeyFields } from './key.ts';
import { decryptRows, encryptRows, type RowCoins } from './scheme.ts';

/** A row to open, with its coefficient and the user's key for its attribute. */
export interface OpenedRow {
	readonly row: Uint8Array;
	readonly coefficient: bigint;
	readonly key: KeyFields;
}

export type Part =
	| {
			readonly work: 'seal';
			readonly authorities: ReadonlyMap<Address, Uint8Array>;
			readonly rows: readonly RowCoins[];
	  }
	| { readonly work: 'open'; readonly gid: string; readonly rows: readonly OpenedRow[] };

/** From so many rows on it is worth a second thread. */
export const rowsForTwo = 16;
/** A part that was begun is finished: this bounds how long it still keeps a thread busy when cancelled. */
const mostRows = 32;

/** The rows in equal parts, as even in number as two workers are, the first ones first. Few rows are one part. */
export function inParts<T>(rows: readonly T[]): T[][] {
	const count = rows.length < rowsForTwo ? 1 : 2 * Math.ceil(rows.length / (2 * mostRows));
	return Array.from({ length: count }, (_, i) =>
		rows.slice(Math.floor((i * rows.length) / count), Math.floor(((i + 1) * rows.length) / count)),
	);
}

/**
 * The bytes of the rows that are sealed; or, of those that are opened, their one factor of egg^s. Throws `crypto.wrong-key` and
 * `crypto.invalid-point`.
 */
export async function runPart(groups: Groups, part: Part): Promise<Uint8Array[]> {
	if (part.work === 'open') {
		const points = keyPoints(
			groups,
			part.rows.map(({ key }) => key),
		);
		const used = zip(part.rows, points).map(([row, point]) => ({ ...row, ...point }));
		return [decryptRows(groups, part.gid, used)];
	}
	const publicKeys = new Map<Address, PublicKey>();
	for (const [authority, body] of part.authorities) {
		publicKeys.set(authority, await publicKeyFromBody(groups, authority, body));
	}
	return encryptRows(groups, publicKeys, part.rows);
}
