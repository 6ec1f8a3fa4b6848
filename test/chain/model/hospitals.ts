/** What hospitals, their administrators and members, and the registrar may do at the hospital registry. */
import { keccak256, toBytes } from 'viem';
import { zeroAddress, zeroHash, type Address, type Hash } from '#lib/chain/index.ts';
import { hospitalAt, isActiveMember, Refusal, remember, status, teamState, type Rule, type World } from '../model.ts';

const registry = 'hospitalRegistry';
const longestKey = 4096;
const roles = 6;
const registrarRole = keccak256(toBytes('REGISTRAR_ROLE'));

export function applyAsHospital(profileDigest: Hash): Rule {
	return (world, by, at) => {
		if (profileDigest === zeroHash) throw new Refusal('MissingDigest');
		const entry = hospitalAt(world, by);
		if (entry.status !== status.none && entry.status !== status.rejected) {
			throw new Refusal('WrongStatus', { hospital: by, status: entry.status });
		}
		return () => {
			Object.assign(entry, { status: status.applied, appliedAt: at.now, profileDigest });
			remember(world, registry, at, by);
		};
	};
}

export function withdrawApplication(): Rule {
	return (world, by, at) => step(world, by, status.applied, status.none, () => remember(world, registry, at, by));
}

export function approve(hospital: Address): Rule {
	return (world, by, at) => {
		checkRegistrar(world, by);
		return step(world, hospital, status.applied, status.approved, () => {
			const entry = hospitalAt(world, hospital);
			entry.approvedAt = at.now;
			entry.administrators.add(hospital);
			remember(world, registry, at, hospital);
		});
	};
}

/** What else the registrar does, each from one status to another. */
export function decide(hospital: Address, decision: 'reject' | 'suspend' | 'reinstate'): Rule {
	const steps = {
		reject: [status.applied, status.rejected],
		suspend: [status.approved, status.suspended],
		reinstate: [status.suspended, status.approved],
	} as const;
	return (world, by, at) => {
		checkRegistrar(world, by);
		const [before, after] = steps[decision];
		return step(world, hospital, before, after, () => remember(world, registry, at, hospital));
	};
}

export function offerAdministration(hospital: Address, account: Address): Rule {
	return (world, by, at) => {
		checkAdministrator(world, hospital, by);
		const { administrators, offers } = hospitalAt(world, hospital);
		if (administrators.has(account)) throw new Refusal('AlreadyAdministrator', { hospital, account });
		return () => {
			offers.add(account);
			remember(world, registry, at, hospital);
		};
	};
}

export function acceptAdministration(hospital: Address): Rule {
	return (world, by, at) => {
		const { administrators, offers } = hospitalAt(world, hospital);
		if (!offers.has(by)) throw new Refusal('NotOffered', { hospital, account: by });
		return () => {
			offers.delete(by);
			administrators.add(by);
			remember(world, registry, at, hospital);
		};
	};
}

export function removeAdministrator(hospital: Address, account: Address): Rule {
	return (world, by, at) => {
		checkAdministrator(world, hospital, by);
		const { administrators, offers } = hospitalAt(world, hospital);
		if (administrators.has(account)) {
			if (administrators.size === 1) throw new Refusal('LastAdministrator', { hospital });
		} else if (!offers.has(account)) {
			throw new Refusal('NotOffered', { hospital, account });
		}
		return () => {
			if (!administrators.delete(account)) offers.delete(account);
			remember(world, registry, at, hospital);
		};
	};
}

export function publishAuthority(hospital: Address, keyBytes: number, proofBytes: number): Rule {
	return (world, by, at) => {
		checkActing(world, hospital, by);
		for (const length of [keyBytes, proofBytes]) {
			if (length === 0 || length > longestKey) {
				throw new Refusal('InvalidKeyLength', { length: String(length), maximum: String(longestKey) });
			}
		}
		return () => {
			const entry = hospitalAt(world, hospital);
			entry.authorityVersion++;
			entry.authorityBlock = at.block;
			remember(world, registry, at, hospital);
		};
	};
}

export function addTeam(hospital: Address, teamId: Hash, directoryDigest: Hash): Rule {
	return (world, by, at) => {
		checkActing(world, hospital, by);
		const { teams } = hospitalAt(world, hospital);
		if (teamId === zeroHash || teams.has(teamId)) throw new Refusal('InvalidTeam', { hospital, teamId });
		return withDirectory(world, hospital, directoryDigest, () => {
			teams.set(teamId, teamState.active);
			remember(world, registry, at, hospital);
		});
	};
}

