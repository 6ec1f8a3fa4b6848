/** HospitalRegistry: authority keys, teams and the directory. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zeroHash } from 'viem';
import {
	admission,
	admit,
	cardiology,
	digest,
	emits,
	latestBlock,
	refuses,
	settled,
	suspend,
	type Hex,
	type Person,
} from './network.ts';

const status = { none: 0, applied: 1, approved: 2, rejected: 3, suspended: 4 };
const team = { none: 0, active: 1, retired: 2 };
const directory = digest('directory 2');
const bytes = (length: number): Hex => `0x${'ab'.repeat(length)}`;

const word = (hospital: Person) => hospital.hospitals.read.historyOf([hospital.address]);
const teamOf = (hospital: Person, id: Hex) => hospital.hospitals.read.teamOf([hospital.address, id]);
const directoryOf = async (hospital: Person) =>
	(await hospital.hospitals.read.hospitalOf([hospital.address])).directoryDigest;

/** All that needs an approved hospital. */
async function duties(of: Person, by: Person): Promise<(() => Promise<Hex>)[]> {
	const { write } = by.hospitals;
	const { address } = of;
	const admitted = await admission(by);
	return [
		() => write.publishAuthority([address, '0xaa', '0xbb']),
		() => write.addTeam([address, digest('team'), directory]),
		() => write.renameTeam([address, cardiology, directory]),
		() => write.retireTeam([address, cardiology, directory]),
		() => write.addMember([address, admitted]),
		() => write.changeDirectory([address, directory]),
	];
}

describe('HospitalRegistry: what needs an approval', () => {
	it('an applicant, a rejected one, a suspended hospital and an account that never applied can do none of it', async () => {
		const people = await settled();
		const { hospital, stranger, doctor, otherPatient, registrar } = people;
		for (const applicant of [doctor, otherPatient]) {
			await applicant.hospitals.write.applyAsHospital([digest('profile')]);
		}
		await registrar.hospitals.write.reject([otherPatient.address, digest('reason')]);
		await suspend(people);
		for (const [person, current] of [
			[hospital, status.suspended],
			[doctor, status.applied],
			[otherPatient, status.rejected],
			[stranger, status.none],
		] as const) {
			for (const attempt of await duties(person, person)) {
				await refuses(attempt(), person.hospitals, 'NotApproved', [person.address, current]);
			}
		}
	});

	it('nobody but an administrator does any of it, the admin and the registrar included', async () => {
		const { admin, registrar, hospital, otherHospital, doctor, stranger } = await settled();
		for (const person of [admin, registrar, otherHospital, doctor, stranger]) {
			for (const attempt of await duties(hospital, person)) {
				await refuses(attempt(), person.hospitals, 'NotAdministrator', [hospital.address, person.address]);
			}
		}
	});
});

describe('HospitalRegistry: authority keys', () => {
	it('a hospital publishes its key with the proof that it has the secret, and replaces it', async () => {
		const { hospital } = await settled();
		const { hospitals, address } = hospital;
		const before = await word(hospital);
		await emits(hospitals.write.publishAuthority([address, '0xaa', '0xcc']), hospitals, 'AuthorityPublished', [
			address,
			1,
			'0xaa',
			'0xcc',
			before,
		]);
		await hospitals.write.publishAuthority([address, bytes(4096), bytes(4096)]);
		const { authorityVersion, authorityBlock } = await hospitals.read.hospitalOf([address]);
		assert.deepEqual([authorityVersion, authorityBlock], [2, Number(await latestBlock())]);
	});

	it('an empty and an oversized key or proof are refused', async () => {
		const { hospital } = await settled();
		const { hospitals, address } = hospital;
		for (const length of [0, 4097]) {
			for (const [key, proof] of [
				[bytes(length), '0xcc'],
				['0xaa', bytes(length)],
			] as const) {
				await refuses(hospitals.write.publishAuthority([address, key, proof]), hospitals, 'InvalidKeyLength', [
					BigInt(length),
					4096n,
				]);
			}
		}
	});
});

