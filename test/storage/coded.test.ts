/** Files spread as k of n: what lies on the clouds, opened here chunk by chunk without `gather`. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { derivePieceKey, openChunk, plainChunkBytes, sealedChunkBytes } from '#lib/crypto/stream.ts';
import { decodeStripe, shardSize } from '#lib/storage/erasure.ts';
import { auditOf, layoutOf } from '#lib/audit/tree/index.ts';
import {
	enoughFor,
	memory,
	parseManifest,
	pieceBytes,
	planFor,
	spread,
	startSpread,
	verified,
	type Manifest,
	type Store,
} from '#lib/storage/index.ts';
import { maxPieces } from '#lib/storage/plan.ts';
import { sealPieces } from '#lib/storage/seal-pieces.ts';
import { failing } from './bad-store.ts';
import { bytes, mebibyte, randomKey, refusal, same } from './samples.ts';
import { runs } from '../slow.ts';

const clouds = (n: number): Store[] => Array.from({ length: n }, (_, i) => memory(String(i)));

/** The source from those pieces whose places are given. */
async function restored({ k, n, size, pieces }: Manifest, stores: readonly Store[], key: Uint8Array, places: number[]) {
	const total = pieceBytes({ size, k });
	const source = new Uint8Array(k * shardSize(size, k));
	let offset = 0;
	for (let start = 0, i = 0; start < total; start += sealedChunkBytes, i++) {
		const chunks = Array<Uint8Array | null>(n).fill(null);
		for (const index of places) {
			const sealed = await stores[index]!.readRange(pieces[index]!.cid, start, start + sealedChunkBytes);
			const last = start + sealedChunkBytes >= total;
			chunks[index] = await openChunk(await derivePieceKey(key, { index, k, n }), i, last, sealed!);
		}
		for (const chunk of decodeStripe(chunks, { k, n })) {
			source.set(chunk, offset);
			offset += chunk.length;
		}
	}
	return { source: source.subarray(0, size), padding: source.subarray(size) };
}

describe('a file spread as k of n', () => {
	test('of any size comes back from any k pieces, each of which has its size and no other’s bytes', async () => {
		const code = fc
			.integer({ min: 1, max: 6 })
			.chain((n) => fc.record({ n: fc.constant(n), k: fc.integer({ min: 1, max: n }) }));
		await fc.assert(
			fc.asyncProperty(code, fc.nat(3 * mebibyte), fc.infiniteStream(fc.nat()), async ({ k, n }, size, dice) => {
				const key = randomKey();
				const stores = clouds(n);
				const source = bytes(size, n);
				const manifest = parseManifest(await spread(source, { stores, key, k, n }));
				expect(manifest).toMatchObject({ k, n, size });
				expect(new Set(manifest.pieces.map(({ cid }) => String(cid))).size).toBe(n);
				for (const [i, { cid }] of manifest.pieces.entries())
					expect(await stores[i]!.stat(cid)).toEqual({ size: pieceBytes({ size, k }) });
				const places = [...stores.keys()].sort(() => (dice.next().value! % 3) - 1).slice(0, k);
				const { source: back, padding } = await restored(manifest, stores, key, places);
				expect(same(back, source)).toBe(true);
				expect(padding.every((byte) => byte === 0)).toBe(true);
			}),
			runs(10, 100),
		);
	});

	test.each([0, 1, 2, 2 * plainChunkBytes - 1, 2 * plainChunkBytes, 2 * plainChunkBytes + 1, 5 * mebibyte])(
		'2 of 4, %i bytes: each pair restores it',
		async (size) => {
			const [key, stores, source] = [randomKey(), clouds(4), bytes(size)];
			const manifest = await spread(new Blob([source]), { stores, key, k: 2 });
			for (const pair of [
				[0, 1],
				[0, 2],
				[0, 3],
				[1, 2],
				[1, 3],
				[2, 3],
			])
				// prettier-ignore
				expect(same((await restored(manifest, stores, key, pair)).source, source)).toBe(true);
		},
	);

	test('is saved when one cloud more than restore it has its piece, and not with fewer', async () => {
		const [key, source] = [randomKey(), bytes(3 * mebibyte)];
		const [a, b, c] = [memory('a'), memory('b'), memory('c')];
		const manifest = await spread(source, { stores: [a, failing('x'), b, c], key, k: 2 });
		expect(same((await restored(manifest, [a, a, b, c], key, [0, 2])).source, source)).toBe(true);
		const few = spread(source, { stores: [a, failing('x'), failing('y'), c], key, k: 2 });
		await expect(few).rejects.toMatchObject(refusal('storage.too-few', { saved: 2, needed: 3 }));
		const all = spread(source, { stores: [a, failing('x')], key, k: 2 });
		await expect(all).rejects.toMatchObject(refusal('storage.too-few', { saved: 1, needed: 2 }));
	});

	test('seals each piece alone to the same bytes as all together', async () => {
		const [key, code, source] = [randomKey(), { k: 3, n: 5 }, bytes(4 * mebibyte + 5)];
		const all = await sealPieces(source, { key, code });
		for (const index of [0, 2, 3, 4]) {
			const [alone] = await sealPieces(source, { key, code, shards: [index] });
			expect(alone).toMatchObject({ index, cid: all[index]!.cid, commitment: all[index]!.commitment });
		}
	});

	test.each([
		[0, 3],
		[4, 3],
		[1.5, 3],
		[-1, 3],
		[NaN, 3],
		[1, 33],
	])('%d of %d is refused', async (k, n) => {
		// prettier-ignore
		const puts: string[] = [];
		const stores = clouds(40).map((store): Store => ({
			...store,
			put: () => Promise.resolve(void puts.push(store.name)),
		}));
		await expect(spread(bytes(9), { stores, key: randomKey(), k, n })).rejects.toMatchObject(
			refusal('records.invalid-input'),
		);
		expect(puts).toEqual([]);
	});
});

