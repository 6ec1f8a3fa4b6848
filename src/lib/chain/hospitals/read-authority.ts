import { fromHex } from '#lib/bytes.ts';
import { readEventAt } from '../history/read-events.ts';
import type { Address, ChainClient, Contracts } from '../types.ts';
import { readHospital } from './read-hospital.ts';

export interface PublishedAuthority {
	publicKey: Uint8Array;
	/** That whoever published it has the secret; to be checked before use. */
	proofOfPossession: Uint8Array;
}

/**
 * The public key under which a hospital issues attributes; null when it has published none. One block is read for it.
 * Errors: as `call`; `chain.not-found` when the node does not have the block's events.
 */
export async function readAuthority(
	client: ChainClient,
	contracts: Contracts,
	hospital: Address,
): Promise<PublishedAuthority | null> {
	const registry = contracts.hospitalRegistry;
	const entry = await readHospital(client, { registry, hospital });
	if (!entry || entry.authorityVersion === 0) return null;
	const published = await readEventAt(client, contracts, {
		names: ['AuthorityPublished'],
		subject: hospital,
		blockNumber: entry.authorityBlock,
	});
	const publicKey = fromHex(published.publicKey);
	const proofOfPossession = fromHex(published.proofOfPossession);
	return publicKey && proofOfPossession && { publicKey, proofOfPossession };
}
