import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainChunkBytes, sealedSize } from '#lib/crypto/stream.ts';
import type { AppError } from '#lib/errors.ts';
import { gather, memory, spread, type Manifest, type Progress, type Store } from '#lib/storage/index.ts';
import { treeOf } from '#lib/storage/tree.ts';
import { failing } from './bad-store.ts';
import { bytes, drain, mebibyte, randomKey, refusal, same } from './samples.ts';
import { runs } from '../slow.ts';

const three = () => [memory('a'), memory('b'), memory('c')] as const;
const chunk = plainChunkBytes;

async function opened(
	manifest: Manifest,
	stores: readonly Store[],
	key: Uint8Array,
	problems: [string, string][] = [],
) {
	const onProblem = (store: Store, error: AppError) => problems.push([store.name, error.code]);
	return drain(await gather(manifest, { stores, key, onProblem }));
}

describe('a file that is spread', () => {
	test.each([
		['nothing', 0],
		['one byte', 1],
		['a chunk less one byte', chunk - 1],
		['a chunk', chunk],
		['a chunk and one byte', chunk + 1],
		['1 MiB', mebibyte],
		['1 MiB and one byte', mebibyte + 1],
		['several chunks and some', 5 * chunk + 1234],
	])('comes back from each cloud alone: %s', async (_, length) => {
		const key = randomKey();
		const stores = three();
		const source = bytes(length);
		const manifest = await spread(source, { stores, key });
		expect(manifest).toMatchObject({ v: 1, k: 1, n: 3, size: length });
		for (const store of stores) expect(same(await opened(manifest, [store], key), source)).toBe(true);
	});

	test('of any size comes back, from a Blob as from an array', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.nat(3 * mebibyte),
				fc.integer({ min: 1, max: 4 }),
				fc.boolean(),
				async (length, n, asBlob) => {
					const key = randomKey();
					const stores = Array.from({ length: n }, (_, i) => memory(String(i)));
					const source = bytes(length, n);
					const manifest = await spread(asBlob ? new Blob([source]) : source, { stores, key });
					expect(same(await opened(manifest, stores.toReversed(), key), source)).toBe(true);
				},
			),
			runs(10, 60),
		);
	});

	test('lies as different bytes on each cloud, none of them the source', async () => {
		const key = randomKey();
		const stores = three();
		const source = new TextEncoder().encode('a quite recognisable sentence '.repeat(50_000));
		const manifest = await spread(source, { stores, key });
		expect(new Set(manifest.pieces.map(({ cid }) => String(cid))).size).toBe(3);
		expect(new Set(manifest.pieces.map(({ commitment }) => commitment.join())).size).toBe(3);
		for (const [i, store] of stores.entries()) {
			const piece = manifest.pieces[i]!;
			expect(piece.store).toBe(store.name);
			const sealed = await store.readRange(piece.cid, 0, 2 * source.length);
			expect(sealed?.length).toBe(sealedSize(source.length));
			expect(new TextDecoder('latin1').decode(sealed!)).not.toContain('recognisable');
			expect((await treeOf(sealed!)).cid.equals(piece.cid)).toBe(true);
		}
	});

	test('sealed again under the same key is the same to the last bit', async () => {
		const key = randomKey();
		const source = bytes(2 * mebibyte);
		expect(await spread(source, { stores: three(), key })).toEqual(
			await spread(new Blob([source]), { stores: three(), key }),
		);
	});

	test('goes to as many clouds as n says, the first ones', async () => {
		const stores = three();
		const manifest = await spread(bytes(10), { stores, key: randomKey(), n: 2 });
		expect(manifest.pieces.map(({ store }) => store)).toEqual(['memory:a', 'memory:b']);
		expect(await stores[2].stat(manifest.pieces[0]!.cid)).toBe(null);
	});

	test('tells how far it is, stage by stage and cloud by cloud, and never backwards', async () => {
		const seen: Progress[] = [];
		const size = 3 * chunk;
		const key = randomKey();
		const stores = three();
		const manifest = await spread(bytes(size), { stores, key, onProgress: (progress) => seen.push(progress) });
		await drain(await gather(manifest, { stores, key, onProgress: (progress) => seen.push(progress) }));
		const last = new Map<string, Progress>();
		for (const progress of seen) {
			const name = `${progress.stage} ${progress.store ?? ''}`;
			expect(progress.done).toBeGreaterThanOrEqual(last.get(name)?.done ?? 0);
			expect(progress.done).toBeLessThanOrEqual(progress.total);
			last.set(name, progress);
		}
		expect([...last.keys()].toSorted()).toEqual(['fetching ', 'opening ', 'saving memory:a', 'saving memory:b', 'saving memory:c', 'sealing ']); // prettier-ignore
		for (const { done, total } of last.values()) expect(done).toBe(total);
	});
});