describe('a sealed piece', () => {
	const source = bytes(3 * mebibyte);
	const code = { k: 2, n: 3 };

	test.each([0, 2])('is read at any range, also in part and several at a time: piece %i', async (index) => {
		const piece = (await sealPieces(source, { key: randomKey(), code }))[index]!;
		const whole = await piece.bytes.read(0, piece.bytes.size);
		expect(whole.length).toBe(pieceBytes({ size: source.length, k: 2 }));
		const ranges = [[0, 1], [5, 5], [mebibyte - 1, mebibyte + 1], [mebibyte, whole.length], [1, whole.length - 1]] as const; // prettier-ignore
		const parts = await Promise.all(ranges.map(([start, end]) => piece.bytes.read(start, end)));
		for (const [i, [start, end]] of ranges.entries()) expect(same(parts[i]!, whole.subarray(start, end))).toBe(true);
	});
});

describe('beside a piece', () => {
	test.each([0, 5, mebibyte, 9 * mebibyte + 3])(
		'lie the hashes of its audit tree, whose root the manifest has: %i bytes',
		async (size) => {
			const stores = clouds(3);
			const manifest = await spread(bytes(size), { stores, key: randomKey(), k: 2 });
			for (const [i, { cid, audit, proofs }] of manifest.pieces.entries()) {
				const piece = await verified(stores[i]!).readRange(cid, 0, pieceBytes(manifest));
				const expected = await auditOf(piece!);
				expect(audit).toEqual(expected.root);
				const found = await verified(stores[i]!).readRange(proofs, 0, expected.proofs.length + 1);
				expect(same(found, expected.proofs)).toBe(true);
			}
			expect(new Set(manifest.pieces.map(({ audit }) => audit.join())).size).toBe(3);
		},
	);

	test('a large piece’s hashes make a tree of many leaves, read back by range', async () => {
		const [store] = clouds(1);
		const manifest = await spread(bytes(33 * mebibyte), { stores: [store!], key: randomKey() });
		const { levels, bytes: length } = layoutOf(pieceBytes(manifest));
		expect(length).toBeGreaterThan(mebibyte);
		expect(levels.length).toBe(2);
		const { proofs } = manifest.pieces[0]!;
		expect(proofs.code).toBe(0x70);
		expect(await verified(store!).readRange(proofs, mebibyte - 5, mebibyte + 5)).toHaveLength(10);
	});

	test('nothing is left when a save is cancelled, neither piece nor tree nor hashes', async () => {
		const stop = new AbortController();
		const objects = new Set<string>();
		const stores = clouds(3).map((store): Store => ({
			...store,
			put: async (cid, ...rest) => (await store.put(cid, ...rest), void objects.add(`${store.name} ${String(cid)}`)),
			remove: (cid, ...rest) => (objects.delete(`${store.name} ${String(cid)}`), store.remove(cid, ...rest)),
		}));
		let most = 0;
		const onSaved = () => {
			most = objects.size;
			stop.abort();
		};
		const saving = spread(bytes(3 * mebibyte), { stores, key: randomKey(), signal: stop.signal, onSaved });
		await expect(saving).rejects.toMatchObject(refusal('general.cancelled'));
		expect(most).toBeGreaterThan(2);
		expect([...objects]).toEqual([]);
	});
});

