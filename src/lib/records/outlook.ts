/**
 * What a policy comes to, for whoever chooses it: who could open it today, whether anybody could, and which hospital could without the
 * patient. Asked of the cryptography's own rule (`whoSatisfies`, `openedByOne`), with the attributes that the chain's state stands for.
 */
import { openedByOne, whoSatisfies } from '#lib/crypto/abe/index.ts';
import type { Address } from '#lib/chain/index.ts';
import { requireIdentity } from './act.ts';
import type { Deps } from './deps.ts';
import { teamsOf } from './directory.ts';
import { askAnew, hospitalEntry, memberEntry } from './ledger.ts';
import { hospitalPerson } from './people.ts';
import { attributesIn, consentNames, hospitalOf, memberNames, policyText } from './policy.ts';
import { grantViews } from './sharing.ts';
import {
	categories,
	memberRoles,
	type MemberRole,
	type PersonView,
	type PolicyChoice,
	type TeamView,
} from './types.ts';

/** Who can open is asked of the present, where all have the keys of one epoch: which one it is makes no difference. */
const epoch = 0;

export interface PolicyOutlook {
	/** People who could open a part sealed under it now, by their grant, role and team. */
	readers: PersonView[];
	/** False where nobody could, even if the patient allowed everyone: no active member has that role, or is in that team. */
	canBeMet: boolean;
	/** Hospitals that could open it with keys that they issue to themselves, without the patient. */
	alone: PersonView[];
}

/** What a choice comes to today. For the patient. Throws `wallet.locked`, `chain.unreachable`, `storage.…` */
export async function policyOutlook(deps: Deps, choice: PolicyChoice): Promise<PolicyOutlook> {
	askAnew(deps);
	const { account: patient } = requireIdentity(deps);
	const policy = textOf(choice, patient);
	const [readers, staff] = await Promise.all([readersOf(deps, choice), attributesOfStaff(deps, choice)]);
	const allowed = attributesIn(consentNames(categories), { authority: patient, first: epoch, last: epoch });
	const everyone = [...staff].map(([address, held]) => [address, [...held, ...allowed]] as const);
	return {
		readers,
		canBeMet: whoSatisfies(policy, new Map([['anybody', allowed], ...everyone])).length > 0,
		alone: await hospitalsAlone(deps, policy, patient),
	};
}

/** People who could open a part sealed under this choice now. */
export async function readersOf(deps: Deps, choice: PolicyChoice): Promise<PersonView[]> {
	if (choice.who === 'only-me') return []; // nobody is issued `owner`
	const { account: patient } = requireIdentity(deps);
	const open = (await grantViews(deps, 'patient')).filter(({ state }) => state === 'open');
	const held = await Promise.all(
		open.map(async ({ grantee: { address }, scope }) => {
			const allowed = attributesIn(consentNames(scope ?? []), { authority: patient, first: epoch, last: epoch });
			return [address, [...allowed, ...(await attributesOfMember(deps, choice, address))]] as const;
		}),
	);
	const readers = new Set(whoSatisfies(textOf(choice, patient), new Map(held)));
	return open.filter(({ grantee }) => readers.has(grantee.address)).map(({ grantee }) => grantee);
}

/** The hospitals that could open a policy alone. */
export async function hospitalsAlone(deps: Deps, policy: string, patient: Address): Promise<PersonView[]> {
	const alone = openedByOne(policy).filter((authority) => authority !== patient);
	return Promise.all(alone.map((hospital) => hospitalPerson(deps, hospital)));
}

/** At the one epoch that all have. */
function textOf(choice: PolicyChoice, patient: Address): string {
	return policyText(choice, { patient, patientEpoch: epoch, hospitalEpoch: hospitalOf(choice) && epoch });
}

/** What an account holds of a choice's hospital, by the chain's word and, as to its team, by the directory. */
async function attributesOfMember(deps: Deps, choice: PolicyChoice, address: Address): Promise<string[]> {
	const hospital = hospitalOf(choice);
	const entry = hospital && (await memberEntry(deps, hospital, address));
	const role = entry?.active && memberRoles[entry.role - 1];
	if (!hospital || !role) return [];
	const teams = choice.who === 'team' ? await teamsIn(deps, hospital) : [];
	const team = teams.find(({ members }) => members.some((member) => member.address === address));
	return attributesOfRole(hospital, role, team?.slug);
}

/** What each active member of a choice's hospital holds. */
async function attributesOfStaff(deps: Deps, choice: PolicyChoice): Promise<Map<Address, string[]>> {
	const hospital = hospitalOf(choice);
	const teams = hospital ? await teamsIn(deps, hospital) : [];
	return new Map(
		teams.flatMap(({ slug, members }) =>
			members
				.filter(({ active }) => active)
				.map(({ address, role }) => [address, hospital ? attributesOfRole(hospital, role, slug) : []] as const),
		),
	);
}

function attributesOfRole(authority: Address, role: MemberRole, teamSlug: string | undefined): string[] {
	const names = teamSlug === undefined ? ['member', role] : memberNames({ role, teamSlug });
	return attributesIn(names, { authority, first: epoch, last: epoch });
}

async function teamsIn(deps: Deps, hospital: Address): Promise<TeamView[]> {
	const entry = await hospitalEntry(deps, hospital);
	return entry ? teamsOf(deps, entry) : [];
}
