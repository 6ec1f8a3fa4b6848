/**
 * The registries as plain maps: what the contracts' interfaces promise, written down a second time, without the contracts. `model/` has
 * the rules of each action, `model.test.ts` holds the contracts to them.
 */
import { zeroAddress, zeroHash, type Address, type Hash } from '#lib/chain/index.ts';
import type { ErrorDetails } from '#lib/errors.ts';

export type RegistryName = 'hospitalRegistry' | 'patientRegistry' | 'consentRegistry' | 'recordRegistry';

/** In the order of the contract's enumerations. */
export const status = { none: 0, applied: 1, approved: 2, rejected: 3, suspended: 4 } as const;
export const teamState = { none: 0, active: 1, retired: 2 } as const;

export interface Member {
	role: number;
	joinedAt: number;
	validUntil: number;
}

export interface Hospital {
	status: number;
	epoch: number;
	authorityVersion: number;
	authorityBlock: number;
	appliedAt: number;
	approvedAt: number;
	profileDigest: Hash;
	directoryDigest: Hash;
	administrators: Set<Address>;
	offers: Set<Address>;
	teams: Map<Hash, number>;
	members: Map<Address, Member>;
}

export interface Grant {
	hospital: Address;
	expiresAt: number;
	epoch: number;
}

export interface Patient {
	epoch: number;
	/** Grants of earlier epochs were all revoked. */
	floor: number;
	grants: Map<Address, Grant>;
	/** Until when hospitals may add. */
	adding: Map<Address, number>;
	/** Until when readers may open the emergency part. */
	emergencies: Map<Address, number>;
}

export interface Record {
	patient: Address;
	addedAt: number;
	byPatient: boolean;
	erased: boolean;
}

export interface Keys {
	version: number;
	publishedBlock: number;
	keyringBlock: number;
	isPatient: boolean;
	keyringDigest: Hash;
}

export interface World {
	/** Number and time of the latest block. */
	block: number;
	now: number;
	registrar: Address;
	hospitals: Map<Address, Hospital>;
	patients: Map<Address, Patient>;
	records: Map<Hash, Record>;
	keys: Map<Address, Keys>;
	/** Permissions used or cancelled, and blocks with events, the latest first; by registry and account. */
	nonces: Map<string, number>;
	histories: Map<string, number[]>;
}

/** Where an action falls. */
export interface Moment {
	block: number;
	now: number;
}

/** What an account's action does; throws a Refusal instead where it may not. Nothing changes before the effect is called. */
export type Rule = (world: World, by: Address, at: Moment) => () => void;

/** A refusal as the contracts word it: a custom error's name, and its arguments by name. */
export class Refusal extends Error {
	readonly details: ErrorDetails;

	constructor(reason: string, args: ErrorDetails = {}) {
		super(reason);
		this.details = { reason, ...args };
	}
}

export function emptyWorld(registrar: Address, { block, now }: Moment): World {
	return {
		block,
		now,
		registrar,
		hospitals: new Map(),
		patients: new Map(),
		records: new Map(),
		keys: new Map(),
		nonces: new Map(),
		histories: new Map(),
	};
}

/** The hospital, to change or to look at; an account that never applied is one in which everything is 0. */
export function hospitalAt({ hospitals }: World, address: Address): Hospital {
	const found = hospitals.get(address);
	if (found) return found;
	const made: Hospital = {
		status: status.none,
		epoch: 0,
		authorityVersion: 0,
		authorityBlock: 0,
		appliedAt: 0,
		approvedAt: 0,
		profileDigest: zeroHash,
		directoryDigest: zeroHash,
		administrators: new Set(),
		offers: new Set(),
		teams: new Map(),
		members: new Map(),
	};
	hospitals.set(address, made);
	return made;
}

export function patientAt({ patients }: World, address: Address): Patient {
	const found = patients.get(address);
	if (found) return found;
	const made: Patient = { epoch: 0, floor: 0, grants: new Map(), adding: new Map(), emergencies: new Map() };
	patients.set(address, made);
	return made;
}

export function isActiveMember(world: World, hospital: Address, member: Address, now: number): boolean {
	const { status: current, members } = hospitalAt(world, hospital);
	return current === status.approved && (members.get(member)?.validUntil ?? 0) > now;
}

/** The grant, run out or not; null where there is none or it was revoked. */
export function grantOf(world: World, patient: Address, grantee: Address): Grant | null {
	const { floor, grants } = patientAt(world, patient);
	const grant = grants.get(grantee);
	return grant && grant.epoch >= floor ? grant : null;
}

export function canRead(world: World, patient: Address, grantee: Address, now: number): boolean {
	const grant = grantOf(world, patient, grantee);
	if (!grant || grant.expiresAt <= now) return false;
	return grant.hospital === zeroAddress || isActiveMember(world, grant.hospital, grantee, now);
}

const keyOf = (registry: RegistryName, account: Address) => `${registry} ${account}`;

export function nonceOf({ nonces }: World, registry: RegistryName, account: Address): number {
	return nonces.get(keyOf(registry, account)) ?? 0;
}

/** The account's next permission is used up. */
export function countPermission(world: World, registry: RegistryName, account: Address): void {
	world.nonces.set(keyOf(registry, account), nonceOf(world, registry, account) + 1);
}

/** Notes, once, that the block has an event about each account. */
export function remember(world: World, registry: RegistryName, { block }: Moment, ...accounts: Address[]): void {
	for (const account of accounts) {
		const blocks = world.histories.get(keyOf(registry, account)) ?? [];
		if (blocks[0] !== block) world.histories.set(keyOf(registry, account), [block, ...blocks]);
	}
}

/** The account's word at a registry: five pointers of 40 bits, 24 for the epoch of consent, 32 for the count of permissions. */
export function wordOf(world: World, registry: RegistryName, account: Address): bigint {
	const blocks = world.histories.get(keyOf(registry, account)) ?? [];
	const epoch = registry === 'consentRegistry' ? patientAt(world, account).epoch : 0;
	const pointers = blocks.slice(0, 5).reduceRight((word, block) => (word << 40n) | BigInt(block), 0n);
	return (BigInt(nonceOf(world, registry, account)) << 224n) | (BigInt(epoch) << 200n) | pointers;
}
