/** The tree over a file's leaves, against the importer that IPFS itself uses. */
import { createLink, createNode, encode } from '@ipld/dag-pb';
import fc from 'fast-check';
import { importer } from 'ipfs-unixfs-importer';
import { fixedSize } from 'ipfs-unixfs-importer/chunker';
import { balanced } from 'ipfs-unixfs-importer/layout';
import type { CID } from 'multiformats/cid';
import { describe, expect, test } from 'vitest';
import { cidOfBlock, sha256 } from '#lib/storage/cid.ts';
import { buildTree, cidOf, leafBytes, leavesWithin, sizeOfNode, treeOf, type Block } from '#lib/storage/tree.ts';
import { bytes, mebibyte, refusal } from './samples.ts';
import { runs } from '../slow.ts';

const corrupt = refusal('storage.corrupt');

/** What ipfs-unixfs-importer makes of the bytes in the profile unixfs-v1-2025. */
async function imported(
	source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<{ cid: string; blocks: Map<string, Uint8Array> }> {
	const blocks = new Map<string, Uint8Array>();
	const store = {
		put: (cid: CID, block: Uint8Array) => {
			if (cid.code !== 0x55) blocks.set(String(cid), block);
			return cid;
		},
	};
	const options = { rawLeaves: true, cidVersion: 1, reduceSingleLeafToSelf: true, chunker: fixedSize({ chunkSize: mebibyte }), layout: balanced({ maxChildrenPerNode: 1024 }) } as const; // prettier-ignore
	let cid = '';
	for await (const entry of importer([{ content: source }], store, options)) cid = String(entry.cid);
	return { cid, blocks };
}

function loader(nodes: readonly Block[]) {
	const all = new Map(nodes.map((node) => [String(node.cid), node.bytes]));
	return (cid: CID) => Promise.resolve(all.get(String(cid)) ?? null);
}

describe('the address of a file', () => {
	test.each([
		['nothing', 0],
		['one byte', 1],
		['a leaf less one byte', mebibyte - 1],
		['a leaf', mebibyte],
		['a leaf and one byte', mebibyte + 1],
		['two leaves', 2 * mebibyte],
		['seven leaves and some', 7 * mebibyte + 4321],
	])('is what the importer says, and so are its nodes: %s', async (_, length) => {
		const source = bytes(length);
		const tree = await treeOf(source);
		const oracle = await imported([source]);
		expect(String(tree.cid)).toBe(oracle.cid);
		expect(new Map(tree.nodes.map((node) => [String(node.cid), node.bytes]))).toEqual(oracle.blocks);
		expect((await cidOf(new Blob([source]))).equals(tree.cid)).toBe(true);
	});

	test('is what the importer says for more leaves than a node has links', async () => {
		const leaf = bytes(mebibyte);
		const count = 1025;
		const last = leaf.subarray(0, 77);
		const digests = Array<Uint8Array>(count).fill(await sha256(leaf));
		const tree = await buildTree([...digests, await sha256(last)], count * mebibyte + last.length);
		const oracle = await imported(
			(function* () {
				for (let i = 0; i < count; i++) yield leaf;
				yield last;
			})(),
		);
		expect(String(tree.cid)).toBe(oracle.cid);
		expect(tree.nodes.length).toBe(3);
	});

	test('of sizes at random is what the importer says', async () => {
		await fc.assert(
			fc.asyncProperty(fc.nat(3 * mebibyte), fc.nat(), async (length, seed) => {
				const source = bytes(length, seed);
				expect(String(await cidOf(source))).toBe((await imported([source])).cid);
			}),
			runs(6, 50),
		);
	});

	test('is not computed further once that is cancelled', async () => {
		await expect(cidOf(bytes(10), { signal: AbortSignal.abort() })).rejects.toMatchObject(refusal('general.cancelled'));
	});
});

describe('finding leaves', () => {
	test('gives those that a range touches, and no others', async () => {
		const count = 2000;
		const size = (count - 1) * leafBytes + 5;
		const digest = await sha256(new Uint8Array());
		const tree = await buildTree(Array<Uint8Array>(count).fill(digest), size);
		const load = loader(tree.nodes);
		await fc.assert(
			fc.asyncProperty(fc.nat(size + 10), fc.nat(3 * leafBytes), async (start, length) => {
				const found = await leavesWithin(tree.cid, start, start + length, load);
				const expected = tree.leaves.filter((leaf) => leaf.end > start && leaf.start < start + length);
				expect(found?.map(({ start, end }) => [start, end])).toEqual(expected.map(({ start, end }) => [start, end]));
			}),
			{ numRuns: 50 },
		);
		expect(sizeOfNode(tree.nodes.at(-1)!.bytes)).toBe(size);
	});

	test('gives null when a node is missing', async () => {
		const tree = await treeOf(bytes(3 * mebibyte));
		expect(await leavesWithin(tree.cid, 0, 1, () => Promise.resolve(null))).toBe(null);
		const deep = await buildTree(Array<Uint8Array>(1500).fill(new Uint8Array(32)), 1500 * leafBytes);
		expect(await leavesWithin(deep.cid, 0, 1, loader(deep.nodes.slice(1)))).toBe(null);
		expect(await leavesWithin(deep.cid, 1400 * leafBytes, 1401 * leafBytes, loader(deep.nodes.slice(1)))).toHaveLength(
			1,
		);
	});
});

describe('a node that is malformed is refused:', async () => {
	const leaf = await cidOfBlock(bytes(10), 'raw');
	const cbor = await cidOfBlock(bytes(10), 'dag-cbor');
	const file = (...numbers: number[]) => Uint8Array.from([0x08, 2, 0x18, ...numbers]);
	const node = (data: Uint8Array, links: CID[]) => encode(createNode(data, links.map((cid) => createLink('', 10, cid)))); // prettier-ignore

	test.each([
		['no dag-pb', bytes(40)],
		['nothing', new Uint8Array()],
		['no links', node(file(0), [])],
		['fewer sizes than links', node(file(10, 0x20, 10), [leaf, leaf])],
		['more sizes than links', node(file(20, 0x20, 10, 0x20, 10), [leaf])],
		['sizes that do not add up', node(file(21, 0x20, 10, 0x20, 10), [leaf, leaf])],
		['a directory', node(Uint8Array.from([0x08, 1]), [leaf])],
		['another field', node(Uint8Array.from([...file(10, 0x20, 10), 0x28, 1]), [leaf])],
		['bytes of its own', node(Uint8Array.from([0x08, 2, 0x12, 1, 7, 0x18, 11, 0x20, 10]), [leaf])],
		['an empty leaf', node(file(0, 0x20, 0), [leaf])],
		['a link to neither leaf nor node', node(file(10, 0x20, 10), [cbor])],
		['a leaf of more than 1 MiB', node(file(0x81, 0x80, 0x40, 0x20, 0x81, 0x80, 0x40), [leaf])],
		['a varint cut short', node(Uint8Array.from([0x08, 2, 0x18, 0x80]), [leaf])],
	])('%s', async (_, block) => {
		const root = await cidOfBlock(block, 'dag-pb');
		await expect(leavesWithin(root, 0, 1, loader([{ cid: root, bytes: block }]))).rejects.toMatchObject(corrupt);
	});

	test('a tree deeper than any file', async () => {
		const nodes: Block[] = [];
		let below = leaf;
		for (let depth = 0; depth < 6; depth++) {
			const block = node(file(10, 0x20, 10), [below]);
			below = await cidOfBlock(block, 'dag-pb');
			nodes.push({ cid: below, bytes: block });
		}
		await expect(leavesWithin(below, 0, 1, loader(nodes))).rejects.toMatchObject(corrupt);
	});

	test('any bytes at all', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (block) => {
				const root = await cidOfBlock(block, 'dag-pb');
				await expect(leavesWithin(root, 0, 1, loader([{ cid: root, bytes: block }]))).rejects.toMatchObject(corrupt);
			}),
		);
	});
});