export function changeTeam(hospital: Address, teamId: Hash, directoryDigest: Hash, retires: boolean): Rule {
	return (world, by, at) => {
		checkActing(world, hospital, by);
		checkTeam(world, hospital, teamId);
		return withDirectory(world, hospital, directoryDigest, () => {
			if (retires) hospitalAt(world, hospital).teams.set(teamId, teamState.retired);
			remember(world, registry, at, hospital);
		});
	};
}

export interface Admission {
	member: Address;
	role: number;
	teamId: Hash;
	validUntil: number;
	directoryDigest: Hash;
	keysDigest: Hash;
}

export function addMember(hospital: Address, admission: Admission): Rule {
	return (world, by, at) => {
		const { member, role, teamId, validUntil, directoryDigest, keysDigest } = admission;
		checkActing(world, hospital, by);
		checkTeam(world, hospital, teamId);
		if (keysDigest === zeroHash) throw new Refusal('MissingDigest');
		if (member === zeroAddress) throw new Refusal('InvalidMember', { member });
		if (role < 1 || role > roles) throw new Refusal('UnknownRole', { role });
		if (validUntil <= at.now) throw new Refusal('ExpiryInPast', { expiresAt: validUntil });
		const { members } = hospitalAt(world, hospital);
		const current = members.get(member)?.validUntil ?? 0;
		if (current > at.now) throw new Refusal('AlreadyMember', { hospital, member, validUntil: current });
		return withDirectory(world, hospital, directoryDigest, () => {
			members.set(member, { role, joinedAt: at.now, validUntil });
			remember(world, registry, at, hospital, member);
		});
	};
}

export function removeMember(hospital: Address, member: Address, directoryDigest: Hash): Rule {
	return (world, by, at) => {
		checkAdministrator(world, hospital, by);
		const entry = hospitalAt(world, hospital);
		if (!entry.members.has(member)) throw new Refusal('NotMember', { hospital, member });
		return withDirectory(world, hospital, directoryDigest, () => {
			entry.members.delete(member);
			entry.epoch++;
			remember(world, registry, at, hospital, member);
		});
	};
}

export function changeDirectory(hospital: Address, directoryDigest: Hash): Rule {
	return (world, by, at) => {
		checkActing(world, hospital, by);
		return withDirectory(world, hospital, directoryDigest, () => remember(world, registry, at, hospital));
	};
}

/** A request leaves only its event; so does taking it back. */
export function requestAccess(patient: Address, hospital: Address, durationDays: number): Rule {
	return (world, by, at) => {
		if (durationDays === 0) throw new Refusal('InvalidDuration', { durationDays });
		return withdrawRequest(patient, hospital)(world, by, at);
	};
}

export function withdrawRequest(patient: Address, hospital: Address): Rule {
	return (world, by, at) => {
		if (!isActiveMember(world, hospital, by, at.now)) throw new Refusal('NotActiveMember', { hospital, account: by });
		return () => remember(world, registry, at, patient);
	};
}

function step(world: World, hospital: Address, from: number, to: number, effect: () => void): () => void {
	const entry = hospitalAt(world, hospital);
	if (entry.status !== from) throw new Refusal('WrongStatus', { hospital, status: entry.status });
	return () => {
		entry.status = to;
		effect();
	};
}

function withDirectory(world: World, hospital: Address, directoryDigest: Hash, effect: () => void): () => void {
	if (directoryDigest === zeroHash) throw new Refusal('MissingDigest');
	return () => {
		hospitalAt(world, hospital).directoryDigest = directoryDigest;
		effect();
	};
}

function checkRegistrar({ registrar }: World, account: Address): void {
	if (account === registrar) return;
	throw new Refusal('AccessControlUnauthorizedAccount', { account, neededRole: registrarRole });
}

function checkAdministrator(world: World, hospital: Address, account: Address): void {
	if (!hospitalAt(world, hospital).administrators.has(account)) {
		throw new Refusal('NotAdministrator', { hospital, account });
	}
}

/** Approved, and the caller acts for it. */
function checkActing(world: World, hospital: Address, account: Address): void {
	const current = hospitalAt(world, hospital).status;
	if (current !== status.approved) throw new Refusal('NotApproved', { hospital, status: current });
	checkAdministrator(world, hospital, account);
}

function checkTeam(world: World, hospital: Address, teamId: Hash): void {
	if (hospitalAt(world, hospital).teams.get(teamId) !== teamState.active) {
		throw new Refusal('UnknownTeam', { hospital, teamId });
	}
}
