/** A word of a contract's storage, proved by the block: the account under the header's state root, the word under the account's. */
import { fromRlp, keccak256, numberToHex } from 'viem';
import type { Address, ChainClient, Hash } from '../types.ts';
import type { Header } from './header.ts';
import { readProof } from './trie.ts';

type Hex = `0x${string}`;

/** A word of the storage of a contract. */
export interface WordPlace {
	address: Address;
	slot: Hash;
}

/** The answer to `eth_getProof` (EIP-1186), as far as it is needed. */
export interface RawProof {
	accountProof: Hex[];
	storageProof: { proof: Hex[] }[];
}

/** The answer of a node; null when it refuses. */
export async function askForProof(client: ChainClient, place: WordPlace, block: number): Promise<RawProof | null> {
	try {
		const params = [place.address, [place.slot], numberToHex(block)] as const;
		const answer: unknown = await client.request({ method: 'eth_getProof', params: params as never });
		return answer as RawProof;
	} catch {
		return null;
	}
}

/** The word that a proof shows; null when the proof does not lead from the header to it. */
export function provenWord({ stateRoot }: Pick<Header, 'stateRoot'>, place: WordPlace, proof: RawProof): bigint | null {
	const account = readProof(stateRoot, keccak256(place.address), proof.accountProof);
	if (account === null || account === '0x') return null;
	// Proved, so it is the list of nonce, balance, storage root and code hash.
	const [, , storageRoot] = fromRlp(account, 'hex') as readonly Hash[];
	const [first] = proof.storageProof;
	const encoded = storageRoot && first ? readProof(storageRoot, keccak256(place.slot), first.proof) : null;
	if (encoded === null) return null;
	return encoded === '0x' ? 0n : BigInt(fromRlp(encoded, 'hex') as Hex);
}
