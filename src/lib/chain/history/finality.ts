import { numberToHex } from 'viem';
import { chainError } from '../refusal.ts';
import type { ChainClient, Hash } from '../types.ts';
import { latestBlock } from './logs.ts';

/** How far below the latest a block is taken as settled where the node does not say which are final. */
const settledDepth = 64;

/** A block by which something read before can be known to be still true: another chain of blocks has another hash there. */
export interface Anchor {
	block: number;
	hash: Hash;
}

/** The last block that no reorganisation undoes any more; null on a chain that is younger. Errors: as `chainError`. */
export async function settledBlock(client: ChainClient): Promise<Anchor | null> {
	const final = await blockAt(client, 'finalized').catch(() => null);
	const latest = await latestBlock(client);
	// A development node calls every block final, and forgets them all when it starts again: the hash tells.
	const number = final?.block ?? latest - settledDepth;
	return number < 0 ? null : (final ?? (await blockAt(client, numberToHex(number))));
}

/** Whether the chain still has this very block. Errors: as `chainError`. */
export async function isStillThere(client: ChainClient, { block, hash }: Anchor): Promise<boolean> {
	return (await blockAt(client, numberToHex(block)))?.hash === hash;
}

async function blockAt(client: ChainClient, at: Hash | 'finalized'): Promise<Anchor | null> {
	try {
		const found = await client.request({ method: 'eth_getBlockByNumber', params: [at, false] });
		return found?.number && found.hash ? { block: Number(found.number), hash: found.hash } : null;
	} catch (error) {
		throw chainError(error);
	}
}
