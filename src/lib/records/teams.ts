/**
 * A hospital's teams and members. Admitting someone publishes the directory with their name and delivers their attribute keys;
 * removing someone begins a new epoch and gives new keys to those who stay, in the same transaction. Both need the hospital's own
 * keyring; teams can be added, renamed and retired by any of its administrators.
 */
import * as chain from '#lib/chain/index.ts';
import type { Address, ChangeTeamParameters, Hash, WalletClient } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import { saveObject } from './blocks.ts';
import { saveKeyBundle } from './bundles.ts';
import { type ActionOptions, type Deps, type Receipt } from './deps.ts';
import type { Directory } from './formats.ts';
import { checkInput, memberInput, teamInput } from './inputs.ts';
import { askAnew, hospitalEntry, hospitalEpoch, memberEntry, requireApproved, requireKeys } from './ledger.ts';
import { teamIdOf } from './policy.ts';
import { memberRoles, type MemberRole, type TeamView } from './types.ts';
import { requireIdentity, transact } from './act.ts';
import { teamsOf, directoryToChange, freeSlug } from './directory.ts';
import { memberDelivery, memberDeliveries } from './member-keys.ts';

export interface NewMember {
	address: Address;
	name: string;
	title: string;
	role: MemberRole;
	teamId: Hash;
	/** Milliseconds since 1970. */
	validUntil: number;
}

/** Who got new keys in the same transaction, and who could not. */
export interface Reissue {
	reissued: Address[];
	missed: Address[];
}

/** In whose name an administrator acts; the account's own where none is named. */
export interface InOffice {
	hospital?: Address;
}

/**
 * Adds a team. Throws `wallet.locked`, `records.not-approved`, `records.invalid-input` (also for a name in use), and `chain.refused`
 * for whoever is no administrator.
 */
export async function addTeam(
	deps: Deps,
	team: InOffice & { name: string },
	options: ActionOptions = {},
): Promise<Receipt & { teamId: Hash; slug: string }> {
	askAnew(deps);
	const { hospital = requireIdentity(deps).account } = team;
	const { name } = checkInput(teamInput, team);
	const directory = await directoryToChange(deps, hospital);
	requireFreeName(name, directory.teams);
	const slug = freeSlug(name, directory);
	const teamId = teamIdOf(hospital, slug);
	const teams = [...directory.teams, { id: teamId, slug, name, retired: false }];
	const receipt = await changeTeam(deps, { ...directory, teams }, { teamId, change: chain.addTeam, options });
	return { ...receipt, teamId, slug };
}

/** Gives a team another name. Its slug stays, and with it all keys. Throws as `addTeam`. */
export async function renameTeam(
	deps: Deps,
	team: InOffice & { teamId: Hash; name: string },
	options: ActionOptions = {},
): Promise<Receipt> {
	askAnew(deps);
	const { hospital = requireIdentity(deps).account, teamId } = team;
	const { name } = checkInput(teamInput, team);
	const directory = await directoryToChange(deps, hospital);
	const { id } = requireTeam(directory, teamId);
	const others = directory.teams.filter((known) => known.id !== id);
	requireFreeName(name, others);
	const teams = directory.teams.map((known) => (known.id === id ? { ...known, name } : known));
	return changeTeam(deps, { ...directory, teams }, { teamId, change: chain.renameTeam, options });
}

/** Retires a team, for good: its members stay members, but nobody joins it any more. Throws as `addTeam`. */
export async function retireTeam(
	deps: Deps,
	{ hospital = requireIdentity(deps).account, teamId }: InOffice & { teamId: Hash },
	options: ActionOptions = {},
): Promise<Receipt> {
	askAnew(deps);
	const directory = await directoryToChange(deps, hospital);
	const { id } = requireTeam(directory, teamId);
	const teams = directory.teams.map((known) => (known.id === id ? { ...known, retired: true } : known));
	return changeTeam(deps, { ...directory, teams }, { teamId, change: chain.retireTeam, options });
}

/**
 * Admits a member and delivers their keys of all epochs so far. Throws `wallet.locked`, `records.not-approved`,
 * `records.no-keys` where the member, or this hospital's authority, has none on chain yet, `records.invalid-input`.
 */
