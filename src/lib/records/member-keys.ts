/** The keys that a hospital issues to its members: `member`, their role, and their team. */
import type { Address } from '#lib/chain/index.ts';
import type { Delivery } from './bundles.ts';
import type { Deps } from './deps.ts';
import type { Directory } from './formats.ts';
import { memberEntry, publishedKeys } from './ledger.ts';
import { attributesIn, memberNames } from './policy.ts';
import type { MemberRole } from './types.ts';
import { requireIdentity } from './act.ts';

/** New keys of one epoch for all members of a directory whose membership has not run out. */
export async function memberDeliveries(deps: Deps, { hospital, teams, members }: Directory, epoch: number) {
	const missed: Address[] = [];
	const found = await Promise.all(
		members.map(async (member): Promise<Delivery[]> => {
			const team = teams.find(({ id }) => id === member.teamId);
			const [keys, entry] = await Promise.all([
				publishedKeys(deps, member.address),
				memberEntry(deps, hospital, member.address),
			]);
			if (!entry || entry.validUntil * 1000 <= Date.now()) return [];
			if (!keys || !team) {
				missed.push(member.address);
				return [];
			}
			const { sealingKey } = keys;
			return [await memberDelivery(deps, { ...member, sealingKey, teamSlug: team.slug, first: epoch, last: epoch })];
		}),
	);
	return { deliveries: found.flat(), missed };
}

export interface MemberOrder {
	address: Address;
	sealingKey: Uint8Array;
	role: MemberRole;
	teamSlug: string;
	/** Epochs, both included. */
	first: number;
	last: number;
}

export async function memberDelivery(
	deps: Deps,
	{ address, sealingKey, first, last, ...member }: MemberOrder,
): Promise<Delivery> {
	const { account, keys } = requireIdentity(deps);
	const attributes = attributesIn(memberNames(member), { authority: account, first, last });
	const issued = await deps.engine.issueKeys(account, keys.authoritySeed, { gid: address, attributes });
	return { to: address, sealingKey, contents: { keys: Object.fromEntries(issued), scope: null, name: null } };
}
