import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '#lib/errors.ts';
import {
	gather,
	memory,
	repair,
	spread,
	verified,
	type Manifest,
	type RepairOptions,
	type Store,
} from '#lib/storage/index.ts';
import { rawTwin } from '#lib/storage/cid.ts';
import { failing, flipped, lying } from './bad-store.ts';
import { bytes, drain, mebibyte, randomKey, refusal, same } from './samples.ts';
import { runs } from '../slow.ts';

const source = bytes(2 * mebibyte + 5);
const key = randomKey();

/** Three stores with the file on them, and what a repair says. */
async function saved(content = source) {
	const stores = [memory('a'), memory('b'), memory('c')] as const;
	const manifest = await spread(content, { stores, key });
	const told: string[] = [];
	const tell = (what: string) => (store: Store, error?: AppError) =>
		void told.push(`${what} ${store.name} ${error?.code ?? ''}`.trim());
	const options = { key, onProblem: tell('problem'), onSaved: tell('saved'), onFailure: tell('failed') };
	const fix = (change: Partial<RepairOptions> = {}) => repair(manifest, { stores, ...options, ...change });
	return { stores, manifest, told, fix };
}

const opens = async (manifest: Manifest, store: Store) =>
	same(await drain(await gather(manifest, { stores: [store], key })), source);

describe('a repair', () => {
	test('of a file that is whole does nothing', async () => {
		const { manifest, told, fix } = await saved();
		expect(await fix()).toEqual(manifest);
		expect(await fix({ deep: true })).toEqual(manifest);
		expect(told).toEqual([]);
	});

	test('brings a cloud that was down its copy, from the others', async () => {
		const { stores, manifest, told, fix } = await saved();
		await stores[1].remove(manifest.pieces[1]!.cid);
		expect(await fix()).toEqual(manifest);
		expect(told).toEqual(['problem memory:b storage.not-found', 'saved memory:b']);
		expect(await opens(manifest, stores[1])).toBe(true);
	});

	test('brings it from the source where that is still at hand', async () => {
		const { stores, manifest, fix } = await saved();
		for (const [i, store] of stores.entries()) await store.remove(manifest.pieces[i]!.cid);
		await fix({ source: new Blob([source]) });
		for (const store of stores) expect(await opens(manifest, store)).toBe(true);
	});

	test('notices that a tree is missing beside its file', async () => {
		const { stores, manifest, told, fix } = await saved();
		await stores[2].remove(rawTwin(manifest.pieces[2]!.cid));
		await fix();
		expect(told).toEqual(['problem memory:c storage.not-found', 'saved memory:c']);
		expect(await opens(manifest, stores[2])).toBe(true);
	});

	test('notices that what audits need is missing beside its piece, or wrong', async () => {
		const { stores, manifest, told, fix } = await saved();
		const { proofs } = manifest.pieces[1]!;
		const good = await stores[1].readRange(proofs, 0, mebibyte);
		await stores[1].remove(proofs);
		await fix();
		expect(told).toEqual(['problem memory:b storage.not-found', 'saved memory:b']);
		expect(await stores[1].readRange(proofs, 0, mebibyte)).toEqual(good);
		await stores[1].put(proofs, flipped(good!));
		await fix({ deep: true });
		expect(told.slice(2)).toEqual(['problem memory:b storage.corrupt', 'saved memory:b']);
	});

	test('notices a file of the wrong size', async () => {
		const { stores, manifest, told, fix } = await saved();
		await stores[0].put(manifest.pieces[0]!.cid, bytes(99));
		await fix();
		expect(told).toEqual(['problem memory:a storage.not-found', 'saved memory:a']);
	});

	test('notices a changed bit anywhere only when it reads all, and then mends it', async () => {
		const { stores, manifest, told, fix } = await saved();
		const { cid } = manifest.pieces[0]!;
		const good = await stores[0].readRange(cid, 0, 3 * mebibyte);
		await stores[0].put(cid, flipped(good!, 7));
		await fix();
		expect(told).toEqual([]);
		await fix({ deep: true });
		expect(told).toEqual(['problem memory:a storage.corrupt', 'saved memory:a']);
		expect(await stores[0].readRange(cid, 0, 3 * mebibyte)).toEqual(good);
	});

	test('mends a small file, and an empty one', async () => {
		for (const length of [0, 1, 1000]) {
			const { stores, manifest, fix } = await saved(bytes(length));
			await stores[0].remove(manifest.pieces[0]!.cid);
			await fix();
			expect(await drain(await gather(manifest, { stores: [stores[0]], key }))).toEqual(bytes(length));
		}
	});

	test('says where it did not work, and leaves alone what is not given', async () => {
		const { stores, manifest, told, fix } = await saved();
		await stores[2].remove(manifest.pieces[2]!.cid);
		expect(await fix({ stores: [stores[0], failing('memory:b')] })).toEqual(manifest);
		expect(told).toEqual(['problem memory:b storage.unreachable', 'failed memory:b storage.unreachable']);
		expect(await stores[2].stat(manifest.pieces[2]!.cid)).toBe(null);
	});

	test('refuses another file as the source, and puts nothing', async () => {
		const { stores, manifest, fix } = await saved();
		await stores[1].remove(manifest.pieces[1]!.cid);
		await expect(fix({ source: bytes(source.length, 2) })).rejects.toMatchObject(refusal('records.invalid-input'));
		expect(await stores[1].stat(manifest.pieces[1]!.cid)).toBe(null);
	});

	test('refuses another key', async () => {
		const { stores, manifest, fix } = await saved();
		await stores[1].remove(manifest.pieces[1]!.cid);
		await expect(fix({ key: randomKey() })).rejects.toMatchObject(refusal('crypto.wrong-key'));
		await expect(fix({ key: randomKey(), source })).rejects.toMatchObject(refusal('records.invalid-input'));
	});

	test('cannot bring back what no cloud has', async () => {
		const { stores, manifest, fix } = await saved();
		for (const [i, store] of stores.entries()) await store.remove(manifest.pieces[i]!.cid);
		await expect(fix()).rejects.toMatchObject(refusal('storage.not-found'));
	});

	test('stops when it is cancelled', async () => {
		const { fix } = await saved();
		await expect(fix({ signal: AbortSignal.abort() })).rejects.toMatchObject(refusal('general.cancelled'));
	});
});

