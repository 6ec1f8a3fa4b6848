/** Who can see what now: grants as the patient gave them or as the reader holds them. */
import type { ChainEvent, EventOf } from '#lib/chain/index.ts';
import { lacksKeys } from './deliver-keys.ts';
import type { Deps } from './deps.ts';
import { askAnew, grantEntry, historyOf } from './ledger.ts';
import { personView, addressOrNull } from './people.ts';
import { openGrant } from './reader-keys.ts';
import type { GrantView } from './types.ts';
import { requireIdentity } from './act.ts';
import { patientName } from './patient-name.ts';

/** All grants of this account as a patient, or to it as a reader, the newest first. Throws `wallet.locked`. */
export function listGrants(deps: Deps, { as }: { as: 'patient' | 'grantee' }): Promise<GrantView[]> {
	askAnew(deps);
	return grantViews(deps, as);
}

/** As `listGrants`, within another use case. */
export async function grantViews(deps: Deps, as: 'patient' | 'grantee'): Promise<GrantView[]> {
	const { account } = requireIdentity(deps);
	const events = await historyOf(deps, account);
	const grants = events.filter((event) => event.name === 'AccessGranted').filter((event) => event[as] === account);
	const views = await Promise.all(grants.map((grant) => viewOf(deps, grant, events)));
	return (
		as === 'patient' ? views.map((view) => ({ ...view, lapsed: isLapsed(view, views, events) })) : views
	).reverse();
}

async function viewOf(deps: Deps, grant: EventOf<'AccessGranted'>, events: readonly ChainEvent[]): Promise<GrantView> {
	const { account } = requireIdentity(deps);
	const { patient, grantee } = grant;
	const [delivery, patientPerson, granteePerson, end] = await Promise.all([
		openGrant(deps, grant, account).catch(() => null),
		personView(deps, patient),
		personView(deps, grantee, addressOrNull(grant.hospital)),
		endOf(deps, grant, events),
	]);
	return {
		patient: { ...patientPerson, name: await patientName(deps, patient) },
		grantee: granteePerson,
		scope: delivery?.scope ?? null,
		grantedAt: grant.timestamp * 1000,
		expiresAt: grant.expiresAt * 1000,
		...end,
		lapsed: false,
		lacksKeys: end.state === 'open' && patient === account && (await lacksKeys(deps, grant, events)),
		transaction: grant.transactionHash,
	};
}

/** Ended by its date, with no other grant to the same person, and nothing since that changed the patient's locks. */
function isLapsed(view: GrantView, all: readonly GrantView[], events: readonly ChainEvent[]): boolean {
	const { state, expiresAt, patient, grantee } = view;
	if (state !== 'ended' || expiresAt > Date.now()) return false;
	if (all.some((other) => other.state === 'open' && other.grantee.address === grantee.address)) return false;
	return !events.some((event) => {
		const changesLocks = event.name === 'AccessRevoked' || event.name === 'AllAccessRevoked';
		return changesLocks && event.patient === patient.address && event.timestamp * 1000 > expiresAt;
	});
}

/** A grant ends by revocation, by a later grant in its place, by its date, or when the grantee leaves the hospital. */
async function endOf(
	deps: Deps,
	grant: EventOf<'AccessGranted'>,
	events: readonly ChainEvent[],
): Promise<Pick<GrantView, 'state' | 'endedAt'>> {
	const { patient, grantee, expiresAt } = grant;
	const later = events.slice(events.indexOf(grant) + 1).find((event) => {
		if (event.name === 'AllAccessRevoked') return event.patient === patient;
		const ends = event.name === 'AccessGranted' || event.name === 'AccessRevoked';
		return ends && event.patient === patient && event.grantee === grantee;
	});
	if (later && later.timestamp <= expiresAt) {
		return { state: later.name === 'AccessGranted' ? 'ended' : 'revoked', endedAt: later.timestamp * 1000 };
	}
	if (expiresAt * 1000 <= Date.now()) return { state: 'ended', endedAt: expiresAt * 1000 };
	const entry = await grantEntry(deps, patient, grantee);
	if (entry) return entry.open ? { state: 'open', endedAt: null } : { state: 'ended', endedAt: null };
	// Only a word to all ends a grant without naming its reader: it is in the patient's history alone.
	const toAll = (await historyOf(deps, patient)).findLast((event) => event.name === 'AllAccessRevoked');
	return { state: 'revoked', endedAt: toAll ? toAll.timestamp * 1000 : null };
}
