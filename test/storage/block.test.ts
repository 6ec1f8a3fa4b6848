import { describe, expect, test } from 'vitest';
import type { AppError } from '#lib/errors.ts';
import { cidOfBlock, getBlock, memory, putBlock, type Store } from '#lib/storage/index.ts';
import { failing, flipped, lying } from './bad-store.ts';
import { bytes, mebibyte, refusal } from './samples.ts';

const content = bytes(500);
const three = () => [memory('a'), memory('b'), memory('c')] as const;
const silent = (name: string): Store => ({
	...failing(name),
	readRange: (_cid, _start, _end, options) =>
		new Promise((_, reject) =>
			options?.signal?.addEventListener('abort', () => reject(options.signal?.reason as Error)),
		),
});

describe('putting a block', () => {
	test('saves it everywhere under its dag-cbor address', async () => {
		const stores = three();
		const { cid, saved, failed } = await putBlock(stores, content);
		expect(cid.equals(await cidOfBlock(content))).toBe(true);
		expect(saved.toSorted()).toEqual(['memory:a', 'memory:b', 'memory:c']);
		expect(failed).toEqual([]);
		for (const store of stores) expect(await store.readRange(cid, 0, 1000)).toEqual(content);
	});

	test('counts as done when two of three have it, and tells which does not', async () => {
		const told: [string, AppError][] = [];
		const stores = [memory('a'), failing('down'), memory('c')];
		const { saved, failed } = await putBlock(stores, content, {
			onFailure: (store, error) => told.push([store.name, error]),
		});
		expect(saved).toEqual(['memory:a', 'memory:c']);
		expect(failed).toMatchObject([{ store: 'down', error: refusal('storage.unreachable') }]);
		expect(told).toMatchObject([['down', refusal('storage.unreachable')]]);
	});

	test('with one cloud of three is too few, unless one is enough', async () => {
		const stores = () => [failing('x'), memory('a'), failing('y')];
		await expect(putBlock(stores(), content)).rejects.toMatchObject(
			refusal('storage.too-few', { saved: 1, needed: 2 }),
		);
		expect((await putBlock(stores(), content, { minimum: 1 })).saved).toEqual(['memory:a']);
	});

	test('with every cloud down saved nothing', async () => {
		const put = putBlock([failing('x'), failing('y', 'storage.full')], content);
		await expect(put).rejects.toMatchObject(refusal('storage.none-saved', { clouds: 2 }));
	});

	test('needs a cloud, and a block that is one', async () => {
		await expect(putBlock([], content)).rejects.toMatchObject(refusal('storage.no-clouds'));
		await expect(putBlock(three(), bytes(mebibyte + 1))).rejects.toMatchObject(refusal('records.too-large'));
		expect((await putBlock([memory()], bytes(mebibyte), { codec: 'raw' })).cid.code).toBe(0x55);
	});

	test('stops when it is cancelled', async () => {
		await expect(putBlock(three(), content, { signal: AbortSignal.abort() })).rejects.toMatchObject(
			refusal('general.cancelled'),
		);
	});
});

describe('getting a block', () => {
	const put = async (...stores: Store[]) => (await putBlock(stores, content)).cid;

	test('gives its bytes, from whichever cloud has it', async () => {
		const [a, b, c] = three();
		const cid = await put(c);
		expect(await getBlock([a, b, c], cid)).toEqual(content);
		expect(await getBlock([a, b, c], structuredClone(cid))).toEqual(content);
	});

	test('ignores wrong bytes, takes another cloud, and reports the one that lied', async () => {
		const [a, b] = three();
		const cid = await put(a, b);
		const bad: [string, string][] = [];
		const onBad = (store: Store, error: AppError) => bad.push([store.name, error.code]);
		expect(await getBlock([lying(a, (found) => flipped(found)), b], cid, { onBad })).toEqual(content);
		expect(bad).toEqual([['memory:a', 'storage.corrupt']]);
	});

	test.each<[string, (found: Uint8Array) => Uint8Array]>([
		['cut short', (found) => found.subarray(0, -1)],
		['longer', (found) => Uint8Array.from([...found, 0])],
		['empty', () => new Uint8Array()],
		['another object', () => bytes(500, 2)],
		['huge', () => new Uint8Array(3 * mebibyte)],
	])('refuses a block that is %s when there is no other', async (_, change) => {
		const a = memory('a');
		const cid = await put(a);
		await expect(getBlock([lying(a, change)], cid)).rejects.toMatchObject(refusal('storage.corrupt', { clouds: 1 }));
	});

	test('does not wait long for a cloud that says nothing', async () => {
		const a = memory('a');
		const cid = await put(a);
		const began = performance.now();
		expect(await getBlock([silent('silent'), a], cid)).toEqual(content);
		expect(performance.now() - began).toBeLessThan(3000);
	});

	test('that nobody has is not found; a cloud that cannot be reached might have it', async () => {
		const cid = await cidOfBlock(bytes(9, 9));
		await expect(getBlock(three(), cid)).rejects.toMatchObject(refusal('storage.not-found'));
		await expect(getBlock([memory(), failing('x')], cid)).rejects.toMatchObject(refusal('storage.unreachable'));
		await expect(getBlock([failing('x', 'storage.unauthorised')], cid)).rejects.toMatchObject(
			refusal('storage.unauthorised'),
		);
		await expect(getBlock([], cid)).rejects.toMatchObject(refusal('storage.no-clouds'));
	});

	test('stops when it is cancelled', async () => {
		const cid = await cidOfBlock(content);
		await expect(getBlock(three(), cid, { signal: AbortSignal.abort() })).rejects.toMatchObject(
			refusal('general.cancelled'),
		);
		await expect(getBlock([silent('s')], cid, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject(
			refusal('general.cancelled'),
		);
	});
});