describe('a save that counts', () => {
	/** A store whose puts wait. */
	function slow(label: string) {
		let open = () => {};
		const gate = new Promise<void>((resolve) => (open = resolve));
		const store = memory(label);
		const put: Store['put'] = async (cid, content, options) => {
			await Promise.race([gate, new Promise((_, reject) => options?.signal?.addEventListener('abort', reject))]);
			return store.put(cid, content, options);
		};
		return { store: { ...store, put }, open };
	}

	test('does so before the last cloud has its piece, whose upload goes on', async () => {
		const [a, b, { store, open }] = [memory('a'), memory('b'), slow('c')];
		const saved: string[] = [];
		const source = bytes(2 * mebibyte);
		const key = randomKey();
		const { manifest, rest } = await startSpread(source, { stores: [a, b, store], key, onSaved: ({ name }) => saved.push(name) }); // prettier-ignore
		expect(saved.toSorted()).toEqual(['memory:a', 'memory:b']);
		expect(await store.stat(manifest.pieces[2]!.cid)).toBe(null);
		open();
		await rest;
		expect(saved).toHaveLength(3);
		expect(await spread(source, { stores: [memory('a'), memory('b'), memory('c')], key })).toEqual(manifest);
	});

	test('may still be taken back whole, the part under way too', async () => {
		const [a, b, { store }] = [memory('a'), memory('b'), slow('c')];
		const failures: string[] = [];
		const { manifest, takeBack, rest } = await startSpread(bytes(2 * mebibyte), {
			stores: [a, b, store],
			key: randomKey(),
			onFailure: ({ name }) => failures.push(name),
		});
		expect(await takeBack()).toEqual([]);
		await rest;
		for (const [i, { cid, proofs }] of manifest.pieces.entries())
			for (const name of [cid, proofs]) expect(await [a, b, store][i]!.stat(name)).toBe(null);
		expect(failures).toEqual([]);
	});

	test('says what stays where a cloud does not remove', async () => {
		const [a, b] = [memory('a'), memory('b')];
		const keeping = { ...a, capabilities: { ...a.capabilities, remove: false } };
		const broken = { ...b, remove: () => Promise.reject(new Error('down')) };
		const { manifest, takeBack } = await startSpread(bytes(9), { stores: [keeping, broken], key: randomKey() });
		const names = manifest.pieces.flatMap(({ cid, proofs, store }) => [`${store} ${String(cid)}`, `${store} ${String(proofs)}`]); // prettier-ignore
		expect((await takeBack()).map(({ store, cid }) => `${store} ${String(cid)}`)).toEqual(names);
	});
});

describe('a plan', () => {
	const limit = 64 * mebibyte;
	test.each([
		[0, 3, { k: 1, n: 3 }],
		[limit, 4, { k: 1, n: 4 }],
		[limit + 1, 4, { k: 2, n: 4 }],
		[limit + 1, 3, { k: 1, n: 3 }],
		[limit + 1, 6, { k: 2, n: 6 }],
		[limit + 1, 1, { k: 1, n: 1 }],
		[1, 100, { k: 1, n: maxPieces }],
	])('of %i bytes on %i clouds', (size, count, code) => {
		expect(planFor(size, count)).toEqual(code);
	});

	test.each([
		[1, 3, 2, { k: 2, n: 3 }],
		[1, 2, 2, { k: 1, n: 2 }],
		[1, 1, 2, { k: 1, n: 1 }],
		[limit + 1, 4, 1, { k: 1, n: 4 }],
	] as const)('of %i bytes on %i clouds, of which %i are to restore it', (size, count, need, code) => {
		expect(planFor(size, count, need)).toEqual(code);
	});

	test('waits for one cloud more than restore the file, where there is one', () => {
		const plans = [[1, 1], [1, 2], [1, 3], [2, 4], [2, 2], [3, 4]] as const; // prettier-ignore
		expect(plans.map(([k, n]) => enoughFor({ k, n }))).toEqual([1, 2, 2, 3, 2, 4]);
	});
});
