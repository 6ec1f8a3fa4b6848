/**
 * A hospital's teams and members. Admitting someone publishes the directory with their name and delivers their attribute keys;
 * removing someone begins a new epoch and gives new keys to those who stay, in the same transaction.
 */
import * as chain from '#lib/chain/index.ts';
import type { Address, Hash } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import { saveObject } from './blocks.ts';
import { saveKeyBundle } from './bundles.ts';
import { type ActionOptions, type Deps, type Receipt } from './deps.ts';
import { checkInput, memberInput, teamInput } from './inputs.ts';
import { askAnew, hospitalEntry, hospitalEpoch, memberEntry, requireApproved, requireKeys } from './ledger.ts';
import { teamIdOf } from './policy.ts';
import { memberRoles, type MemberRole, type TeamView } from './types.ts';
import { requireIdentity, transact } from './act.ts';
import { teamsOf, ownDirectory, freeSlug } from './directory.ts';
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

/** Adds a team. Throws `wallet.locked`, `records.not-approved`, `records.invalid-input` (also for a name in use). */
export async function addTeam(
	deps: Deps,
	team: { name: string },
	options: ActionOptions = {},
): Promise<Receipt & { teamId: Hash; slug: string }> {
	askAnew(deps);
	const { account: hospital } = requireIdentity(deps);
	const { name } = checkInput(teamInput, team);
	const directory = await ownDirectory(deps, hospital);
	if (directory.teams.some((known) => known.name === name)) throw invalid('name', 'There is a team of this name.');
	const slug = freeSlug(name, directory);
	const teamId = teamIdOf(hospital, slug);
	options.onStage?.('saving');
	const changed = { ...directory, teams: [...directory.teams, { id: teamId, slug, name }] };
	const { digest: directoryDigest } = await saveObject(deps, changed, options.signal);
	const registry = deps.chain.contracts.hospitalRegistry;
	const receipt = await transact(deps, options, (wallet) =>
		chain.addTeam(wallet, { registry, teamId, directoryDigest }),
	);
	return { ...receipt, teamId, slug };
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
	const directory = await ownDirectory(deps, hospital);
	const team = directory.teams.find(({ id }) => id === entry.teamId);
	if (!team) throw invalid('teamId', 'The hospital has no such team.');
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
	const directory = await ownDirectory(deps, hospital);
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
	const parameters = { registry, member: address, directoryDigest: saved.digest, keysDigest: keys?.digest ?? null };
	const receipt = await transact(deps, options, (wallet) => chain.removeMember(wallet, parameters));
	return { ...receipt, reissued: deliveries.map(({ to }) => to), missed };
}

/** The teams of a hospital with their members; none before the first. Needs no wallet. Throws as `findObject`. */
export async function readTeams(deps: Deps, hospital: Address): Promise<TeamView[]> {
	askAnew(deps);
	const entry = await hospitalEntry(deps, hospital);
	return entry ? teamsOf(deps, entry) : [];
}

function invalid(field: string, message: string): AppError {
	return new AppError('records.invalid-input', message, { details: { field } });
}