describe('a cloud that is down while a file is saved', () => {
	test('is told, does not keep the file from being saved, and stays in the manifest', async () => {
		const key = randomKey();
		const [a, , c] = three();
		const failed: [string, string][] = [];
		const saved: string[] = [];
		const source = bytes(mebibyte * 2);
		const manifest = await spread(source, {
			stores: [a, failing('down'), c],
			key,
			onSaved: (store) => saved.push(store.name),
			onFailure: (store, error) => failed.push([store.name, error.code]),
		});
		expect(failed).toEqual([['down', 'storage.unreachable']]);
		expect(saved.toSorted()).toEqual(['memory:a', 'memory:c']);
		expect(manifest.pieces.map(({ store }) => store)).toEqual(['memory:a', 'down', 'memory:c']);
		expect(same(await opened(manifest, [a, c], key), source)).toBe(true);
		const same3 = await spread(source, { stores: [a, { ...memory('x'), name: 'down' }, c], key });
		expect(manifest).toEqual(same3);
	});

	test('with two of three down it is too few; one may be declared enough', async () => {
		const stores = () => [failing('x'), memory('a'), failing('y')];
		await expect(spread(bytes(10), { stores: stores(), key: randomKey() })).rejects.toMatchObject(refusal('storage.too-few', { saved: 1, needed: 2 })); // prettier-ignore
		expect((await spread(bytes(10), { stores: stores(), key: randomKey(), minimum: 1 })).n).toBe(3);
		await expect(spread(bytes(10), { stores: [memory('a'), memory('b'), failing('z')], key: randomKey(), minimum: 3 })).rejects.toMatchObject(refusal('storage.too-few')); // prettier-ignore
	});

	test('with all down nothing is saved, nothing is lost, and it can be tried again', async () => {
		const key = randomKey();
		const source = new Blob([bytes(mebibyte)]);
		const put = spread(source, { stores: [failing('x'), failing('y', 'storage.full')], key });
		await expect(put).rejects.toMatchObject(refusal('storage.none-saved', { saved: 0, needed: 2, clouds: 2 }));
		const stores = three();
		const manifest = await spread(source, { stores, key });
		expect(same(await opened(manifest, stores, key), bytes(mebibyte))).toBe(true);
	});
});

describe('spreading refuses', () => {
	const key = randomKey();

	test('having no clouds, or fewer than pieces', async () => {
		await expect(spread(bytes(1), { stores: [], key })).rejects.toMatchObject(refusal('storage.no-clouds'));
		await expect(spread(bytes(1), { stores: three(), n: 4, key })).rejects.toMatchObject(
			refusal('storage.no-clouds', { given: 3, needed: 4 }),
		);
		await expect(spread(bytes(1), { stores: three(), n: 0, key })).rejects.toThrow();
	});

	test('a key of the wrong length', async () => {
		await expect(spread(bytes(1), { stores: three(), key: new Uint8Array(16) })).rejects.toMatchObject(
			refusal('crypto.wrong-key'),
		);
	});

	test('a source that cannot be read', async () => {
		const unreadable = new Blob([bytes(10)]);
		unreadable.slice = () => {
			throw new DOMException('The file changed on disk.', 'NotReadableError');
		};
		await expect(spread(unreadable, { stores: three(), key })).rejects.toMatchObject(refusal('records.invalid-input'));
	});
});

describe('cancelling a save', () => {
	test('before it begins puts nothing anywhere', async () => {
		let puts = 0;
		const stores = three().map((store): Store => ({ ...store, put: (...all) => (puts++, store.put(...all)) }));
		const spreading = spread(bytes(3 * mebibyte), { stores, key: randomKey(), signal: AbortSignal.abort() });
		await expect(spreading).rejects.toMatchObject(refusal('general.cancelled'));
		expect(puts).toBe(0);
	});

	test('in the middle takes back what was already saved', async () => {
		const stores = three();
		const stop = new AbortController();
		const put: (() => Promise<unknown>)[] = [];
		const watched = stores.map((store): Store => ({
			...store,
			put: async (cid, content, options) => (
				await store.put(cid, content, options),
				void put.push(() => store.stat(cid))
			),
		}));
		const failed: string[] = [];
		const spreading = spread(bytes(100), {
			stores: watched,
			key: randomKey(),
			signal: stop.signal,
			onSaved: () => stop.abort(),
			onFailure: (store) => failed.push(store.name),
		});
		await expect(spreading).rejects.toMatchObject(refusal('general.cancelled'));
		expect(put.length).toBeGreaterThan(0);
		expect(await Promise.all(put.map((stat) => stat()))).toEqual(put.map(() => null));
		expect(failed).toEqual([]);
	});
});
