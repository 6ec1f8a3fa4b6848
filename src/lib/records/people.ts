/**
 * Names for addresses. Of hospitals and their members they come from public profiles and directories, whose digests are on chain;
 * a patient's name only from a key bundle in which that patient shared it. Whoever is in none of them stays an address.
 */
import { zeroAddress, type Address, type HospitalEntry } from '#lib/chain/index.ts';
import { findObject } from './blocks.ts';
import type { Deps } from './deps.ts';
import { directorySchema, profileSchema, type Directory } from './formats.ts';
import { historyOf, hospitalEntry } from './ledger.ts';
import type { HospitalProfile, PersonView } from './types.ts';

/** null where the contract has the zero address. */
export function addressOrNull(address: Address): Address | null {
	return address === zeroAddress ? null : address;
}

/** A hospital's public profile; null while no cloud gives what the chain names. */
export async function findProfile(deps: Deps, entry: HospitalEntry): Promise<HospitalProfile | null> {
	try {
		const profile = await findObject(deps, profileSchema, entry.profileDigest, [entry.address]);
		const { name, country, contact, about } = profile;
		return profile.hospital === entry.address ? { name, country, contact, about } : null;
	} catch {
		return null;
	}
}

/**
 * A hospital's directory; empty before its first team. It lies on the clouds of the hospital, or of whichever of its administrators
 * changed it last. Throws as `findObject`.
 */
export async function findDirectory(deps: Deps, entry: HospitalEntry): Promise<Directory> {
	const empty: Directory = { v: 1, kind: 'directory', hospital: entry.address, teams: [], members: [] };
	if (!entry.directoryDigest) return empty;
	const digest = entry.directoryDigest;
	const find = (writers: Address[]) => findObject(deps, directorySchema, digest, writers);
	const directory = await find([entry.address]).catch(async (error: unknown) => {
		const others = await everyAdministrator(deps, entry.address);
		if (others.length === 0) throw error;
		return find(others);
	});
	return directory.hospital === entry.address ? directory : empty;
}

/** Whoever accepted to be an administrator of a hospital, even if no longer in office. */
async function everyAdministrator(deps: Deps, hospital: Address): Promise<Address[]> {
	const events = await historyOf(deps, hospital);
	const added = events.filter((event) => event.name === 'AdministratorAdded');
	return [...new Set(added.flatMap((event) => (event.hospital === hospital ? [event.account] : [])))];
}

/** A hospital's name; null while it is unknown. */
export async function hospitalName(deps: Deps, hospital: Address): Promise<string | null> {
	const entry = await hospitalEntry(deps, hospital);
	return entry && ((await findProfile(deps, entry))?.name ?? null);
}

/** A hospital as a person: its own name, and no title. */
export async function hospitalPerson(deps: Deps, hospital: Address): Promise<PersonView> {
	const name = await hospitalName(deps, hospital);
	return { address: hospital, name, title: null, hospital, hospitalName: name };
}

/**
 * An account as `hospital` calls it, even where it is no longer a member, or just as an address. A cloud that does not answer
 * leaves the name out.
 */
export async function personView(deps: Deps, address: Address, hospital: Address | null = null): Promise<PersonView> {
	const entry = hospital && (await hospitalEntry(deps, hospital));
	if (!entry) return { address, name: null, title: null, hospital: null, hospitalName: null };
	if (address === hospital) return hospitalPerson(deps, hospital);
	const [member, name] = await Promise.all([findMember(deps, entry, address), hospitalName(deps, entry.address)]);
	return { address, name: member?.name ?? null, title: member?.title ?? null, hospital, hospitalName: name };
}

/** A member's line in the hospital's directory, or in the one with which they were last admitted. */
async function findMember(deps: Deps, entry: HospitalEntry, address: Address) {
	const present = await memberIn(deps, entry, address);
	if (present) return present;
	const events = await historyOf(deps, entry.address);
	const admitted = events.findLast((event) => event.name === 'MemberAdded' && event.member === address);
	if (admitted?.name !== 'MemberAdded' || admitted.hospital !== entry.address) return null;
	return memberIn(deps, { ...entry, directoryDigest: admitted.directoryDigest }, address);
}

async function memberIn(deps: Deps, entry: HospitalEntry, address: Address) {
	const directory = await findDirectory(deps, entry).catch(() => null);
	return directory?.members.find((member) => member.address === address) ?? null;
}
