/**
 * Bringing an object from one cloud to another as it is: sealed bytes are copied, nothing is opened, so nobody needs a key. Every byte
 * is checked against its address on the way, and again at the other end, before anyone may rely on the copy.
 */

import type { CID } from 'multiformats/cid';
import { AppError, asAppError } from '#lib/errors.ts';
import { getBlock } from '#lib/storage/block.ts';
import { codecs, rawTwin } from '#lib/storage/cid.ts';
import { allFailed, checkStores } from '#lib/storage/failures.ts';
import { cancelled } from '#lib/storage/request.ts';
import type { Content, PutOptions, Store, StoreOptions } from '#lib/storage/store.ts';
import { leafBytes, leavesWithin, sizeOf, sizeOfNode, type Block } from '#lib/storage/tree.ts';
import { verified } from '#lib/storage/verified.ts';

/** Read at once when a copy is looked through. */
const stretch = 4 * leafBytes;

export interface CopyOptions extends Pick<PutOptions, 'signal' | 'onProgress' | 'resume'> {
	/** Where it may be read, the preferred first. */
	from: readonly Store[];
	to: Store;
}

/**
 * Copies an object, with the nodes of its tree beside it, unless the other cloud has all of it already; resolves with the bytes that were
 * sent. Throws `storage.not-found`, `storage.corrupt`, `storage.unreachable`, `storage.unauthorised`, `storage.full`,
 * `storage.no-clouds`, `general.cancelled`.
 */
export async function copyObject(cid: CID, { from, to, signal, onProgress, resume }: CopyOptions): Promise<number> {
	checkStores(from.length);
	if (await holdsAll(to, cid, { signal }).catch(() => false)) return 0;
	const nodes = await nodesOf(cid, from, signal);
	const content = await contentOf(cid, nodes, { from, signal });
	await to.put(cid, content, { signal, onProgress, resume });
	for (const node of nodes) await to.put(rawTwin(node.cid), node.bytes, { signal });
	if (!(await holdsAll(to, cid, { signal })))
		throw new AppError('storage.not-found', 'A cloud took an object and does not have it.', {
			details: { store: to.name },
		});
	return sizeOf(content);
}

/** One block, or a file's bytes as they are asked for. */
async function contentOf(
	cid: CID,
	nodes: readonly Block[],
	{ from, signal }: Pick<CopyOptions, 'from' | 'signal'>,
): Promise<Content> {
	const root = nodes[0];
	if (!root) return getBlock(from, cid, { signal });
	const readers = from.map(verified);
	return { size: sizeOfNode(root.bytes), read: (start, end) => readAny(readers, cid, { start, end, signal }) };
}

/** Whether a store has all of an object: every byte is read and checked. Throws what reading throws, `storage.corrupt` for wrong bytes. */
export async function holdsAll(store: Store, cid: CID, { signal }: StoreOptions = {}): Promise<boolean> {
	const found = await store.stat(cid, { signal });
	if (!found) return false;
	const reader = verified(store);
	for (let start = 0; start === 0 || start < found.size; start += stretch) {
		const bytes = await reader.readRange(cid, start, start + stretch, { signal });
		if (bytes?.length !== Math.min(stretch, found.size - start)) return false;
	}
	return true;
}

/** The nodes of a file's tree, the root first, each checked against its address; none for one block. Throws as `getBlock`. */
export async function nodesOf(cid: CID, stores: readonly Store[], signal?: AbortSignal): Promise<Block[]> {
	if (cid.code !== codecs['dag-pb']) return [];
	const nodes = new Map<string, Block>();
	const load = async (address: CID): Promise<Uint8Array> => {
		const known = nodes.get(String(address));
		if (known) return known.bytes;
		const bytes = await getBlock(stores, rawTwin(address), { signal });
		nodes.set(String(address), { cid: address, bytes });
		return bytes;
	};
	await leavesWithin(cid, 0, sizeOfNode(await load(cid)), load);
	return [...nodes.values()];
}

/** A range from the first store that gives it right. */
async function readAny(
	readers: readonly Store[],
	cid: CID,
	{ start, end, signal }: { start: number; end: number; signal?: AbortSignal | undefined },
): Promise<Uint8Array> {
	const errors: AppError[] = [];
	for (const reader of readers) {
		try {
			const bytes = await reader.readRange(cid, start, end, { signal });
			if (bytes?.length === end - start) return bytes;
		} catch (cause) {
			if (signal?.aborted) throw cancelled(cause);
			errors.push(asAppError(cause, 'storage.unreachable'));
		}
	}
	throw allFailed(errors);
}