describe('a repair of a file spread as k of n', () => {
	test('rebuilds only what is missing or wrong, from what is left, and then finds nothing to do', async () => {
		const code = fc
			.integer({ min: 2, max: 6 })
			.chain((n) => fc.record({ n: fc.constant(n), k: fc.integer({ min: 1, max: n - 1 }) }));
		await fc.assert(
			fc.asyncProperty(code, fc.nat(3 * mebibyte), fc.infiniteStream(fc.nat()), async ({ k, n }, size, dice) => {
				const own = randomKey();
				const stores = Array.from({ length: n }, (_, i) => memory(String(i)));
				const content = bytes(size, n);
				const manifest = await spread(content, { stores, key: own, k, n });
				const spoilt = new Set(Array.from({ length: n - k }, () => dice.next().value! % n));
				for (const index of spoilt) {
					const { cid } = manifest.pieces[index]!;
					const good = await stores[index]!.readRange(cid, 0, 8 * mebibyte);
					if (dice.next().value! % 2) await stores[index]!.remove(cid);
					else await stores[index]!.put(cid, flipped(good!));
				}
				const saved: string[] = [];
				const onSaved = ({ name }: Store) => saved.push(name);
				expect(await repair(manifest, { stores, key: own, deep: true, onSaved })).toEqual(manifest);
				expect(saved.toSorted()).toEqual([...spoilt].map((index) => `memory:${index}`).toSorted());
				saved.length = 0;
				await repair(manifest, { stores, key: own, deep: true, onSaved });
				expect(saved).toEqual([]);
				for (const [i, { cid }] of manifest.pieces.entries())
					expect(await verified(stores[i]!).readRange(cid, 0, 9)).not.toBe(null);
			}),
			runs(15, 100),
		);
	});
});

describe('a repair that relocates', () => {
	const four = () => [memory('a'), memory('b'), memory('c'), memory('d')] as const;
	const saved4 = async () => {
		const stores = four();
		const manifest = await spread(source, { stores, key, k: 2 });
		return { stores, manifest };
	};

	test('puts what lay on a cloud that is gone for good on another, which readers find, and does so once', async () => {
		const { stores, manifest } = await saved4();
		const [a, , c, d] = stores;
		const fresh = memory('e');
		const saved: string[] = [];
		const left = [a, c, d, fresh];
		const fix = () => repair(manifest, { stores: left, key, relocate: true, onSaved: ({ name }) => saved.push(name) });
		expect(await fix()).toEqual(manifest);
		await fix();
		expect(saved).toEqual(['memory:e']);
		expect(await fresh.stat(manifest.pieces[1]!.cid)).not.toBe(null);
		expect(same(await drain(await gather(manifest, { stores: [a, fresh], key })), source)).toBe(true);
	});

	test('chooses the cloud that has the fewest pieces', async () => {
		const { stores, manifest } = await saved4();
		const [a, , c, d] = stores;
		await d.remove(manifest.pieces[3]!.cid);
		const full = lying({ ...d, put: () => Promise.reject(new AppError('storage.full', 'full')) }, (found) => found);
		await repair(manifest, { stores: [a, c, full], key, relocate: true });
		const held = await Promise.all([a, c].map(async (store) => (await Promise.all(manifest.pieces.map(({ cid }) => store.stat(cid)))).filter(Boolean).length)); // prettier-ignore
		expect(held).toEqual([2, 2]);
	});

	test('leaves well alone what is well on a cloud that only reads', async () => {
		const { stores, manifest } = await saved4();
		const [a, b, c, d] = stores;
		const readOnly: Store = { ...b, capabilities: { ...b.capabilities, write: false, remove: false } };
		const saved: string[] = [];
		await repair(manifest, {
			stores: [a, readOnly, c, d],
			key,
			relocate: true,
			onSaved: ({ name }) => saved.push(name),
		});
		expect(saved).toEqual([]);
		await b.remove(manifest.pieces[1]!.cid);
		await repair(manifest, { stores: [a, readOnly, c, d], key, onSaved: ({ name }) => saved.push(name) });
		expect(saved).toEqual([]);
		await repair(manifest, {
			stores: [a, readOnly, c, d],
			key,
			relocate: true,
			onSaved: ({ name }) => saved.push(name),
		});
		expect(saved).toHaveLength(1);
		expect(saved).not.toContain('memory:b');
	});
});
