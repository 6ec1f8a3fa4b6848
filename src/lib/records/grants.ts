/** Grants that stand, with what each covers, and the keys that a patient issues for them. */
import type { Address, EventOf } from '#lib/chain/index.ts';
import type { Delivery } from './bundles.ts';
import type { Deps } from './deps.ts';
import { grantEntry, historyOf, publishedKeys, requireKeys } from './ledger.ts';
import { attributesIn, consentNames } from './policy.ts';
import { openGrant } from './reader-keys.ts';
import type { Category } from './types.ts';
import { requireIdentity } from './act.ts';

/** Someone's grant that counts now, with what it covers as far as this account can tell; null where none counts. */
export async function standingGrant(deps: Deps, patient: Address, grantee: Address) {
	const entry = await grantEntry(deps, patient, grantee);
	if (!entry || entry.expiresAt * 1000 <= Date.now()) return null;
	const event = (await lastGrants(deps, patient)).get(grantee);
	if (!event) return null;
	const delivery = await openGrant(deps, event, requireIdentity(deps).account).catch(() => null);
	return {
		grantee,
		hospital: entry.hospital,
		open: entry.open,
		scope: delivery?.scope ?? null,
		name: delivery?.name ?? null,
	};
}

/** The last grant to each grantee of a patient who has not been revoked since. */
export async function lastGrants(deps: Deps, patient: Address): Promise<Map<Address, EventOf<'AccessGranted'>>> {
	const grants = new Map<Address, EventOf<'AccessGranted'>>();
	for (const event of await historyOf(deps, patient)) {
		if (event.name === 'AccessGranted' && event.patient === patient) grants.set(event.grantee, event);
		if (event.name === 'AccessRevoked' && event.patient === patient) grants.delete(event.grantee);
		if (event.name === 'AllAccessRevoked' && event.patient === patient) grants.clear();
	}
	return grants;
}

export type StandingGrant = NonNullable<Awaited<ReturnType<typeof standingGrant>>>;

/** Those whose grants count now. Who is no longer a member of the hospital they were granted in gets no new keys. */
export async function stayingGrantees(deps: Deps, patient: Address, leaving: Address): Promise<StandingGrant[]> {
	const others = [...(await lastGrants(deps, patient)).keys()].filter((grantee) => grantee !== leaving);
	const standing = await Promise.all(others.map((grantee) => standingGrant(deps, patient, grantee)));
	return standing.filter((grant) => grant !== null).filter(({ open }) => open);
}

/** Keys of one epoch for each of these. Who cannot be reached, or whose scope no cloud tells any more, is in `missed`. */
export async function grantDeliveries(deps: Deps, staying: readonly StandingGrant[], epoch: number) {
	const missed: Address[] = [];
	const found = await Promise.all(
		staying.map(async ({ grantee, scope, name }) => {
			if (scope && (await publishedKeys(deps, grantee))) {
				return [await grantDelivery(deps, { grantee, scope, name, first: epoch, last: epoch })];
			}
			missed.push(grantee);
			return [];
		}),
	);
	return { deliveries: found.flat(), missed };
}

export interface GrantOrder {
	grantee: Address;
	scope: Category[];
	name: string | null;
	/** Epochs, both included. */
	first: number;
	last: number;
}

export async function grantDelivery(deps: Deps, { grantee, scope, name, first, last }: GrantOrder): Promise<Delivery> {
	const { account, keys } = requireIdentity(deps);
	const { sealingKey } = await requireKeys(deps, grantee);
	const attributes = attributesIn(consentNames(scope), { authority: account, first, last });
	const issued = await deps.engine.issueKeys(account, keys.authoritySeed, { gid: grantee, attributes });
	return { to: grantee, sealingKey, contents: { keys: Object.fromEntries(issued), scope, name } };
}
