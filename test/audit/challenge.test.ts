import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { certainty, challenge } from '#lib/audit/index.ts';
import { refusal } from '../crypto/refusal.ts';
import { runs } from '../slow.ts';

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('a challenge', () => {
	test('names so many leaves, each once, ascending, all of them leaves; the same from the same seed', () => {
		fc.assert(
			fc.property(seeds, fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 1, max: 600 }), (seed, leaves, samples) => {
				const drawn = challenge(seed, leaves, samples);
				expect(drawn).toHaveLength(Math.min(leaves, samples));
				expect(drawn[0]).toBeGreaterThanOrEqual(0);
				expect(drawn.at(-1)).toBeLessThan(leaves);
				for (let i = 1; i < drawn.length; i++) expect(drawn[i]).toBeGreaterThan(drawn[i - 1]!);
				expect(challenge(seed, leaves, samples)).toEqual(drawn);
			}),
			runs(50, 1000),
		); // prettier-ignore
	});

	test('cannot be told from another seed', () => {
		fc.assert(
			fc.property(seeds, fc.nat(31), fc.integer({ min: 1, max: 255 }), (seed, at, flip) => {
				const other = seed.with(at, seed[at]! ^ flip);
				expect(challenge(other, 100_000, 460)).not.toEqual(challenge(seed, 100_000, 460));
			}),
			runs(20, 200),
		);
	});

	test('favours no leaf: over many seeds each is drawn about as often', () => {
		const [leaves, samples, rounds] = [20, 5, 4000];
		const counts = new Array<number>(leaves).fill(0);
		for (let round = 0; round < rounds; round++) {
			const seed = new Uint8Array(32);
			new DataView(seed.buffer).setUint32(0, round);
			for (const leaf of challenge(seed, leaves, samples)) counts[leaf]!++;
		}
		// Chi-squared with 19 degrees of freedom is above 43.8 once in a thousand times; the seeds are always the same.
		const expected = (rounds * samples) / leaves;
		const deviation = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
		expect(deviation).toBeLessThan(43.8);
	});

	test.each([
		['a short seed', 31, 10, 1],
		['no leaves', 32, 0, 1],
		['half a leaf', 32, 1.5, 1],
		['no samples', 32, 10, 0],
		['more leaves than numbers are exact for', 32, 2 ** 53, 1],
	])('with %s is refused', (_, length, leaves, samples) => {
		expect(() => challenge(new Uint8Array(length), leaves, samples)).toThrow(refusal('records.invalid-input'));
	});
});

describe('certainty', () => {
	test('is 99 % after 460 samples that less than 1 % is missing, however large the piece', () => {
		for (const leaves of [1000, 102_402, 2 ** 30]) expect(certainty(leaves, 460, 0.01)).toBeGreaterThan(0.99);
		expect(certainty(2 ** 30, 458, 0.01)).toBeLessThan(0.99 + 1e-4);
	});

	test('is whole when every leaf was asked for, and grows with each sample', () => {
		expect(certainty(10, 10, 0.01)).toBe(1);
		expect(certainty(10, 460, 0.01)).toBe(1);
		for (let samples = 1; samples < 50; samples++)
			expect(certainty(1000, samples + 1, 0.01)).toBeGreaterThan(certainty(1000, samples, 0.01));
	});

	test('is what happens: of clouds that lost one leaf in a hundred, as many are found', () => {
		const [leaves, samples, rounds] = [1000, 60, 2000];
		let found = 0;
		for (let round = 0; round < rounds; round++) {
			const seed = new Uint8Array(32);
			new DataView(seed.buffer).setUint32(4, round);
			if (challenge(seed, leaves, samples).some((leaf) => leaf % 100 === 7)) found++;
		}
		expect(Math.abs(found / rounds - certainty(leaves, samples, 0.01))).toBeLessThan(0.04);
	});
});
