import { describe, expect, test } from 'vitest';
import type { AppError } from '#lib/errors.ts';
import { gather, memory, repair, spread, type Manifest, type RepairOptions, type Store } from '#lib/storage/index.ts';
import { rawTwin } from '#lib/storage/cid.ts';
import { failing, flipped } from './bad-store.ts';
import { bytes, drain, mebibyte, randomKey, refusal, same } from './samples.ts';

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
