/** A sealed piece on a store: its bytes, and beside them the nodes of its tree and the hashes for audits, so that whoever finds it finds all. */

import type { CID } from 'multiformats/cid';
import { rawTwin } from '#lib/storage/cid.ts';
import type { PieceProofs } from '#lib/storage/seal-audits.ts';
import type { SealedPiece } from '#lib/storage/seal-pieces.ts';
import type { PutOptions, Store } from '#lib/storage/store.ts';
import type { Block } from '#lib/storage/tree.ts';
import { verified } from '#lib/storage/verified.ts';

/** How long taking a piece away may take. */
const removalMs = 5_000;

/** An object that nothing names any more, and the store that still has it. */
export interface Leftover {
	store: string;
	cid: CID;
}

export interface Placing extends PutOptions {
	/** An earlier attempt may have brought the piece: then it is looked for before it is sent. */
	mayBeThere?: boolean | undefined;
}

/** Puts a piece and what lies beside it. Throws as `Store.put`, and what its `proofs` reject with. */
export async function placePiece(store: Store, piece: SealedPiece, options: Placing): Promise<void> {
	const stop = new AbortController();
	const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
	const put = putPiece(store, piece, { ...options, signal });
	// Hashing for audits would keep the first bytes waiting, and the link idle.
	const puts = [put, Promise.race([piece.given, put]).then(() => putProofs(store, piece, signal))];
	try {
		await Promise.all(puts);
	} catch (error) {
		// What is left behind is taken away afterwards, so nothing may still be on its way.
		stop.abort(options.signal?.reason);
		await Promise.allSettled(puts);
		throw error;
	}
}

async function putPiece(store: Store, piece: SealedPiece, options: Placing): Promise<void> {
	const { cid, bytes, nodes } = piece;
	const { signal, mayBeThere, ...put } = options;
	// First the nodes where the piece may be there: its bytes are checked by them.
	if (mayBeThere) await putNodes(store, nodes, signal);
	if (mayBeThere && (await isThere(store, piece, signal))) put.onProgress?.(bytes.size);
	else await store.put(cid, bytes, { ...put, signal });
	if (!mayBeThere) await putNodes(store, nodes, signal);
}

async function putProofs(store: Store, piece: SealedPiece, signal: AbortSignal): Promise<void> {
	const { cid, bytes, nodes } = await piece.proofs();
	await store.put(cid, bytes, { signal });
	await putNodes(store, nodes, signal);
}

/** Takes away a piece and what lies beside it; what is left where the store cannot or does not. */
export async function removePiece(store: Store, { cid, nodes, proofs }: SealedPiece): Promise<Leftover[]> {
	const cids = objectsOf({ cid, nodes }, await proofs().catch(() => undefined));
	if (!store.capabilities.remove) return cids.map((one) => ({ store: store.name, cid: one }));
	const signal = AbortSignal.timeout(removalMs);
	const removals = await Promise.allSettled(cids.map((one) => store.remove(one, { signal })));
	return cids.flatMap((one, i) => (removals[i]?.status === 'rejected' ? { store: store.name, cid: one } : []));
}

/** The addresses of a piece and of what lies beside it, without those of its proofs where they are not known yet. */
export function objectsOf({ cid, nodes }: Pick<SealedPiece, 'cid' | 'nodes'>, proofs?: PieceProofs): CID[] {
	return [cid, ...twins(nodes), ...(proofs ? [proofs.cid, ...twins(proofs.nodes)] : [])];
}

/** Whether the whole piece is there by its size, and its last leaf by its bytes; a cloud that fails here is sent it. */
async function isThere(store: Store, { cid, bytes }: SealedPiece, signal: AbortSignal | undefined): Promise<boolean> {
	try {
		const { size } = bytes;
		if ((await store.stat(cid, { signal }))?.size !== size) return false;
		return (await verified(store).readRange(cid, size - 1, size, { signal })) !== null;
	} catch {
		return false;
	}
}

async function putNodes(store: Store, nodes: readonly Block[], signal: AbortSignal | undefined): Promise<void> {
	for (const node of nodes) await store.put(rawTwin(node.cid), node.bytes, { signal });
}

const twins = (nodes: readonly Block[]) => nodes.map((node) => rawTwin(node.cid));
