import type { CID } from 'multiformats/cid';
import { describe, expect, test } from 'vitest';
import { AppError } from '#lib/errors.ts';
import { cidOfBlock, memory, type Store } from '#lib/storage/index.ts';
import { rawTwin } from '#lib/storage/cid.ts';
import { copyObject, holdsAll } from '#lib/storage/copy.ts';
import { treeOf } from '#lib/storage/tree.ts';
import { verified } from '#lib/storage/verified.ts';
import { flipped, lying } from './bad-store.ts';
import { bytes, mebibyte, refusal, same } from './samples.ts';

const content = bytes(2 * mebibyte + 77);

/** A store that has a file of three leaves, with its tree beside it. */
async function full(name: string): Promise<{ store: Store; cid: CID; root: CID }> {
	const store = memory(name);
	const { cid, nodes } = await treeOf(content);
	await store.put(cid, content);
	for (const node of nodes) await store.put(rawTwin(node.cid), node.bytes);
	return { store, cid, root: rawTwin(cid) };
}

describe('copying from cloud to cloud', () => {
	test('brings a file and its tree, so that any range of it can be verified there', async () => {
		const { store, cid } = await full('a');
		const to = memory('b');
		const done: number[] = [];
		expect(await copyObject(cid, { from: [store], to, onProgress: (value) => done.push(value) })).toBe(content.length);
		expect(
			same(await verified(to).readRange(cid, mebibyte - 5, mebibyte + 5), content.subarray(mebibyte - 5, mebibyte + 5)),
		).toBe(true);
		expect(done.at(-1)).toBe(content.length);
	});

	test('brings a small object', async () => {
		const small = bytes(300);
		const cid = await cidOfBlock(small);
		const [from, to] = [memory('a'), memory('b')];
		await from.put(cid, small);
		expect(await copyObject(cid, { from: [from], to })).toBe(300);
		expect(await to.readRange(cid, 0, 300)).toEqual(small);
	});

	test('sends nothing where everything is there already', async () => {
		const [a, b] = [await full('a'), await full('b')];
		expect(await copyObject(a.cid, { from: [a.store], to: b.store })).toBe(0);
	});

	test('goes on from another cloud where the first lies', async () => {
		const { store, cid } = await full('a');
		const liar = lying(store, (given) => flipped(given));
		const to = memory('b');
		expect(await copyObject(cid, { from: [liar, store], to })).toBe(content.length);
		expect(await holdsAll(to, cid)).toBe(true);
	});

	test('never hands on what a lying cloud gives', async () => {
		const { store, cid, root } = await full('a');
		const liar = lying(store, (given, name) => (name.equals(root) ? given : flipped(given)));
		const to = memory('b');
		await expect(copyObject(cid, { from: [liar], to })).rejects.toMatchObject(refusal('storage.corrupt'));
		expect(await to.stat(cid)).toBeNull();
	});

	test('is refused where no cloud has it', async () => {
		const { cid } = await full('a');
		await expect(copyObject(cid, { from: [memory('empty')], to: memory('b') })).rejects.toMatchObject(
			refusal('storage.not-found'),
		);
		await expect(copyObject(cid, { from: [], to: memory('b') })).rejects.toMatchObject(refusal('storage.no-clouds'));
	});

	test('does not count where the other cloud keeps something else than it took', async () => {
		const { store, cid } = await full('a');
		const inner = memory('b');
		const forgetful: Store = {
			...inner,
			put: async (name, given, options) => (name.equals(cid) ? undefined : inner.put(name, given, options)),
		};
		await expect(copyObject(cid, { from: [store], to: forgetful })).rejects.toMatchObject(refusal('storage.not-found'));
	});

	test.each([
		['a block', 300],
		['a file', 2 * mebibyte + 77],
	])('notices a cloud that says it took %s and did not, and one that is full', async (_, length) => {
		const from = memory('a');
		const { cid, nodes } = await treeOf(bytes(length));
		await from.put(cid, bytes(length));
		for (const node of nodes) await from.put(rawTwin(node.cid), node.bytes);
		const hole: Store = { ...memory('hole'), put: () => Promise.resolve() };
		await expect(copyObject(cid, { from: [from], to: hole })).rejects.toMatchObject(refusal('storage.not-found'));
		const full: Store = { ...memory('full'), put: () => Promise.reject(new AppError('storage.full', 'full')) };
		await expect(copyObject(cid, { from: [from], to: full })).rejects.toMatchObject(refusal('storage.full'));
	});

	test('makes whole what is there in part, or wrong', async () => {
		const { store, cid, root } = await full('a');
		const to = memory('b');
		await copyObject(cid, { from: [store], to });
		await to.remove(root);
		expect(await copyObject(cid, { from: [store], to })).toBe(content.length);
		await to.put(cid, flipped(content));
		expect(await copyObject(cid, { from: [store], to })).toBe(content.length);
		expect(await holdsAll(to, cid)).toBe(true);
	});

	test('stops when it is cancelled', async () => {
		const { store, cid } = await full('a');
		await expect(
			copyObject(cid, { from: [store], to: memory('b'), signal: AbortSignal.abort() }),
		).rejects.toMatchObject(refusal('general.cancelled'));
	});
});

describe('looking a copy through', () => {
	test('misses nothing: a file without its tree, with one byte changed, or cut off is not all there', async () => {
		const { store, cid, root } = await full('a');
		expect(await holdsAll(store, cid)).toBe(true);
		const bare = memory('bare');
		await bare.put(cid, content);
		expect(await holdsAll(bare, cid)).toBe(false);
		expect(await holdsAll(memory('empty'), cid)).toBe(false);
		const changed = lying(store, (given, name, start) =>
			name.equals(root) || start < 2 * mebibyte ? given : flipped(given, given.length - 1),
		);
		await expect(holdsAll(changed, cid)).rejects.toMatchObject(refusal('storage.corrupt'));
	});
});
