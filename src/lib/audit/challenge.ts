/**
 * Which leaves of a piece an audit asks for, and what their presence says.
 *
 * Samples are drawn without replacement, evenly, from a seed that the cloud cannot know before: whoever has the seed can draw the same ones
 * and check what an auditor says. SHA-256 in counter mode gives the numbers; those at the end of its range are thrown away, so that none
 * is likelier than another. A cloud that lost m of n leaves passes s samples with probability C(n − m, s) / C(n, s), at most (1 − m/n)^s: 460
 * samples find a loss of 1 % with more than 99 %.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { concat, uint64 } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';

/** As many find a loss of 1 % in 99 of 100 audits. */
export const usualSamples = 460;
/** The share that is spoken of: "less than 1 % is missing". */
export const spokenLoss = 0.01;
const seedBytes = 32;

/**
 * The indices, ascending, of so many leaves of `leafCount`, or of all where there are no more. Throws `records.invalid-input` for a seed that
 * has not 32 bytes, and for numbers that are none.
 */
export function challenge(seed: Uint8Array, leafCount: number, samples: number): number[] {
	const numbers = [leafCount, samples];
	if (seed.length !== seedBytes || numbers.some((value) => !Number.isSafeInteger(value) || value < 1))
		throw new AppError('records.invalid-input', 'A challenge needs 32 bytes of seed, leaves and samples.');
	if (samples >= leafCount) return Array.from({ length: leafCount }, (_, i) => i);
	// Floyd's: one draw a sample, however large the piece (Bentley and Floyd, CACM 30 (9), 1987).
	const drawn = new Set<number>();
	const draw = drawsFrom(seed);
	for (let last = leafCount - samples; last < leafCount; last++) {
		const index = draw(last + 1);
		drawn.add(drawn.has(index) ? last : index);
	}
	return [...drawn].sort((a, b) => a - b);
}

/** How likely so many samples of `leafCount` leaves find that the share `loss` of them is missing: from 0 to 1. */
export function certainty(leafCount: number, samples: number, loss: number): number {
	const missing = Math.max(1, Math.ceil(leafCount * loss));
	let passes = 1;
	for (let i = 0; i < Math.min(samples, leafCount); i++)
		passes *= Math.max(0, (leafCount - missing - i) / (leafCount - i));
	return 1 - passes;
}

/** Gives numbers below a limit, evenly, one after another. */
function drawsFrom(seed: Uint8Array): (limit: number) => number {
	let counter = 0;
	const range = 2 ** 48;
	return (limit) => {
		for (;;) {
			const digest = sha256(concat(seed, uint64(counter++)));
			const value = digest.subarray(0, 6).reduce((sum, byte) => sum * 256 + byte, 0);
			if (value < range - (range % limit)) return value % limit;
		}
	};
}
