import { CarReader } from '@ipld/car';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { carOf } from '#lib/storage/car.ts';
import { cidOfBlock } from '#lib/storage/cid.ts';
import { treeOf } from '#lib/storage/tree.ts';
import { bytes, mebibyte } from './samples.ts';

async function read(car: Blob) {
	const reader = await CarReader.fromBytes(new Uint8Array(await car.arrayBuffer()));
	const blocks: [string, Uint8Array][] = [];
	for await (const { cid, bytes } of reader.blocks()) blocks.push([String(cid), new Uint8Array(bytes)]);
	return { roots: (await reader.getRoots()).map(String), blocks };
}

test('a CAR file is read by @ipld/car as it was written', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 }), async (contents) => {
			const blocks = await Promise.all(contents.map(async (bytes) => ({ cid: await cidOfBlock(bytes), bytes })));
			const root = blocks[0]!.cid;
			const asBlobs = blocks.map(({ cid, bytes }) => ({ cid, bytes: new Blob([bytes]) }));
			const expected = { roots: [String(root)], blocks: blocks.map(({ cid, bytes }) => [String(cid), new Uint8Array(bytes)]) }; // prettier-ignore
			expect(await read(carOf(root, blocks))).toEqual(expected);
			expect(await read(carOf(root, asBlobs))).toEqual(expected);
		}),
	);
});

test('a whole file with its tree fits in one', async () => {
	const source = bytes(3 * mebibyte + 1);
	const tree = await treeOf(source);
	const leaves = tree.leaves.map(({ cid, start, end }) => ({ cid, bytes: source.subarray(start, end) }));
	const { roots, blocks } = await read(carOf(tree.cid, [...leaves, ...tree.nodes]));
	expect(roots).toEqual([String(tree.cid)]);
	expect(blocks.map(([cid]) => cid)).toEqual([...tree.leaves, ...tree.nodes].map(({ cid }) => String(cid)));
});
