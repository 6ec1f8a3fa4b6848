import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memory, verified, type Store } from '#lib/storage/index.ts';
import { rawTwin } from '#lib/storage/cid.ts';
import { treeOf } from '#lib/storage/tree.ts';
import { flipped, lying } from './bad-store.ts';
import { bytes, mebibyte, refusal, same } from './samples.ts';
import { runs } from '../slow.ts';

const corrupt = refusal('storage.corrupt', { store: 'memory:plain' });

/** A dumb store with a file in it as `spread` puts one: flat bytes, and the tree's nodes under their raw twins. */
async function kept(content: Uint8Array) {
	const store = memory('plain');
	const { cid, nodes } = await treeOf(content);
	await store.put(cid, content);
	for (const node of nodes) await store.put(rawTwin(node.cid), node.bytes);
	return { store, cid, nodes };
}

describe('a verified store', async () => {
	const content = bytes(3 * mebibyte + 77);
	const file = await kept(content);

	test('reads any range of a file as it is', async () => {
		const reader = verified(file.store);
		await fc.assert(
			fc.asyncProperty(fc.nat(content.length + 9), fc.nat(2 * mebibyte), async (start, length) => {
				expect(
					same(await reader.readRange(file.cid, start, start + length), content.subarray(start, start + length)),
				).toBe(true);
			}),
			runs(30, 300),
		);
	});

	test('notices a changed bit in whatever leaf is read, and only there', async () => {
		const at = 2 * mebibyte + 5;
		const bad = content.slice();
		bad[at] = (bad[at] ?? 0) ^ 0x80;
		const store = memory('plain');
		await store.put(file.cid, bad);
		for (const node of file.nodes) await store.put(rawTwin(node.cid), node.bytes);
		const reader = verified(store);
		expect(same(await reader.readRange(file.cid, 0, 2 * mebibyte), content.subarray(0, 2 * mebibyte))).toBe(true);
		await expect(reader.readRange(file.cid, 2 * mebibyte, 2 * mebibyte + 1)).rejects.toMatchObject(corrupt);
		await expect(reader.readRange(file.cid, 0, content.length)).rejects.toMatchObject(corrupt);
	});

	test.each<[string, (found: Uint8Array, start: number) => Uint8Array]>([
		['changes a bit', (found) => flipped(found)],
		['cuts the answer short', (found) => found.subarray(0, -1)],
		['gives more', (found) => Uint8Array.from([...found.subarray(0, 100), ...found])],
		['gives the first leaf for every leaf', (found, start) => (start > 0 ? content.subarray(0, found.length) : found)],
		['gives nothing', () => new Uint8Array()],
	])('refuses a cloud that %s', async (_, change) => {
		const reader = verified(lying(file.store, (found, _cid, start) => change(found, start)));
		await expect(reader.readRange(file.cid, mebibyte, 2 * mebibyte)).rejects.toMatchObject(corrupt);
	});

	test('refuses a false tree', async () => {
		const other = await kept(bytes(3 * mebibyte + 77, 2));
		const store = memory('plain');
		await store.put(file.cid, content);
		await store.put(rawTwin(file.cid), other.nodes.at(-1)!.bytes);
		await expect(verified(store).readRange(file.cid, 0, 1)).rejects.toMatchObject(corrupt);
	});

	test('is null where the file or its tree is missing', async () => {
		expect(await verified(memory('plain')).readRange(file.cid, 0, 1)).toBe(null);
		const store = memory('plain');
		await store.put(file.cid, content);
		expect(await verified(store).readRange(file.cid, 0, 1)).toBe(null);
		await store.put(rawTwin(file.cid), file.nodes.at(-1)!.bytes);
		await store.remove(file.cid);
		expect(await verified(store).readRange(file.cid, 0, 1)).toBe(null);
	});

	test('checks a block as a whole, whatever part is asked for', async () => {
		const small = await kept(bytes(1000));
		expect(await verified(small.store).readRange(small.cid, 10, 20)).toEqual(bytes(1000).slice(10, 20));
		const liar = lying(small.store, (found) => flipped(found, 999));
		await expect(verified(liar).readRange(small.cid, 10, 20)).rejects.toMatchObject(corrupt);
	});

	test('asks for the tree once, however many leaves are read', async () => {
		let asked = 0;
		const counting: Store = lying(
			file.store,
			(found, cid) => ((asked += cid.equals(rawTwin(file.cid)) ? 1 : 0), found),
		);
		const reader = verified(counting);
		for (let start = 0; start < content.length; start += mebibyte)
			await reader.readRange(file.cid, start, start + mebibyte);
		expect(asked).toBe(1);
	});
});
