import { describe, expect, test } from 'vitest';
import { Memo } from '#lib/records/memo.ts';

describe('the memory of a session', () => {
	test('asks once, however many ask at the same time or later', async () => {
		const memo = new Memo();
		let asked = 0;
		const ask = () => Promise.resolve(++asked);
		expect(await Promise.all([memo.once('a', ask), memo.once('a', ask)])).toEqual([1, 1]);
		expect(await memo.once('a', ask)).toBe(1);
		expect(await memo.once('b', ask)).toBe(2);
	});

	test('asks again after a failure, after its life, and after it was told to forget', async () => {
		const memo = new Memo();
		await expect(memo.once('x/a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
		expect(await memo.once('x/a', () => Promise.resolve(1), 1)).toBe(1);
		await new Promise((done) => setTimeout(done, 5));
		expect(await memo.once('x/a', () => Promise.resolve(2))).toBe(2);
		memo.forget('y/');
		expect(await memo.once('x/a', () => Promise.resolve(3))).toBe(2);
		memo.forget('x/');
		expect(await memo.once('x/a', () => Promise.resolve(4))).toBe(4);
	});

	test('a question that was forgotten while it failed does not take the new answer with it', async () => {
		const memo = new Memo();
		let fail: (error: Error) => void = () => undefined;
		const first = memo.once('a', () => new Promise((_, reject) => (fail = reject)));
		memo.forget('a');
		const second = memo.once('a', () => Promise.resolve('new'));
		fail(new Error('late'));
		await expect(first).rejects.toThrow('late');
		expect(await second).toBe('new');
		expect(await memo.once('a', () => Promise.resolve('asked again'))).toBe('new');
	});
});
