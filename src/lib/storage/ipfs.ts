/**
 * An IPFS node: blocks go to it in CAR files, and come back through a trustless gateway, raw and one by one.
 *
 * Every whole block that comes back is checked against its address here, since the walk down a file's tree depends on it; a part of one
 * is not, as from any store. Larger objects go up in batches of 8 MiB, leaves first and the root last: a node that has the root has
 * everything. With notes to go on from, batches that went and are still there are not sent again. Without an upload address the store
 * only reads. https://specs.ipfs.tech/http-gateways/trustless-gateway/
 */

import type { CID } from 'multiformats/cid';
import * as v from 'valibot';
import { AppError } from '#lib/errors.ts';
import { carOf, carType, type CarBlock } from '#lib/storage/car.ts';
import { codecs, isBlockOf, maxBlockBytes } from '#lib/storage/cid.ts';
import { httpReads, readOnly } from '#lib/storage/http.ts';
import { inOrder } from '#lib/storage/in-order.ts';
import { probeStore } from '#lib/storage/probe.ts';
import { readUpTo, request } from '#lib/storage/request.ts';
import {
	checkRange,
	discard,
	type Content,
	type PutOptions,
	type Store,
	type StoreOptions,
} from '#lib/storage/store.ts';
import { blobOf, leavesWithin, sizeOf, sizeOfNode, treeOf, type Leaf } from '#lib/storage/tree.ts';

const batchLeaves = 8;
const batchesAtOnce = 2;
const leavesAtOnce = 4;
/** Nodes of trees kept at hand, each at most some 50 KB, so that reading a file leaf by leaf asks for its root once. */
const keptNodes = 64;

/** Which batches of leaves have gone; of the very same object, since notes are kept for one. */
const notesSchema = v.object({
	batchLeaves: v.literal(batchLeaves),
	sent: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
});

export interface IpfsOptions {
	/** Ends in `/ipfs/`. */
	gateway: string;
	/** Takes CAR files by POST and forgets a root by DELETE; without it the store only reads. */
	uploadUrl?: string | undefined;
	token?: string | undefined;
}

