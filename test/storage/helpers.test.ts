import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '#lib/errors.ts';
import { allFailed, checkSaved } from '#lib/storage/failures.ts';
import { firstAnswer } from '#lib/storage/first-answer.ts';
import { inOrder } from '#lib/storage/in-order.ts';
import { refusal } from './samples.ts';

const after = <T>(ms: number, value: T) => new Promise<T>((resolve) => setTimeout(() => resolve(value), ms));

describe('doing things in order', () => {
	test('gives results in order, with never more under way than allowed', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.nat(4), { maxLength: 20 }),
				fc.integer({ min: 1, max: 5 }),
				async (delays, atOnce) => {
					let running = 0;
					let most = 0;
					const seen: number[] = [];
					const results = inOrder(delays, atOnce, async (ms, index) => {
						most = Math.max(most, ++running);
						await after(ms, 0);
						running--;
						return index;
					});
					for await (const index of results) seen.push(index);
					expect(seen).toEqual([...delays.keys()]);
					expect(most).toBeLessThanOrEqual(atOnce);
				},
			),
			{ numRuns: 30 },
		);
	});

	test('begins no more than the consumer makes room for', async () => {
		let begun = 0;
		const results = inOrder([1, 2, 3, 4, 5, 6], 2, (value) => Promise.resolve((begun++, value)));
		await results.next();
		await after(5, 0);
		expect(begun).toBe(2);
	});

	test('ends at the first failure, in its turn', async () => {
		const results = inOrder([1, 2, 3], 3, (value) =>
			value === 2 ? Promise.reject(new Error('two')) : Promise.resolve(value),
		);
		expect(await results.next()).toEqual({ done: false, value: 1 });
		await expect(results.next()).rejects.toThrow('two');
		expect(await results.next()).toEqual({ done: true, value: undefined });
	});
});

describe('asking several', () => {
	test('takes the first that is not null, and asks no more', async () => {
		const asked: string[] = [];
		const ask = (name: string, answer: string | null) => () => (asked.push(name), Promise.resolve(answer));
		const asks = [ask('a', null), ask('b', 'bee'), ask('c', 'sea')];
		expect(await firstAnswer(asks, { patienceMs: 1000 })).toBe('bee');
		expect(asked).toEqual(['a', 'b']);
	});

	test('does not wait for a silent one, and stops it afterwards', async () => {
		let stopped = false;
		const silent = (signal: AbortSignal) =>
			new Promise<null>((resolve) => {
				signal.addEventListener('abort', () => {
					stopped = true;
					resolve(null);
				});
			});
		expect(await firstAnswer([silent, () => Promise.resolve(7)], { patienceMs: 10 })).toBe(7);
		expect(stopped).toBe(true);
	});

	test('still takes a late answer when the others have none', async () => {
		expect(await firstAnswer([() => after(40, 'late'), () => Promise.resolve(null)], { patienceMs: 5 })).toBe('late');
	});

	test('gives null when nobody knows, and when nobody is asked', async () => {
		expect(await firstAnswer([() => Promise.resolve(null), () => after(5, null)], { patienceMs: 1 })).toBe(null);
		expect(await firstAnswer([], { patienceMs: 1 })).toBe(null);
	});
});

describe('what several failures mean', () => {
	const error = (code: AppError['code']) => new AppError(code, code);

	test.each([
		['nobody has it', [], 'storage.not-found'],
		['one lies, others do not have it', [error('storage.not-found'), error('storage.corrupt')], 'storage.corrupt'],
		[
			'one cannot be reached, one lies',
			[error('storage.corrupt'), error('storage.unreachable')],
			'storage.unreachable',
		],
		['one refuses', [error('storage.not-found'), error('storage.unauthorised')], 'storage.unauthorised'],
	] as const)('%s', (_, errors, code) => {
		const all = allFailed(errors);
		expect(all).toMatchObject({ code, details: { clouds: errors.length } });
		expect((all.cause as AggregateError).errors).toEqual(errors);
	});

	test('enough is enough, some are too few, none is none', () => {
		const down = error('storage.unreachable');
		expect(() => checkSaved(2, 2, [down])).not.toThrow();
		expect(() => checkSaved(1, 2, [down, down])).toThrow(expect.objectContaining(refusal('storage.too-few', { saved: 1, needed: 2, clouds: 3 })) as Error); // prettier-ignore
		expect(() => checkSaved(0, 1, [down])).toThrow(expect.objectContaining(refusal('storage.none-saved')) as Error);
	});
});
