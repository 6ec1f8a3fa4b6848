import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRanking } from '#lib/storage/ranking.ts';
import { mebibyte } from './samples.ts';
import { runs } from '../slow.ts';

const names = (stores: readonly { name: string }[]) => stores.map(({ name }) => name);
const abc = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];

/** A ranking whose clock stands still until it is moved. */
function clocked() {
	let time = 1_000_000;
	return { ranking: createRanking({}, () => time), pass: (ms: number) => (time += ms) };
}

describe('ranking clouds', () => {
	test('keeps the given order while nothing is known', () => {
		expect(names(createRanking().rank(abc, mebibyte))).toEqual(['a', 'b', 'c']);
	});

	test('puts the fastest first, for small things by latency, for large ones by throughput', () => {
		const ranking = createRanking();
		for (let i = 0; i < 20; i++) {
			ranking.answered('a', 100, 80);
			ranking.answered('a', mebibyte, 100);
			ranking.answered('b', 100, 5);
			ranking.answered('b', mebibyte, 900);
		}
		const two = abc.slice(0, 2);
		expect(names(ranking.rank(two, 100))).toEqual(['b', 'a']);
		expect(names(ranking.rank(two, mebibyte))).toEqual(['a', 'b']);
	});

	test('expects of a cloud what it did lately', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 5000 }), (latency, transfer) => {
				const ranking = createRanking();
				for (let i = 0; i < 40; i++) ranking.answered('a', 1000, 700);
				for (let i = 0; i < 60; i++) {
					ranking.answered('a', 1000, latency);
					ranking.answered('a', mebibyte, latency + transfer);
				}
				const expected = ranking.expectedMs('a', mebibyte);
				expect(expected).toBeGreaterThan((latency + transfer) * 0.5);
				expect(expected).toBeLessThan((latency + transfer) * 2);
			}),
			runs(100, 1000),
		);
	});

	test('expects of a stranger what is usual', () => {
		const ranking = createRanking();
		for (const [name, ms] of [
			['a', 10],
			['b', 20],
			['c', 3000],
		] as const)
			ranking.answered(name, 100, ms);
		expect(ranking.expectedMs('stranger', 100)).toBeLessThan(30);
	});

	test('puts a cloud last that failed, or was overtaken, and gives it another chance later', () => {
		const { ranking, pass } = clocked();
		for (const { name } of abc) ranking.answered(name, mebibyte, 50);
		ranking.failed('a');
		ranking.overtaken('b', 300);
		expect(names(ranking.rank(abc, mebibyte))).toEqual(['c', 'b', 'a']);
		pass(11 * 60_000);
		expect(names(ranking.rank(abc, mebibyte))).toEqual(['a', 'b', 'c']);
	});

	test('forgives a cloud that answers well again', () => {
		const ranking = createRanking();
		ranking.overtaken('a', 2_000);
		for (let i = 0; i < 40; i++) ranking.answered('a', mebibyte, 40);
		expect(ranking.expectedMs('a', mebibyte)).toBeLessThan(120);
	});
});

describe('patience', () => {
	test('ends beyond what 95 of 100 answers took', () => {
		const ranking = createRanking();
		for (let i = 0; i < 40; i++) ranking.answered('a', mebibyte, i % 10 === 0 ? 900 : 300);
		const patience = ranking.patienceMs('a', mebibyte);
		expect(patience).toBeGreaterThan(600);
		expect(patience).toBeLessThan(1500);
	});

	test('is never below what is expected, nor below 250 ms, nor more than 5 seconds above', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 0, max: 120_000 }), { maxLength: 60 }), (times) => {
				const ranking = createRanking();
				for (const ms of times) ranking.answered('a', mebibyte, ms);
				const patience = ranking.patienceMs('a', mebibyte);
				const expected = ranking.expectedMs('a', mebibyte);
				expect(patience).toBeGreaterThanOrEqual(Math.max(250, expected));
				expect(patience).toBeLessThanOrEqual(Math.max(250, expected + 5_000));
			}),
			runs(200, 2000),
		);
	});
});

describe('what is kept', () => {
	test('is plain, names clouds and numbers alone, and goes on where it was', () => {
		const { ranking } = clocked();
		ranking.answered('a', mebibyte, 70);
		ranking.answered('b', 100, 9);
		const kept = JSON.parse(JSON.stringify(ranking)) as ReturnType<typeof ranking.toJSON>;
		const again = createRanking(kept, () => 1_000_000);
		for (const name of ['a', 'b', 'c']) {
			expect(again.expectedMs(name, 5000)).toBe(ranking.expectedMs(name, 5000));
			expect(again.patienceMs(name, 5000)).toBe(ranking.patienceMs(name, 5000));
		}
		again.failed('a');
		expect(ranking.expectedMs('a', 100)).not.toBe(again.expectedMs('a', 100));
		expect(Object.keys(kept).toSorted()).toEqual(['a', 'b']);
	});
});
