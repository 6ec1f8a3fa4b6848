/** Who an account is, by the chain: what it has published, where it works, and what it runs. */
import { isRegistrar, readMemberships, type Address, type Membership as ChainMembership } from '#lib/chain/index.ts';
import { officesOf } from './administrators.ts';
import type { Deps } from './deps.ts';
import { readHospitalView } from './hospitals.ts';
import { askAnew, hospitalEntry, publishedKeys } from './ledger.ts';
import { hospitalPerson, personView } from './people.ts';
import { teamsOf } from './directory.ts';
import { memberRoles, type AccountView, type Membership, type Role } from './types.ts';

/** What there is to know of an account before its keyring is open. Throws `chain.unreachable`. */
export async function lookUpAccount(deps: Deps, account: Address): Promise<AccountView> {
	askAnew(deps);
	const { client, chain } = deps;
	const registry = chain.contracts.hospitalRegistry;
	const [keys, registrar, hospital, memberships] = await Promise.all([
		publishedKeys(deps, account),
		isRegistrar(client, { registry, account }),
		readHospitalView(deps, account),
		readMemberships(client, chain.contracts, { member: account }),
	]);
	const known = [...(hospital ? [account] : []), ...memberships.map((membership) => membership.hospital)];
	const [views, run] = await Promise.all([
		Promise.all(memberships.map((membership) => membershipView(deps, account, membership))),
		officesOf(deps, account, known),
	]);
	const [offices, offers] = await Promise.all([
		Promise.all(run.offices.map(async (address) => (address === account ? hospital : readHospitalView(deps, address)))),
		Promise.all(run.offers.map((address) => hospitalPerson(deps, address))),
	]);
	const view = {
		isPatient: Boolean(keys?.authorityKey),
		isRegistrar: registrar,
		hospital,
		offices: offices.filter((office) => office !== null),
		offers,
		memberships: views,
	};
	return { account, hasKeys: keys !== null, ...view, roles: rolesOf(view) };
}

/** The registrar's office first, then one's own hospital, then where one works, then a hospital one helps to run. */
function rolesOf({
	isPatient,
	isRegistrar,
	hospital,
	offices,
	memberships,
}: Pick<AccountView, 'isPatient' | 'isRegistrar' | 'hospital' | 'offices' | 'memberships'>): Role[] {
	const roles: Role[] = [];
	if (isRegistrar) roles.push('registrar');
	if (hospital) roles.push('hospital');
	if (memberships.length > 0) roles.push('clinician');
	if (!hospital && offices.length > 0) roles.push('hospital');
	if (isPatient) roles.push('patient');
	return roles;
}

async function membershipView(deps: Deps, account: Address, entry: ChainMembership): Promise<Membership> {
	const { hospital, teamId, validUntil, active } = entry;
	const [person, teams] = await Promise.all([
		personView(deps, account, hospital),
		hospitalEntry(deps, hospital)
			.then((found) => (found ? teamsOf(deps, found) : []))
			.catch(() => []),
	]);
	return {
		hospital,
		hospitalName: person.hospitalName,
		name: person.name,
		title: person.title,
		role: memberRoles[entry.role - 1] ?? 'doctor',
		teamId,
		teamName: teams.find(({ id }) => id === teamId)?.name ?? null,
		validUntil: validUntil * 1000,
		active,
	};
}
