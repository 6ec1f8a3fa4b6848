import { readHistory } from '../history/read-history.ts';
import type { Address, ChainClient, Contracts, Hash, Signal } from '../types.ts';
import { readMember, type MemberEntry } from './read-member.ts';

export interface Membership extends MemberEntry {
	hospital: Address;
	teamId: Hash;
}

/** The hospitals that an account belongs to now, active or not, the latest joined last. Errors: as `readHistory`. */
export async function readMemberships(
	client: ChainClient,
	contracts: Contracts,
	parameters: { member: Address } & Signal,
): Promise<Membership[]> {
	const { member, signal } = parameters;
	const events = await readHistory(client, contracts, {
		account: member,
		names: ['MemberAdded'],
		registries: ['hospitalRegistry'],
		signal,
	});
	const teams = new Map<Address, Hash>();
	for (const event of events) {
		if (event.name !== 'MemberAdded' || event.member !== member) continue;
		teams.delete(event.hospital);
		teams.set(event.hospital, event.teamId);
	}
	const registry = contracts.hospitalRegistry;
	const memberships = await Promise.all(
		[...teams].map(async ([hospital, teamId]) => {
			const entry = await readMember(client, { registry, hospital, member });
			return entry && { ...entry, hospital, teamId };
		}),
	);
	return memberships.filter((membership) => membership !== null);
}
