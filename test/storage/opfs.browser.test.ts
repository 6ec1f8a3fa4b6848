import { expect, test } from 'vitest';
import { connectStore } from '#lib/storage/index.ts';
import { opfs } from '#lib/storage/opfs.ts';
import { fresh, mebibyte, refusal } from './samples.ts';
import { testStore } from './test-store.ts';

testStore('opfs', () => opfs('suite'));

test('labels are folders of their own, whatever characters they have', async () => {
	const { cid, content } = await fresh(10);
	await connectStore({ kind: 'opfs', label: 'ملفاتي / ../..' }).put(cid, content);
	expect(await connectStore({ kind: 'opfs', label: 'ملفاتي / ../..' }).stat(cid)).toEqual({ size: 10 });
	expect(await connectStore({ kind: 'opfs', label: 'another' }).stat(cid)).toBe(null);
});

test('what is kept is there after the store is opened anew', async () => {
	const { cid, content } = await fresh(1000);
	await opfs('suite').put(cid, content);
	expect(await opfs('suite').readRange(cid, 0, 1000)).toEqual(content);
});

test('a browser without room says that it is full, and half a file is not there', async () => {
	const { cid, content } = await fresh(9 * mebibyte);
	// eslint-disable-next-line @typescript-eslint/unbound-method -- put back as it was, and called on its own stream
	const original = FileSystemWritableFileStream.prototype.write;
	let writes = 0;
	// Filling a real quota takes gigabytes: the browser's own refusal, at the second chunk.
	FileSystemWritableFileStream.prototype.write = function (data) {
		if (++writes === 2) return Promise.reject(new DOMException('No room.', 'QuotaExceededError'));
		return original.call(this, data);
	};
	try {
		await expect(opfs('suite').put(cid, content)).rejects.toMatchObject(
			refusal('storage.full', { store: 'opfs:suite' }),
		);
	} finally {
		FileSystemWritableFileStream.prototype.write = original;
	}
	expect(writes).toBe(2);
	expect(await opfs('suite').stat(cid)).toBe(null);
	await opfs('suite').put(cid, content);
	expect(await opfs('suite').stat(cid)).toEqual({ size: content.length });
});
