/** What patients and members of hospitals may do at the record registry, and anybody at the registry of keys. */
import { recordIdOf, zeroAddress, zeroHash, type Address, type Hash } from '#lib/chain/index.ts';
import { isActiveMember, patientAt, Refusal, remember, type Moment, type Rule, type World } from '../model.ts';

const registry = 'recordRegistry';
const longestKey = 4096;
const longestClouds = 2048;

export interface Entry {
	headerDigest: Hash;
	auditRoot: Hash | null;
}

export interface Adding {
	patient: Address;
	hospital: Address;
	entries: readonly Entry[];
	epoch: number;
	/** The record that the one entry corrects. */
	amends: Hash | null;
}

export function addRecords({ patient, hospital, entries, epoch, amends }: Adding): Rule {
	return (world, by, at) => {
		checkAuthor(world, by, at, { patient, hospital });
		checkEpoch(world, patient, epoch);
		if (amends) checkRecord(world, patient, amends);
		if (entries.length === 0) throw new Refusal('NoRecords');
		const ids = new Set<Hash>();
		for (const entry of entries) {
			if (entry.headerDigest === zeroHash) throw new Refusal('MissingDigest');
			const recordId = recordIdOf({ patient, author: by, ...entry });
			if (world.records.has(recordId) || ids.has(recordId)) throw new Refusal('RecordExists', { recordId });
			ids.add(recordId);
		}
		return () => {
			const record = { patient, addedAt: at.now, byPatient: hospital === zeroAddress, erased: false };
			for (const recordId of ids) world.records.set(recordId, { ...record });
			remember(world, registry, at, patient);
		};
	};
}

export function resealRecords(epoch: number, locksDigest: Hash): Rule {
	return (world, by, at) => {
		if (locksDigest === zeroHash) throw new Refusal('MissingDigest');
		checkEpoch(world, by, epoch);
		return () => remember(world, registry, at, by);
	};
}

export function eraseRecord(recordId: Hash): Rule {
	return (world, by, at) => {
		const record = checkRecord(world, by, recordId);
		if (!record.byPatient) throw new Refusal('NotOwnRecord', { recordId });
		return () => {
			record.erased = true;
			remember(world, registry, at, by);
		};
	};
}

export interface Publication {
	sealingBytes: number;
	authorityBytes: number;
	keyringDigest: Hash;
	clouds: string;
}

export function publishKeys({ sealingBytes, authorityBytes, keyringDigest, clouds }: Publication): Rule {
	return (world, by, at) => {
		const maximum = String(longestKey);
		if (sealingBytes === 0 || sealingBytes > longestKey) {
			throw new Refusal('InvalidKeyLength', { length: String(sealingBytes), maximum });
		}
		if (authorityBytes > longestKey) {
			throw new Refusal('InvalidKeyLength', { length: String(authorityBytes), maximum });
		}
		checkKeyring(keyringDigest, clouds);
		return () => {
			world.keys.set(by, {
				version: (world.keys.get(by)?.version ?? 0) + 1,
				publishedBlock: at.block,
				keyringBlock: at.block,
				isPatient: authorityBytes > 0,
				keyringDigest,
			});
			remember(world, 'patientRegistry', at, by);
		};
	};
}

export function changeKeyring(keyringDigest: Hash, clouds: string): Rule {
	return (world, by, at) => {
		const keys = world.keys.get(by);
		if (!keys) throw new Refusal('NoKeys', { account: by });
		checkKeyring(keyringDigest, clouds);
		return () => {
			Object.assign(keys, { keyringBlock: at.block, keyringDigest });
			remember(world, 'patientRegistry', at, by);
		};
	};
}

function checkAuthor(
	world: World,
	author: Address,
	{ now }: Moment,
	{ patient, hospital }: Pick<Adding, 'patient' | 'hospital'>,
): void {
	if (hospital === zeroAddress) {
		if (author !== patient) throw new Refusal('NotPatient', { patient, account: author });
		return;
	}
	if (!isActiveMember(world, hospital, author, now)) {
		throw new Refusal('NotActiveMember', { hospital, account: author });
	}
	if ((patientAt(world, patient).adding.get(hospital) ?? 0) <= now) {
		throw new Refusal('AddingNotAllowed', { patient, hospital });
	}
}

function checkEpoch(world: World, patient: Address, given: number): void {
	const current = patientAt(world, patient).epoch;
	if (given !== current) throw new Refusal('StaleEpoch', { given, current });
}

function checkRecord(world: World, patient: Address, recordId: Hash) {
	const record = world.records.get(recordId);
	if (record?.patient !== patient) throw new Refusal('UnknownRecord', { patient, recordId });
	if (record.erased) throw new Refusal('AlreadyErased', { recordId });
	return record;
}

function checkKeyring(keyringDigest: Hash, clouds: string): void {
	if (keyringDigest === zeroHash) throw new Refusal('MissingDigest');
	const { length } = new TextEncoder().encode(clouds);
	if (length === 0 || length > longestClouds) {
		throw new Refusal('InvalidCloudsLength', { length: String(length), maximum: String(longestClouds) });
	}
}
