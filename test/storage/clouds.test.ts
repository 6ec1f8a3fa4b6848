/** The local clouds as anonymous readers see them, and what they refuse. What every store must do, the step `clouds` tries on each (`test/clouds`). */
import { beforeAll, describe, expect, test } from 'vitest';
import { connectStore, publicStore, type Store } from '#lib/storage/index.ts';
import { localClouds } from './clouds.ts';
import { fresh, mebibyte, refusal, same } from './samples.ts';

const local = localClouds();

describe.each([
	['a public S3 bucket', 1],
	['a public gateway', 0],
] as const)('http: %s', (_, index) => {
	let owner: Store;
	let reader: Store;
	beforeAll(() => {
		owner = connectStore(local.clouds.configs[index]);
		reader = publicStore(owner.name);
	});

	test('anyone reads what its owner put, in whole and in part', async () => {
		const { cid, content } = await fresh(3 * mebibyte + 5);
		await owner.put(cid, content);
		expect(reader.name).toBe(owner.name);
		expect(await reader.stat(cid)).toEqual({ size: content.length });
		expect(same(await reader.readRange(cid, 0, content.length + 7), content)).toBe(true);
		expect(
			same(await reader.readRange(cid, mebibyte - 3, mebibyte + 3), content.subarray(mebibyte - 3, mebibyte + 3)),
		).toBe(true);
		expect(await reader.readRange(cid, content.length, content.length + 1)).toEqual(new Uint8Array());
		expect(await reader.readRange(cid, 3, 3)).toEqual(new Uint8Array());
	});

	test('nothing and one byte are read too', async () => {
		for (const length of [0, 1]) {
			const { cid, content } = await fresh(length);
			await owner.put(cid, content);
			expect(await reader.readRange(cid, 0, 10)).toEqual(content);
			expect(await reader.stat(cid)).toEqual({ size: length });
		}
	});

	test('what is not there is null', async () => {
		for (const length of [100, mebibyte + 1]) {
			const { cid } = await fresh(length);
			expect(await reader.stat(cid)).toBe(null);
			expect(await reader.readRange(cid, 0, 1)).toBe(null);
			expect(await reader.readRange(cid, 1, 1)).toBe(null);
		}
	});

	test('nobody writes or removes through it', async () => {
		const { cid, content } = await fresh(100);
		expect(reader.capabilities).toEqual({ write: false, remove: false, shared: true, conditional: false });
		await expect(reader.put(cid, content)).rejects.toMatchObject(refusal('storage.unauthorised'));
		await expect(reader.remove(cid)).rejects.toMatchObject(refusal('storage.unauthorised'));
	});

	test('a probe asks only whether it answers', async () => {
		expect(await reader.probe()).toEqual({ ok: true, checks: [{ step: 'read', ok: true }] });
	});
});

describe('credentials', () => {
	test('a wrong S3 secret is refused as such, in writing, reading and removing', async () => {
		const store = connectStore({ ...local.clouds.configs[1], secretAccessKey: 'wrong' });
		const { cid, content } = await fresh(100);
		const unauthorised = refusal('storage.unauthorised', { store: store.name });
		await expect(store.put(cid, content)).rejects.toMatchObject(unauthorised);
		await expect(store.readRange(cid, 0, 1)).rejects.toMatchObject(unauthorised);
		await expect(store.remove(cid)).rejects.toMatchObject(unauthorised);
	});

	test('an S3 key that nobody knows is refused, also for a large file', async () => {
		const store = connectStore({ ...local.clouds.configs[2], accessKeyId: 'nobody' });
		const { cid, content } = await fresh(9 * mebibyte);
		await expect(store.put(cid, content)).rejects.toMatchObject(refusal('storage.unauthorised'));
	});

	test('a wrong token for IPFS is refused in writing; reading needs none', async () => {
		const owner = connectStore(local.clouds.configs[0]);
		const store = connectStore({ ...local.clouds.configs[0], token: 'wrong' });
		const { cid, content } = await fresh(100);
		await expect(store.put(cid, content)).rejects.toMatchObject(refusal('storage.unauthorised', { store: store.name }));
		await expect(store.remove(cid)).rejects.toMatchObject(refusal('storage.unauthorised'));
		await owner.put(cid, content);
		expect(await store.readRange(cid, 0, 100)).toEqual(content);
	});

	test('a probe tells that writing fails, instead of throwing', async () => {
		const report = await connectStore({ ...local.clouds.configs[1], secretAccessKey: 'wrong' }).probe();
		expect(report.ok).toBe(false);
		expect(report.checks).toMatchObject([{ step: 'write', ok: false, error: refusal('storage.unauthorised') }]);
	});

	test('a bucket that does not exist is a wrong setting', async () => {
		const store = connectStore({ ...local.clouds.configs[1], bucket: 'no-such-bucket' });
		const { cid, content } = await fresh(100);
		await expect(store.put(cid, content)).rejects.toMatchObject(refusal('storage.invalid-cloud'));
	});
});

describe('bytes that are not what the address says', () => {
	test('a node refuses a block under another address', async () => {
		const store = connectStore(local.clouds.configs[0]);
		const [one, two] = await Promise.all([fresh(100), fresh(100)]);
		await expect(store.put(one.cid, two.content)).rejects.toMatchObject(refusal('storage.invalid-cloud'));
		expect(await store.stat(one.cid)).toBe(null);
	});

	test('a file is not even sent under another address', async () => {
		const store = connectStore(local.clouds.configs[0]);
		const [one, two] = await Promise.all([fresh(2 * mebibyte), fresh(2 * mebibyte)]);
		await expect(store.put(one.cid, two.content)).rejects.toMatchObject(refusal('storage.corrupt'));
	});
});