describe('HospitalRegistry: teams', () => {
	it('a hospital adds a team', async () => {
		const { otherHospital } = await settled();
		const { hospitals, address } = otherHospital;
		const before = await word(otherHospital);
		const id = digest('oncology');
		await emits(hospitals.write.addTeam([address, id, directory]), hospitals, 'TeamAdded', [
			address,
			id,
			directory,
			before,
		]);
		assert.equal(await teamOf(otherHospital, id), team.active);
		assert.equal(await directoryOf(otherHospital), directory);
	});

	it('a team is added once, even when it was retired, and has an id', async () => {
		const { hospital } = await settled();
		const { hospitals, address } = hospital;
		const add = (id: Hex) =>
			refuses(hospitals.write.addTeam([address, id, directory]), hospitals, 'InvalidTeam', [address, id]);
		await add(zeroHash);
		await add(cardiology);
		await hospitals.write.retireTeam([address, cardiology, directory]);
		await add(cardiology);
	});

	it('a team is renamed and stays the same team', async () => {
		const { hospital, stranger } = await settled();
		const { hospitals, address } = hospital;
		const before = await word(hospital);
		await emits(hospitals.write.renameTeam([address, cardiology, directory]), hospitals, 'TeamRenamed', [
			address,
			cardiology,
			directory,
			before,
		]);
		assert.equal(await teamOf(hospital, cardiology), team.active);
		assert.equal(await directoryOf(hospital), directory);
		await admit(hospital, stranger);
	});

	it('a team is retired: its members stay, and nobody joins it any more', async () => {
		const { hospital, doctor, stranger } = await settled();
		const { hospitals, address } = hospital;
		const before = await word(hospital);
		await emits(hospitals.write.retireTeam([address, cardiology, directory]), hospitals, 'TeamRetired', [
			address,
			cardiology,
			directory,
			before,
		]);
		assert.equal(await teamOf(hospital, cardiology), team.retired);
		assert.equal(await directoryOf(hospital), directory);
		assert.equal(await hospitals.read.isActiveMember([address, doctor.address]), true);
		await refuses(admit(hospital, stranger), hospitals, 'UnknownTeam', [address, cardiology]);
	});

	it('a retired team and one that never was are neither renamed nor retired', async () => {
		const { hospital, otherHospital } = await settled();
		await hospital.hospitals.write.retireTeam([hospital.address, cardiology, directory]);
		for (const [person, id] of [
			[hospital, cardiology],
			[hospital, digest('no team')],
			[hospital, zeroHash],
			[otherHospital, cardiology],
		] as const) {
			const { hospitals, address } = person;
			for (const attempt of [
				() => hospitals.write.renameTeam([address, id, directory]),
				() => hospitals.write.retireTeam([address, id, directory]),
			]) {
				await refuses(attempt(), hospitals, 'UnknownTeam', [address, id]);
			}
		}
	});

	it("a hospital's team is no team of another's", async () => {
		const { otherHospital, stranger } = await settled();
		assert.equal(await teamOf(otherHospital, cardiology), team.none);
		await refuses(admit(otherHospital, stranger), otherHospital.hospitals, 'UnknownTeam', [
			otherHospital.address,
			cardiology,
		]);
	});

	it('a change of teams or of the directory names the directory that comes of it', async () => {
		const { hospital } = await settled();
		const { hospitals, address } = hospital;
		const { write } = hospitals;
		for (const attempt of [
			() => write.addTeam([address, digest('team'), zeroHash]),
			() => write.renameTeam([address, cardiology, zeroHash]),
			() => write.retireTeam([address, cardiology, zeroHash]),
			() => write.changeDirectory([address, zeroHash]),
		]) {
			await refuses(attempt(), hospitals, 'MissingDigest', []);
		}
	});

	it('a hospital corrects its directory', async () => {
		const { hospital } = await settled();
		const { hospitals, address } = hospital;
		const before = await word(hospital);
		await emits(hospitals.write.changeDirectory([address, directory]), hospitals, 'DirectoryChanged', [
			address,
			directory,
			before,
		]);
		assert.equal(await directoryOf(hospital), directory);
	});
});