/** The store over a gateway and, where given, its node's upload address. */
export function ipfs({ gateway, uploadUrl, token }: IpfsOptions): Store {
	const nodes = new Map<string, Uint8Array>();
	const rights: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};

	/** Parts of blocks, unchecked: answers to ranges, or cut from the whole where the gateway ignores them. */
	const raw = httpReads(gateway, (path, init) => Promise.resolve({ url: `${gateway}${path}?format=raw`, init }));

	/** One block, checked; null: not here. */
	async function block(cid: CID, options?: StoreOptions): Promise<Uint8Array | null> {
		const bytes = await request({
			store: gateway,
			make: () =>
				Promise.resolve({
					url: `${gateway}${String(cid)}?format=raw`,
					init: { headers: { accept: 'application/vnd.ipld.raw' } },
				}),
			expected: [404, 410],
			signal: options?.signal,
			bytes: maxBlockBytes,
			read: async (response) => (response.ok ? readUpTo(response, maxBlockBytes + 1) : null),
		});
		if (bytes && !(await isBlockOf(cid, bytes))) {
			throw wrong();
		}
		return bytes;
	}

	/** A part of a block of at most `size` bytes; checked when it is the whole. */
	async function part(cid: CID, start: number, end: number, size: number, options?: StoreOptions) {
		if (start === 0 && end >= size) return block(cid, options);
		return raw.readRange(cid, start, end, options);
	}

	const wrong = () =>
		new AppError('storage.corrupt', 'A gateway gave bytes that are not the block asked for.', {
			details: { store: gateway },
		});

	async function node(cid: CID, options?: StoreOptions): Promise<Uint8Array | null> {
		const key = String(cid);
		const bytes = nodes.get(key) ?? (await block(cid, options));
		if (!bytes) return null;
		nodes.delete(key);
		nodes.set(key, bytes);
		if (nodes.size > keptNodes)
			for (const oldest of [...nodes.keys()].slice(0, nodes.size - keptNodes)) nodes.delete(oldest);
		return bytes;
	}

	async function upload(root: CID, blocks: CarBlock[], options?: StoreOptions): Promise<void> {
		const body = carOf(root, blocks);
		const init = { method: 'POST', body, headers: { 'content-type': carType, ...rights } };
		await send(uploadUrl ?? '', init, body.size, options);
	}

	async function send(url: string, init: RequestInit, bytes: number, options?: StoreOptions): Promise<void> {
		const make = () => Promise.resolve({ url, init });
		await request({ store: gateway, make, read: (response) => response.text(), bytes, signal: options?.signal });
	}

	/** Whether the node has the last block of each batch that the notes say went; a node that cleaned up in between has forgotten some. */
	async function arrived(batches: readonly Leaf[][], options: PutOptions): Promise<Set<number>> {
		const notes = v.safeParse(notesSchema, await options.resume?.load());
		const noted = notes.success ? notes.output.sent.filter((index) => batches[index] !== undefined) : [];
		const there = inOrder(noted, batchesAtOnce, async (index) => {
			const last = batches[index]?.at(-1);
			return last && (await raw.readRange(last.cid, 0, 1, options)) ? index : null;
		});
		const indexes = new Set<number>();
		for await (const index of there) if (index !== null) indexes.add(index);
		return indexes;
	}

	async function putFile(cid: CID, content: Content, options: PutOptions = {}): Promise<void> {
		const { resume, signal, onProgress } = options;
		const tree = await treeOf(content, options);
		if (!tree.cid.equals(cid)) throw new AppError('storage.corrupt', 'These bytes are not what the address says.');
		const count = Math.ceil(tree.leaves.length / batchLeaves);
		const batches = Array.from({ length: count }, (_, i) => tree.leaves.slice(i * batchLeaves, (i + 1) * batchLeaves));
		const sent = await arrived(batches, options);
		const sizeOfBatch = (index: number) => (batches[index] ?? []).reduce((sum, { start, end }) => sum + end - start, 0);
		let done = [...sent].reduce((sum, index) => sum + sizeOfBatch(index), 0);
		if (done > 0) onProgress?.(done);
		const missing = [...batches.keys()].filter((index) => !sent.has(index));
		try {
			const sending = inOrder(missing, batchesAtOnce, async (index) => {
				const leaves = batches[index] ?? [];
				const blocks = leaves.map(async (leaf) => ({
					cid: leaf.cid,
					bytes: await blobOf(content, leaf.start, leaf.end),
				}));
				await upload(leaves[0]?.cid ?? cid, await Promise.all(blocks), options);
				sent.add(index);
				await resume?.save({ batchLeaves, sent: [...sent] });
				return sizeOfBatch(index);
			});
			for await (const size of sending) onProgress?.((done += size));
			await upload(cid, tree.nodes, options);
		} catch (error) {
			// Blocks without a root are nothing that anyone pinned: the node's own cleaning takes them.
			if (signal?.reason === discard) await resume?.save(null);
			throw error;
		}
		await resume?.save(null);
	}

	const store: Store = {
		name: gateway,
		capabilities: { write: uploadUrl !== undefined, remove: uploadUrl !== undefined, shared: true, conditional: false },
		probe: (options) => probeStore(store, options),
		async put(cid, content, options) {
			if (uploadUrl === undefined) throw readOnly(gateway);
			if (cid.code === codecs['dag-pb']) return putFile(cid, content, options);
			await upload(cid, [{ cid, bytes: await blobOf(content) }], options);
			options?.onProgress?.(sizeOf(content));
		},
		async stat(cid, options) {
			const bytes = await block(cid, options); // not from what is at hand: whether the node still has it is the question
			return bytes && { size: cid.code === codecs['dag-pb'] ? sizeOfNode(bytes) : bytes.length };
		},
		async readRange(cid, start, end, options) {
			checkRange(start, end);
			if (cid.code !== codecs['dag-pb']) return part(cid, start, end, maxBlockBytes, options);
			const leaves = await leavesWithin(cid, start, end, (address) => node(address, options));
			if (!leaves) return null;
			const pieces = leaves.map((leaf) => ({
				leaf,
				from: Math.max(start, leaf.start) - leaf.start,
				to: Math.min(end, leaf.end) - leaf.start,
			}));
			const whole = new Uint8Array(pieces.reduce((sum, { from, to }) => sum + to - from, 0));
			let offset = 0;
			const reads = inOrder(pieces, leavesAtOnce, ({ leaf, from, to }) => part(leaf.cid, from, to, leaf.end - leaf.start, options)); // prettier-ignore
			for await (const bytes of reads) {
				if (!bytes) return null;
				if (bytes.length > whole.length - offset) throw wrong();
				whole.set(bytes, offset);
				offset += bytes.length;
			}
			if (offset < whole.length) throw wrong();
			return whole;
		},
		async remove(cid, options) {
			if (uploadUrl === undefined) throw readOnly(gateway);
			nodes.delete(String(cid));
			await send(`${uploadUrl.replace(/\/+$/, '')}/${String(cid)}`, { method: 'DELETE', headers: rights }, 0, options);
		},
	};
	return store;
}
