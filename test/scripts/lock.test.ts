import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAlive, withLock } from '../../scripts/lock.ts';

let folder: string;
let file: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'amana-lock-'));
	file = join(folder, 'deeper/work.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** No process has it: numbers on Linux end below. */
const nobody = 2 ** 22 + 1;

describe('a lock', () => {
	test('lets one work at a time, and all in the end', async () => {
		let inside = 0;
		let most = 0;
		const work = async () => {
			most = Math.max(most, ++inside);
			await new Promise((done) => setTimeout(done, 20));
			inside--;
		};
		await Promise.all([1, 2, 3].map(() => withLock(file, work)));
		expect(most).toBe(1);
		expect(existsSync(file)).toBe(false);
	});

	test('is given back when the work fails', async () => {
		await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
		expect(existsSync(file)).toBe(false);
	});

	test('of a process that has ended holds nobody up', async () => {
		await withLock(file, () => Promise.resolve());
		for (const holder of [String(nobody), '', 'nonsense']) {
			writeFileSync(file, holder);
			expect(await withLock(file, () => Promise.resolve('done'))).toBe('done');
		}
	});
});

test('this process is alive, one that never was is not', () => {
	expect(isAlive(process.pid)).toBe(true);
	for (const pid of [nobody, 0, -1, Number.NaN]) expect(isAlive(pid)).toBe(false);
});
