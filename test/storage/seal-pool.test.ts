/** Where workers are to be had but do not start, the work is done in this thread. (What they do when they start: `seal-pool.browser.test.ts`.) */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { addressBatch, digestsOf } from '#lib/storage/seal-batch.ts';
import { bytes, mebibyte, randomKey } from './samples.ts';

let asked = 0;

/** As a browser's where the script is refused. */
class BrokenWorker extends EventTarget {
	postMessage(): void {
		asked += 1;
		queueMicrotask(() => this.dispatchEvent(new Event('error', { cancelable: true })));
	}
}

beforeEach(() => {
	asked = 0;
	vi.resetModules();
	vi.stubGlobal('Worker', BrokenWorker);
});
afterEach(() => vi.unstubAllGlobals());

/** As one that is never done. */
class SilentWorker extends EventTarget {
	constructor() {
		super();
		silent.push(this);
	}
	questions = 0;
	postMessage(): void {
		this.questions += 1;
	}
}
let silent: SilentWorker[] = [];

/** A file of so many bytes, for whoever asks for no more than its size. */
function fileOfSize(size: number): Blob {
	return Object.defineProperty(new Blob([bytes(9)]), 'size', { value: size });
}

test('a large file has one worker and small batches, others have two and larger ones', async () => {
	silent = [];
	vi.stubGlobal('Worker', SilentWorker);
	vi.stubGlobal('navigator', { hardwareConcurrency: 8 });
	const { addressInPool, stripesPerBatch } = await import('#lib/storage/seal-pool.ts');
	const order = { key: randomKey(), code: { k: 1, n: 1 }, shards: [0], from: 0, to: 1 };
	const [large, small] = [256 * mebibyte + 1, 256 * mebibyte].map((size) => ({ ...order, source: fileOfSize(size) }));
	for (let i = 0; i < 4; i++) void addressInPool(large!);
	expect(silent.map(({ questions }) => questions)).toEqual([4]);
	for (let i = 0; i < 4; i++) void addressInPool(small!);
	expect(silent.map(({ questions }) => questions)).toEqual([4, 4]);
	expect(stripesPerBatch(large!)).toBeLessThan(stripesPerBatch(small!));
});

test('what takes much memory is asked for in turn', async () => {
	silent = [];
	vi.stubGlobal('Worker', SilentWorker);
	vi.stubGlobal('navigator', { hardwareConcurrency: 1 });
	const { digestsInPool } = await import('#lib/storage/seal-pool.ts');
	for (let i = 0; i < 4; i++) void digestsInPool(new Blob([bytes(9)]), 9);
	await Promise.resolve();
	expect(silent.map(({ questions }) => questions)).toEqual([1]);
});

test('a worker that does not start is asked no more, and nothing is lost', async () => {
	const { addressInPool, auditInPool } = await import('#lib/storage/seal-pool.ts');
	const order = { source: bytes(3 * mebibyte), key: randomKey(), code: { k: 1, n: 2 }, shards: [0, 1] };
	const batches = [0, 1, 2, 3].map((from) => ({ ...order, from, to: from + 1 }));
	const expected = await Promise.all(batches.map(addressBatch));
	expect(await Promise.all(batches.map(addressInPool))).toEqual(expected);
	const before = asked;
	expect(before).toBeGreaterThan(0);
	expect(await addressInPool(batches[0]!)).toEqual(expected[0]);
	await auditInPool(
		batches[0]!,
		expected[0]!.map(({ tags }) => tags),
	);
	expect(asked).toBe(before);
});

/** As a browser's whose script cannot be had: that is said once. */
class DumbWorker extends EventTarget {
	postMessage(): void {
		if (asked++ === 0) queueMicrotask(() => this.dispatchEvent(new Event('error', { cancelable: true })));
	}
}

test('what waited for its turn at a worker that does not start is done here', async () => {
	vi.stubGlobal('Worker', DumbWorker);
	vi.stubGlobal('navigator', { hardwareConcurrency: 1 });
	const { digestsInPool } = await import('#lib/storage/seal-pool.ts');
	const blobs = [1, 2, 3].map((size) => new Blob([bytes(size)]));
	const expected = await Promise.all(blobs.map((blob) => digestsOf(blob, 9)));
	expect(await Promise.all(blobs.map((blob) => digestsInPool(blob, 9)))).toEqual(expected);
	expect(asked).toBe(1);
});

test('what is wrong with the source is still said', async () => {
	const { addressInPool } = await import('#lib/storage/seal-pool.ts');
	const source = new Blob([bytes(9)]);
	source.slice = () => {
		throw new DOMException('The file changed on disk.', 'NotReadableError');
	};
	const order = { source, key: randomKey(), code: { k: 1, n: 1 }, shards: [0], from: 0, to: 1 };
	await expect(addressInPool(order)).rejects.toMatchObject({ code: 'records.invalid-input' });
});
