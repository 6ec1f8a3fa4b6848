/** The blocks below a root, in the order in which a file's bytes lie: depth first, as trustless gateways send them. */
import { decode } from '@ipld/dag-pb';
import { CID } from 'multiformats/cid';

export const codes = { raw: 0x55, dagPb: 0x70, dagCbor: 0x71 };

/** Walks from the root; `get` gives null for a block that is not there, and what is below it is then left out. */
export async function* walk(
	root: CID,
	get: (cid: CID) => Promise<Uint8Array | null>,
): AsyncGenerator<{ cid: CID; bytes: Uint8Array }, void, undefined> {
	const bytes = await get(root);
	if (!bytes) return;
	yield { cid: root, bytes };
	if (root.code !== codes.dagPb) return;
	for (const link of decode(bytes).Links) yield* walk(link.Hash, get);
}

/** The CID that a path or an argument names; null where it names none. */
export function parseCid(text: string): CID | null {
	try {
		return CID.parse(text);
	} catch {
		return null;
	}
}
