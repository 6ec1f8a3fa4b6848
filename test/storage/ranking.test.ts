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
	return { ranking: createRanking(() => time), pass: (ms: number) => (time += ms) };
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
	const now = 1_000_000_000;
	const good = { latencyMs: 30, bytesPerMs: 500, factors: [1, 1.5], heldBackMs: 0, at: now - 1000 };
	/** One that was told this. */
	function recalling(kept: unknown) {
		const ranking = createRanking(() => now);
		ranking.recall(kept);
		return ranking;
	}

	test('is plain, names clouds and numbers alone, and goes on where it was', () => {
		const { ranking, pass } = clocked();
		ranking.answered('a', mebibyte, 70);
		ranking.answered('b', 100, 9);
		ranking.failed('b');
		const kept: unknown = JSON.parse(JSON.stringify(ranking));
		const again = createRanking(() => pass(0));
		again.recall(kept);
		for (const name of ['a', 'b', 'c']) {
			expect(again.expectedMs(name, 5000)).toBe(ranking.expectedMs(name, 5000));
			expect(again.patienceMs(name, 5000)).toBe(ranking.patienceMs(name, 5000));
		}
		again.failed('a');
		expect(ranking.expectedMs('a', 100)).not.toBe(again.expectedMs('a', 100));
		expect(Object.keys(kept as object).toSorted()).toEqual(['a', 'b']);
	});

	test('tells the fast from the slow the next morning, but not who had failed, and nothing after a day', () => {
		const { ranking, pass } = clocked();
		for (const [name, ms] of [['a', 900], ['b', 40], ['c', 200]] as const) ranking.answered(name, mebibyte, ms); // prettier-ignore
		ranking.failed('b');
		const again = createRanking(() => pass(0));
		again.recall(ranking.toJSON());
		expect(names(again.rank(abc, mebibyte))).toEqual(['c', 'a', 'b']);
		pass(12 * 60 * 60_000);
		expect(names(again.rank(abc, mebibyte))).toEqual(['b', 'c', 'a']);
		pass(13 * 60 * 60_000);
		expect(names(again.rank(abc, mebibyte))).toEqual(['a', 'b', 'c']);
	});

	test('does not undo what was learnt since', () => {
		const ranking = createRanking(() => now);
		ranking.answered('a', 100, 700);
		const before = ranking.toJSON();
		ranking.recall({ a: good, b: good });
		expect(ranking.toJSON()).toEqual({ ...before, b: good });
	});

	test.each<[string, unknown]>([
		['nothing', undefined],
		['a list', [7]],
		['a text', 'a'],
		['no object', { a: 7 }],
		['a lack', { a: { ...good, at: undefined } }],
		['something more', { a: { ...good, more: 1 } }],
		['no number', { a: { ...good, latencyMs: NaN } }],
		['endless waiting', { a: { ...good, latencyMs: Infinity } }],
		['a time before the question', { a: { ...good, latencyMs: -1 } }],
		['no speed at all', { a: { ...good, bytesPerMs: 0 } }],
		['going backwards', { a: { ...good, bytesPerMs: -5 } }],
		['a cloud held back for a year', { a: { ...good, heldBackMs: 365 * 24 * 3_600_000 } }],
		['too many factors', { a: { ...good, factors: Array<number>(41).fill(1) } }],
		['factors that are none', { a: { ...good, factors: [-1] } }],
		['a time to come', { a: { ...good, at: now + 1 } }],
		['a time long gone', { a: { ...good, at: now - 25 * 3_600_000 } }],
	])('counts for nothing where it is %s', (_, kept) => {
		expect(recalling(kept).toJSON()).toEqual({});
	});

	test('counts where it is right, whatever lies beside it, and of 64 clouds at most', () => {
		const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`cloud ${i}`, { ...good, at: now - i }]));
		const kept = recalling({ ...many, ['__proto__x']: null, constructor: {}, right: { ...good, at: now } }).toJSON();
		expect(Object.keys(kept)).toHaveLength(64);
		expect(kept['right']).toEqual({ ...good, at: now });
		expect(kept['cloud 62']).toEqual(many['cloud 62']);
	});

	test('never breaks the ranking, whatever it is', () => {
		fc.assert(
			fc.property(
				fc.dictionary(
					fc.constantFrom('a', 'b', '__proto__'),
					fc.oneof(
						fc.anything(),
						fc.record({
							latencyMs: fc.double(),
							bytesPerMs: fc.double(),
							factors: fc.array(fc.double()),
							heldBackMs: fc.double(),
							at: fc.double(),
						}),
					),
				),
				(kept) => {
					// prettier-ignore
					const ranking = recalling(kept);
					expect(names(ranking.rank(abc, mebibyte)).toSorted()).toEqual(['a', 'b', 'c']);
					for (const name of ['a', 'b', 'c']) {
						expect(ranking.expectedMs(name, mebibyte)).toBeGreaterThanOrEqual(0);
						expect(ranking.patienceMs(name, mebibyte)).toBeLessThan(Infinity);
					}
				},
			),
			runs(200, 2000),
		);
	});
});
