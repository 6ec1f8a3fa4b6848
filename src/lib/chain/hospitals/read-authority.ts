import { fromHex } from '#lib/bytes.ts';
import { readEventsAt } from '../history/read-events.ts';
import type { Address, ChainClient, Contracts } from '../types.ts';
import { readHospital } from './read-hospital.ts';

/**
 * The public key under which a hospital issues attributes; null when it has published none. One block is read for it.
 * Errors: as `call`; `chain.not-found` when the node does not have the block's events.
 */
export async function readAuthority(
	client: ChainClient,
	contracts: Contracts,
	hospital: Address,
): Promise<Uint8Array | null> {
	const registry = contracts.hospitalRegistry;
	const entry = await readHospital(client, { registry, hospital });
	if (!entry || entry.authorityVersion === 0) return null;
	const published = await readEventsAt(client, contracts, {
		name: 'AuthorityPublished',
		subject: hospital,
		blockNumber: entry.authorityBlock,
	});
	return fromHex(published.publicKey);
}
