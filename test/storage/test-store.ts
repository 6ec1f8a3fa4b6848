/** What every store must do, whatever it keeps its bytes on. Each adapter's test runs this over the real thing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cidOf, cidOfBlock, verified, type Store } from '#lib/storage/index.ts';
import { bytes, fresh, mebibyte, refusal, same } from './samples.ts';
import { runs } from '../slow.ts';

const often = runs(25, 200);

/** Runs the suite over the store that `open` gives when the tests begin. */
export function testStore(name: string, open: () => Store): void {
	describe(`${name}: keeping`, () => {
		test.each([
			['nothing', 0],
			['one byte', 1],
			['a block of 1 MiB less one byte', mebibyte - 1],
			['a block of 1 MiB', mebibyte],
			['two leaves, 1 MiB and one byte', mebibyte + 1],
			['5 MiB less one byte', 5 * mebibyte - 1],
			['5 MiB, the smallest part of many a server', 5 * mebibyte],
			['5 MiB and one byte', 5 * mebibyte + 1],
			['a file of many leaves and parts, not a whole number of them', 20 * mebibyte + 12_345],
		])('%s comes back as it went', async (_, length) => {
			const { cid, content } = await fresh(length);
			const done: number[] = [];
			await open().put(cid, content, { onProgress: (value) => done.push(value) });
			expect(same(await open().readRange(cid, 0, length + 1), content)).toBe(true);
			expect(await open().stat(cid)).toEqual({ size: length });
			expect(done.at(-1)).toBe(length);
			expect(done).toEqual([...done].sort((a, b) => a - b));
		});

		test('a Blob is as good as an array', async () => {
			const { cid, content } = await fresh(2 * mebibyte + 3);
			await open().put(cid, new Blob([content.subarray(0, 99), content.subarray(99)]));
			expect(same(await open().readRange(cid, 0, content.length), content)).toBe(true);
		});

		test('bytes that are made when they are asked for are as good as an array', async () => {
			const { cid, content } = await fresh(20 * mebibyte + 3);
			const asked: number[] = [];
			const source = {
				size: content.length,
				read: (start: number, end: number) => {
					asked.push(end - start);
					return Promise.resolve(content.slice(start, end));
				},
			};
			await open().put(cid, source);
			expect(same(await open().readRange(cid, 0, content.length), content)).toBe(true);
			if (!open().name.startsWith('memory:')) expect(Math.max(...asked)).toBeLessThanOrEqual(8 * mebibyte);
		});

		test.each([1000, 20 * mebibyte])(
			'a source of %i bytes that gives fewer is refused, and nothing is kept',
			async (size) => {
				const { cid } = await fresh(size);
				const source = { size, read: (start: number, end: number) => Promise.resolve(new Uint8Array(end - start - 1)) };
				await expect(open().put(cid, source)).rejects.toMatchObject(refusal('records.invalid-input'));
				expect(await open().stat(cid)).toBe(null);
			},
		);

		test('a dag-cbor block is kept under its own address', async () => {
			const content = crypto.getRandomValues(new Uint8Array(400));
			const cid = await cidOfBlock(content, 'dag-cbor');
			await open().put(cid, content);
			expect(await open().readRange(cid, 0, 1000)).toEqual(content);
			expect(await open().stat(cid)).toEqual({ size: 400 });
		});

		test('two puts of one object at once leave it whole', async () => {
			const { cid, content } = await fresh(300_000);
			await Promise.all([open().put(cid, content), open().put(cid, content)]);
			expect(same(await open().readRange(cid, 0, 300_000), content)).toBe(true);
		});

		test('wrong bytes under an address are refused, or found out in reading and mended by putting the right ones', async () => {
			const { cid, content } = await fresh(1000);
			const wrong = bytes(1000, 99);
			const refused = await open()
				.put(cid, wrong)
				.then(
					() => false,
					() => true,
				);
			if (!refused) {
				await expect(verified(open()).readRange(cid, 0, 1000)).rejects.toMatchObject(refusal('storage.corrupt'));
			}
			await open().put(cid, content);
			expect(await verified(open()).readRange(cid, 0, 1000)).toEqual(content);
		});

		test('what is put twice is there once, unchanged', async () => {
			const { cid, content } = await fresh(1000);
			await open().put(cid, content);
			await open().put(cid, content);
			expect(await open().readRange(cid, 0, 1000)).toEqual(content);
		});

		test('changing the array afterwards changes nothing that was kept', async () => {
			const { cid, content } = await fresh(64);
			const kept = content.slice();
			await open().put(cid, content);
			content.fill(0);
			expect(await open().readRange(cid, 0, 64)).toEqual(kept);
			(await open().readRange(cid, 0, 64))?.fill(0);
			expect(await open().readRange(cid, 0, 64)).toEqual(kept);
		});

		test('many objects at once do not get mixed up', async () => {
			const objects = await Promise.all(Array.from({ length: 12 }, (_, i) => fresh(i * 1000)));
			await Promise.all(objects.map(({ cid, content }) => open().put(cid, content)));
			const back = await Promise.all(objects.map(({ cid }) => open().readRange(cid, 0, 20_000)));
			expect(back).toEqual(objects.map(({ content }) => content));
		});
	});

	describe(`${name}: ranges`, () => {
		test('any range of a file is what a slice of it is', async () => {
			const { cid, content } = await fresh(2 * mebibyte + 500);
			await open().put(cid, content);
			const place = fc.oneof(
				fc.integer({ min: 0, max: content.length + 100 }),
				fc.constantFrom(0, 1, mebibyte - 1, mebibyte, mebibyte + 1, 2 * mebibyte, content.length - 1, content.length),
			);
			await fc.assert(
				fc.asyncProperty(place, place, async (a, b) => {
					const [start, end] = a < b ? [a, b] : [b, a];
					expect(same(await open().readRange(cid, start, end), content.subarray(start, end))).toBe(true);
				}),
				often,
			);
		});

		test('a range in a block, at its ends, and over its end', async () => {
			const { cid, content } = await fresh(100);
			await open().put(cid, content);
			expect(await open().readRange(cid, 10, 20)).toEqual(content.slice(10, 20));
			expect(await open().readRange(cid, 0, 1)).toEqual(content.slice(0, 1));
			expect(await open().readRange(cid, 99, 100)).toEqual(content.slice(99));
			expect(await open().readRange(cid, 90, 1000)).toEqual(content.slice(90));
		});

		test.each([1000, 3 * mebibyte + 77])('the last bytes of %i, and what would lie after them', async (length) => {
			const { cid, content } = await fresh(length);
			await open().put(cid, content);
			for (const tail of [1, 100, 999]) {
				expect(await open().readRange(cid, length - tail, length)).toEqual(content.slice(-tail));
				expect(await open().readRange(cid, length - tail, length + 10_000)).toEqual(content.slice(-tail));
			}
			expect(await open().readRange(cid, length, length + 1)).toEqual(new Uint8Array());
		});

		test('the one byte of an object of one, and nothing of an empty one', async () => {
			const [one, none] = await Promise.all([fresh(1), fresh(0)]);
			await open().put(one.cid, one.content);
			await open().put(none.cid, none.content);
			expect(await open().readRange(one.cid, 0, 1)).toEqual(one.content);
			expect(await open().readRange(one.cid, 1, 2)).toEqual(new Uint8Array());
			expect(await open().readRange(none.cid, 0, 1)).toEqual(new Uint8Array());
			expect(await open().readRange(none.cid, 5, 9)).toEqual(new Uint8Array());
		});

		test('a range beyond the end is empty, not missing', async () => {
			const { cid, content } = await fresh(100);
			await open().put(cid, content);
			expect(await open().readRange(cid, 100, 200)).toEqual(new Uint8Array());
			expect(await open().readRange(cid, 5000, 6000)).toEqual(new Uint8Array());
		});

		test('an empty range is empty where the object is, and null where it is not', async () => {
			const { cid, content } = await fresh(100);
			expect(await open().readRange(cid, 7, 7)).toBe(null);
			await open().put(cid, content);
			expect(await open().readRange(cid, 7, 7)).toEqual(new Uint8Array());
			expect(await open().readRange(cid, 0, 0)).toEqual(new Uint8Array());
		});

		test.each([
			['backwards', 5, 4],
			['negative', -1, 4],
			['a fraction', 0, 1.5],
			['without end', 0, Infinity],
			['not a number', Number.NaN, 4],
		])('a range that is none is refused: %s', async (_, start, end) => {
			const { cid } = await fresh(100);
			await expect(open().readRange(cid, start, end)).rejects.toMatchObject(refusal('records.invalid-input'));
		});
	});

	describe(`${name}: what is not there`, () => {
		test('a block that was never put is null, not an error', async () => {
			const { cid } = await fresh(100);
			expect(await open().stat(cid)).toBe(null);
			expect(await open().readRange(cid, 0, 100)).toBe(null);
		});

		test('a file that was never put is null, not an error', async () => {
			const { cid } = await fresh(mebibyte + 1);
			expect(await open().stat(cid)).toBe(null);
			expect(await open().readRange(cid, 0, 100)).toBe(null);
		});

		test('what was removed is gone, alone', async () => {
			const [one, two] = await Promise.all([fresh(mebibyte + 9), fresh(100)]);
			await open().put(one.cid, one.content);
			await open().put(two.cid, two.content);
			await open().remove(one.cid);
			expect(await open().stat(one.cid)).toBe(null);
			expect(await open().readRange(one.cid, 0, 10)).toBe(null);
			expect(await open().readRange(two.cid, 0, 100)).toEqual(two.content);
		});

		test('removing what is not there is nothing', async () => {
			const { cid } = await fresh(100);
			await expect(open().remove(cid)).resolves.toBeUndefined();
		});

		test('what was removed can be put again', async () => {
			const { cid, content } = await fresh(100);
			await open().put(cid, content);
			await open().remove(cid);
			await open().put(cid, content);
			expect(await open().readRange(cid, 0, 100)).toEqual(content);
		});
	});

	describe(`${name}: cancelling`, () => {
		test('nothing begins under a signal that is aborted already', async () => {
			const { cid, content } = await fresh(100);
			const options = { signal: AbortSignal.abort() };
			const cancelled = refusal('general.cancelled');
			await expect(open().put(cid, content, options)).rejects.toMatchObject(cancelled);
			await expect(open().stat(cid, options)).rejects.toMatchObject(cancelled);
			await expect(open().readRange(cid, 0, 1, options)).rejects.toMatchObject(cancelled);
			await expect(open().remove(cid, options)).rejects.toMatchObject(cancelled);
			await expect(open().probe(options)).rejects.toMatchObject(cancelled);
			expect(await open().stat(cid)).toBe(null);
		});

		test('a put that is cancelled half-way leaves no object, or the whole one', async () => {
			const content = bytes(24 * mebibyte, Math.random() * 2 ** 31);
			const cid = await cidOf(content);
			const stop = new AbortController();
			const put = open().put(cid, content, { signal: stop.signal, onProgress: () => stop.abort() });
			await put.catch((error: unknown) => expect(error).toMatchObject(refusal('general.cancelled')));
			const found = await open().stat(cid);
			expect([null, content.length]).toContain(found && found.size);
		});
	});

	describe(`${name}: being asked how it is`, () => {
		test('it has a name, says what it can do, and does it', async () => {
			const store = open();
			expect(store.name).not.toBe('');
			expect(store.capabilities).toMatchObject({ write: true, remove: true });
			// Whether others may read it is the bucket's affair (test/clouds/test-s3-server.ts).
			const checks = (await store.probe()).checks.filter(({ step }) => step !== 'anyone');
			expect(checks).toEqual(['write', 'read', 'range', 'remove'].map((step) => ({ step, ok: true })));
		});
	});
}
