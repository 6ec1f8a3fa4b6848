/**
 * An IPFS node: blocks go to it in CAR files, and come back through a trustless gateway, raw and one by one.
 *
 * Every block that comes back is checked against its address here, since the walk down a file's tree depends on it. Larger
 * objects go up in batches of 8 MiB, leaves first and the root last: a node that has the root has everything. Without an upload
 * address the store only reads. https://specs.ipfs.tech/http-gateways/trustless-gateway/
 */

import type { CID } from 'multiformats/cid';
import { AppError } from '#lib/errors.ts';
import { carOf, carType, type CarBlock } from '#lib/storage/car.ts';
import { codecs, isBlockOf, maxBlockBytes } from '#lib/storage/cid.ts';
import { readOnly } from '#lib/storage/http.ts';
import { inOrder } from '#lib/storage/in-order.ts';
import { probeStore } from '#lib/storage/probe.ts';
import { readUpTo, request } from '#lib/storage/request.ts';
import { checkRange, type Content, type PutOptions, type Store, type StoreOptions } from '#lib/storage/store.ts';
import { blobOf, leavesWithin, sizeOf, sizeOfNode, treeOf } from '#lib/storage/tree.ts';

const batchLeaves = 8;
const batchesAtOnce = 2;
const leavesAtOnce = 4;
/** Nodes of trees kept at hand, each at most some 50 KB, so that reading a file leaf by leaf asks for its root once. */
const keptNodes = 64;

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
			throw new AppError('storage.corrupt', 'A gateway gave bytes that are not the block asked for.', {
				details: { store: gateway },
			});
		}
		return bytes;
	}

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

	async function putFile(cid: CID, content: Content, options?: PutOptions): Promise<void> {
		const tree = await treeOf(content, options);
		if (!tree.cid.equals(cid)) throw new AppError('storage.corrupt', 'These bytes are not what the address says.');
		const batches = Array.from({ length: Math.ceil(tree.leaves.length / batchLeaves) }, (_, i) => tree.leaves.slice(i * batchLeaves, (i + 1) * batchLeaves)); // prettier-ignore
		let done = 0;
		const sent = inOrder(batches, batchesAtOnce, async (batch) => {
			const blocks = batch.map(async (leaf) => ({ cid: leaf.cid, bytes: await blobOf(content, leaf.start, leaf.end) }));
			await upload(batch[0]?.cid ?? cid, await Promise.all(blocks), options);
			return batch.reduce((sum, { start, end }) => sum + end - start, 0);
		});
		for await (const size of sent) options?.onProgress?.((done += size));
		await upload(cid, tree.nodes, options);
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
			if (cid.code !== codecs['dag-pb']) return (await block(cid, options))?.slice(start, end) ?? null;
			const leaves = await leavesWithin(cid, start, end, (address) => node(address, options));
			if (!leaves) return null;
			const first = leaves[0]?.start ?? 0;
			const whole = new Uint8Array((leaves.at(-1)?.end ?? first) - first);
			let offset = 0;
			for await (const bytes of inOrder(leaves, leavesAtOnce, (leaf) => block(leaf.cid, options))) {
				if (!bytes) return null;
				whole.set(bytes, offset);
				offset += bytes.length;
			}
			return whole.subarray(Math.max(0, start - first), Math.max(0, end - first));
		},
		async remove(cid, options) {
			if (uploadUrl === undefined) throw readOnly(gateway);
			nodes.delete(String(cid));
			await send(`${uploadUrl.replace(/\/+$/, '')}/${String(cid)}`, { method: 'DELETE', headers: rights }, 0, options);
		},
	};
	return store;
}
