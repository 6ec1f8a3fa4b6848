import { expect, test } from 'vitest';
import { connectStore } from '#lib/storage/index.ts';
import { opfs } from '#lib/storage/opfs.ts';
import { fresh } from './samples.ts';
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
