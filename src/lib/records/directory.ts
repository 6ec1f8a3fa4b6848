/** A hospital's directory: its teams and members by name, checked against the chain. */
import type { Address, HospitalEntry } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import type { Deps } from './deps.ts';
import type { Directory } from './formats.ts';
import { hospitalEntry, memberEntry } from './ledger.ts';
import { findDirectory } from './people.ts';
import { memberRoles, type MemberView, type TeamView } from './types.ts';

/** The teams in a hospital's directory. Names are the directory's; whether someone is a member, and as what, is the chain's. */
export async function teamsOf(deps: Deps, entry: HospitalEntry): Promise<TeamView[]> {
	const { teams, members } = await findDirectory(deps, entry);
	const views = await Promise.all(
		members.map(async (member): Promise<MemberView | null> => {
			const onChain = await memberEntry(deps, entry.address, member.address);
			const role = onChain && memberRoles[onChain.role - 1];
			return role ? { ...member, role, validUntil: onChain.validUntil * 1000, active: onChain.active } : null;
		}),
	);
	return teams.map((team) => ({ ...team, members: views.filter((view) => view?.teamId === team.id).filter(isView) }));
}

function isView(view: MemberView | null): view is MemberView {
	return view !== null;
}

/** A hospital's directory as it is now, to change it. Throws `records.not-approved` for who never applied. */
export async function directoryToChange(deps: Deps, hospital: Address): Promise<Directory> {
	const entry = await hospitalEntry(deps, hospital);
	if (!entry) throw new AppError('records.not-approved', 'This account has not applied as a hospital.');
	return findDirectory(deps, entry);
}

/** A short Latin name for attributes; a name in another script gets one made from its letters' codes. */
export function freeSlug(name: string, { teams }: Directory): string {
	const latin = name
		.normalize('NFKD')
		.toLowerCase()
		.replace(/[\u0300-\u036f]/g, '')
		.replace(/[^a-z0-9]+/g, '-')
		.replace(/^-+|-+$/g, '')
		.slice(0, 40);
	const base = latin || `team-${teams.length + 1}`;
	const taken = new Set(teams.map(({ slug }) => slug));
	let slug = base;
	for (let number = 2; taken.has(slug); number++) slug = `${base}-${number}`;
	return slug;
}
