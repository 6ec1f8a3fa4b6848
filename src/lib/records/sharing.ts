/** Who can see what now: grants as the patient gave them or as the reader holds them, and who could open a part. */
import type { Address, ChainEvent, EventOf } from '#lib/chain/index.ts';
import type { Deps } from './deps.ts';
import { askAnew, hospitalEntry, grantEntry, historyOf, memberEntry } from './ledger.ts';
import { personView, addressOrNull } from './people.ts';
import { openGrant } from './reader-keys.ts';
import { teamsOf } from './directory.ts';
import { memberRoles, type GrantView, type PersonView, type PolicyChoice } from './types.ts';
import { requireIdentity } from './act.ts';
import { patientName } from './patient-name.ts';

/** All grants of this account as a patient, or to it as a reader, the newest first. Throws `wallet.locked`. */
export function listGrants(deps: Deps, { as }: { as: 'patient' | 'grantee' }): Promise<GrantView[]> {
	askAnew(deps);
	return grantViews(deps, as);
}

/** People who could open a part sealed under this choice now, by their grant, role and team. For the patient. */
export function whoCanOpen(deps: Deps, choice: PolicyChoice): Promise<PersonView[]> {
	askAnew(deps);
	return readersOf(deps, choice);
}

async function grantViews(deps: Deps, as: 'patient' | 'grantee'): Promise<GrantView[]> {
	const { account } = requireIdentity(deps);
	const events = await historyOf(deps, account);
	const grants = events.filter((event) => event.name === 'AccessGranted').filter((event) => event[as] === account);
	return (await Promise.all(grants.map((grant) => viewOf(deps, grant, events)))).reverse();
}

/** As `whoCanOpen`, within another use case. */
export async function readersOf(deps: Deps, choice: PolicyChoice): Promise<PersonView[]> {
	if (choice.who === 'only-me') return [];
	const open = (await grantViews(deps, 'patient')).filter(({ state }) => state === 'open');
	const covered = open.filter(({ scope }) => scope?.includes(choice.category));
	const fits = await Promise.all(covered.map(({ grantee }) => fitsChoice(deps, grantee.address, choice)));
	return covered.filter((_, index) => fits[index]).map(({ grantee }) => grantee);
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
		transaction: grant.transactionHash,
	};
}

/** A grant ends by revocation, by a later grant in its place, by its date, or when the grantee leaves the hospital. */
async function endOf(
	deps: Deps,
	grant: EventOf<'AccessGranted'>,
	events: readonly ChainEvent[],
): Promise<Pick<GrantView, 'state' | 'endedAt'>> {
	const { patient, grantee, expiresAt } = grant;
	const later = events.slice(events.indexOf(grant) + 1).find((event) => {
		const ends = event.name === 'AccessGranted' || event.name === 'AccessRevoked';
		return ends && event.patient === patient && event.grantee === grantee;
	});
	if (later && later.timestamp <= expiresAt) {
		return { state: later.name === 'AccessRevoked' ? 'revoked' : 'ended', endedAt: later.timestamp * 1000 };
	}
	if (expiresAt * 1000 <= Date.now()) return { state: 'ended', endedAt: expiresAt * 1000 };
	const entry = await grantEntry(deps, patient, grantee);
	return entry?.open ? { state: 'open', endedAt: null } : { state: 'ended', endedAt: null };
}

async function fitsChoice(deps: Deps, reader: Address, choice: PolicyChoice): Promise<boolean> {
	if (choice.who === 'only-me') return false;
	if (choice.who === 'allowed') return true;
	const entry = await memberEntry(deps, choice.hospital, reader);
	if (!entry?.active) return false;
	if (choice.who === 'role') return memberRoles[entry.role - 1] === choice.role;
	const hospital = await hospitalEntry(deps, choice.hospital);
	const teams = hospital ? await teamsOf(deps, hospital) : [];
	return teams.some(
		({ slug, members }) => slug === choice.teamSlug && members.some(({ address }) => address === reader),
	);
}