export async function addMember(deps: Deps, member: NewMember, options: ActionOptions = {}): Promise<Receipt> {
	askAnew(deps);
	const { account: hospital } = requireIdentity(deps);
	const { validUntil, ...entry } = checkInput(memberInput, member);
	const { epoch, authorityVersion } = await requireApproved(deps, hospital);
	if (authorityVersion === 0) throw new AppError('records.no-keys', 'The hospital has no authority key on chain.');
	const directory = await directoryToChange(deps, hospital);
	const team = requireTeam(directory, entry.teamId);
	options.onStage?.('preparing');
	const { sealingKey } = await requireKeys(deps, entry.address);
	const delivery = await memberDelivery(deps, { ...entry, sealingKey, teamSlug: team.slug, first: 0, last: epoch });
	options.onStage?.('saving');
	const others = directory.members.filter(({ address }) => address !== entry.address);
	const [saved, keys] = await Promise.all([
		saveObject(deps, { ...directory, members: [...others, entry] }, options.signal),
		saveKeyBundle(deps, { from: hospital, epoch }, [delivery], options.signal),
	]);
	const parameters = {
		registry: deps.chain.contracts.hospitalRegistry,
		hospital,
		member: entry.address,
		role: memberRoles.indexOf(entry.role) + 1,
		teamId: team.id,
		validUntil: Math.floor(validUntil / 1000),
		directoryDigest: saved.digest,
		keysDigest: keys.digest,
	};
	return transact(deps, options, (wallet) => chain.addMember(wallet, parameters));
}

/**
 * Removes a member, begins a new epoch, and gives those who stay their new keys. Whoever has no keys on chain is in `missed`.
 * Throws `wallet.locked`, `records.not-a-member`, `storage.…`.
 */
export async function removeMember(
	deps: Deps,
	{ address }: { address: Address },
	options: ActionOptions = {},
): Promise<Receipt & Reissue> {
	askAnew(deps);
	const { account: hospital } = requireIdentity(deps);
	if (!(await memberEntry(deps, hospital, address))) throw new AppError('records.not-a-member', 'Not a member.');
	const directory = await directoryToChange(deps, hospital);
	const epoch = (await hospitalEpoch(deps, hospital)) + 1;
	const staying = directory.members.filter((member) => member.address !== address);
	options.onStage?.('preparing');
	const { deliveries, missed } = await memberDeliveries(deps, { ...directory, members: staying }, epoch);
	options.onStage?.('saving');
	const [saved, keys] = await Promise.all([
		saveObject(deps, { ...directory, members: staying }, options.signal),
		deliveries.length > 0 ? saveKeyBundle(deps, { from: hospital, epoch }, deliveries, options.signal) : null,
	]);
	const registry = deps.chain.contracts.hospitalRegistry;
	const parameters = {
		registry,
		hospital,
		member: address,
		directoryDigest: saved.digest,
		keysDigest: keys?.digest ?? null,
	};
	const receipt = await transact(deps, options, (wallet) => chain.removeMember(wallet, parameters));
	return { ...receipt, reissued: deliveries.map(({ to }) => to), missed };
}

/** The teams of a hospital with their members; none before the first. Needs no wallet. Throws as `findObject`. */
export async function readTeams(deps: Deps, hospital: Address): Promise<TeamView[]> {
	askAnew(deps);
	const entry = await hospitalEntry(deps, hospital);
	return entry ? teamsOf(deps, entry) : [];
}

/** The directory to the clouds, then its digest on chain in the transaction that changes the team. */
async function changeTeam(
	deps: Deps,
	directory: Directory,
	step: {
		teamId: Hash;
		change: (wallet: WalletClient, parameters: ChangeTeamParameters) => Promise<Hash>;
		options: ActionOptions;
	},
): Promise<Receipt> {
	const { teamId, change, options } = step;
	requireIdentity(deps); // its clouds are published with its keys, and the directory must be found there
	options.onStage?.('saving');
	const { digest: directoryDigest } = await saveObject(deps, directory, options.signal);
	const registry = deps.chain.contracts.hospitalRegistry;
	const parameters = { registry, hospital: directory.hospital, teamId, directoryDigest };
	return transact(deps, options, (wallet) => change(wallet, parameters));
}

/** A team that can still be joined and changed. */
function requireTeam({ teams }: Directory, teamId: Hash) {
	const team = teams.find(({ id }) => id === teamId);
	if (!team) throw invalid('teamId', 'The hospital has no such team.');
	if (team.retired) throw invalid('teamId', 'The team is retired.');
	return team;
}

function requireFreeName(name: string, teams: Directory['teams']): void {
	if (teams.some((known) => known.name === name)) throw invalid('name', 'There is a team of this name.');
}

function invalid(field: string, message: string): AppError {
	return new AppError('records.invalid-input', message, { details: { field } });
}
