import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findIn, findInFolder, findInText, tracesOf } from '../../scripts/journey/traces.ts';

const secret = randomBytes(100_000);
let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'amana-traces-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

describe('looking for traces', () => {
	test('finds nothing in other random bytes', async () => {
		const traces = await tracesOf(new Blob([secret]), ['a name of a file.pdf']);
		expect(await findIn(traces, 'x', chunked(randomBytes(2_000_000), 65_536))).toBeNull();
	});

	test('finds any forty bytes of the file, wherever they are and however they are cut into chunks', async () => {
		const traces = await tracesOf(new Blob([secret]), []);
		for (const [from, at, size] of [
			[0, 0, 10],
			[77_771, 1234, 7],
			[99_960, 5000, 4096],
			[50_001, 4090, 4096],
		] as const) {
			const haystack = randomBytes(10_000);
			haystack.set(secret.subarray(from, from + 40), at);
			expect(await findIn(traces, 'x', chunked(haystack, size)), `${from}`).toMatchObject({
				what: 'bytes of the file',
			});
		}
	});

	test('finds a phrase in a text, in UTF-16, in hexadecimal, and in a name of a file', async () => {
		const traces = await tracesOf(new Blob(), ['Blutbild, März']);
		expect(findInText(traces, 'x', 'the title is Blutbild, März')).not.toBeNull();
		expect(findInText(traces, 'x', `0x${Buffer.from('Blutbild, März').toString('hex')}`)).not.toBeNull();
		expect(await findIn(traces, 'x', chunked(Buffer.from('..Blutbild, März', 'utf16le'), 5))).not.toBeNull();
		expect(await findInFolder(traces, folder)).toBeNull();
		await writeFile(join(folder, 'Blutbild, März'), '');
		expect(await findInFolder(traces, folder)).toMatchObject({ where: join(folder, 'Blutbild, März') });
	});

	test('does not look for what is everywhere: runs of one byte, or very short phrases', async () => {
		const traces = await tracesOf(new Blob([new Uint8Array(10_000)]), ['a.md']);
		expect(traces.count).toBe(1); // the phrase in UTF-16 is long enough
		expect(await findIn(traces, 'x', chunked(new Uint8Array(10_000), 4096))).toBeNull();
	});
});
