import { expect, test } from 'vitest';
import { connectStore, memory } from '#lib/storage/index.ts';
import { fresh } from './samples.ts';
import { testStore } from './test-store.ts';

const store = memory('suite');
testStore('memory', () => store);

test('two stores made by hand share nothing, two connected under one label share all', async () => {
	const { cid, content } = await fresh(10);
	await memory('x').put(cid, content);
	expect(await memory('x').stat(cid)).toBe(null);
	await connectStore({ kind: 'memory', label: 'shared' }).put(cid, content);
	expect(await connectStore({ kind: 'memory', label: 'shared' }).stat(cid)).toEqual({ size: 10 });
	expect(await connectStore({ kind: 'memory', label: 'other' }).stat(cid)).toBe(null);
});
