/** A sealed piece on a store: its bytes, and beside them the nodes of its tree and the hashes for audits, so that whoever finds it finds all. */

import type { CID } from 'multiformats/cid';
import { rawTwin } from '#lib/storage/cid.ts';
import type { SealedPiece } from '#lib/storage/seal-pieces.ts';
import type { PutOptions, Store } from '#lib/storage/store.ts';
import type { Block } from '#lib/storage/tree.ts';

/** How long taking a piece away may take. */
const removalMs = 5_000;

/** An object that nothing names any more, and the store that still has it. */
export interface Leftover {
	store: string;
	cid: CID;
}

/** Puts a piece and what lies beside it. Throws as `Store.put`, and what its `proofs` reject with. */
export async function placePiece(store: Store, piece: SealedPiece, options: PutOptions): Promise<void> {
	const { cid, bytes, nodes } = piece;
	const { signal } = options;
	await store.put(cid, bytes, options);
	await putNodes(store, nodes, signal);
	const proofs = await piece.proofs;
	await store.put(proofs.cid, proofs.bytes, { signal });
	await putNodes(store, proofs.nodes, signal);
}

/** Takes away a piece and what lies beside it; what is left where the store cannot or does not. */
export async function removePiece(store: Store, { cid, nodes, proofs }: SealedPiece): Promise<Leftover[]> {
	const known = await proofs.catch(() => null);
	const cids = [cid, ...twins(nodes), ...(known ? [known.cid, ...twins(known.nodes)] : [])];
	if (!store.capabilities.remove) return cids.map((one) => ({ store: store.name, cid: one }));
	const signal = AbortSignal.timeout(removalMs);
	const removals = await Promise.allSettled(cids.map((one) => store.remove(one, { signal })));
	return cids.flatMap((one, i) => (removals[i]?.status === 'rejected' ? { store: store.name, cid: one } : []));
}

async function putNodes(store: Store, nodes: readonly Block[], signal: AbortSignal | undefined): Promise<void> {
	for (const node of nodes) await store.put(rawTwin(node.cid), node.bytes, { signal });
}

const twins = (nodes: readonly Block[]) => nodes.map((node) => rawTwin(node.cid));
