/** How a file is spread where nobody says otherwise (DESIGN §4). */

import { AppError } from '#lib/errors.ts';
import type { Code } from '#lib/storage/erasure.ts';

/** As many pieces as a manifest names. */
export const maxPieces = 32;
/** Up to here a copy on every cloud; above, pieces of half the size where there are enough clouds. */
const copiesUpTo = 64 * 2 ** 20;
const cloudsForHalves = 4;

/** How many clouds restore a file: any one, as each has a whole copy, or any two, as each has half of it and one more may vanish. */
export type Need = 1 | 2;

/**
 * How a source of `size` bytes is spread over so many clouds: one piece each, any `k` of which restore it. Two are needed where somebody
 * says so and there is a third cloud, or as is usual.
 */
export function planFor(size: number, clouds: number, need?: Need): Code {
	const usual = size > copiesUpTo && clouds >= cloudsForHalves ? 2 : 1;
	return { k: need === 2 && clouds < 3 ? 1 : (need ?? usual), n: Math.min(clouds, maxPieces) };
}

/** How many clouds must have their piece before the file counts as saved: one more than restore it, where there are as many. */
export function enoughFor({ k, n }: Code): number {
	return Math.min(k + 1, n);
}

/** Throws `records.invalid-input` unless 1 ≤ k ≤ n ≤ 32. */
export function checkPlan({ k, n }: Code): void {
	const whole = Number.isSafeInteger(k) && Number.isSafeInteger(n);
	if (!whole || k < 1 || k > n || n > maxPieces)
		throw new AppError('records.invalid-input', `No file can be spread ${k} of ${n}.`);
}
