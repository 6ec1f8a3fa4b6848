/** HospitalRegistry: who acts for a hospital. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
	admission,
	cardiology,
	digest,
	emits,
	inOneBlock,
	latestBlock,
	oneEpoch,
	reason,
	refuses,
	settled,
	succeeded,
	suspend,
	type Hex,
	type People,
	type Person,
} from './network.ts';

const offer = ({ hospital }: People, by: Person, to: Person) =>
	by.hospitals.write.offerAdministration([hospital.address, to.address]);
const accept = ({ hospital }: People, by: Person) => by.hospitals.write.acceptAdministration([hospital.address]);
const remove = ({ hospital }: People, by: Person, whom: Person) =>
	by.hospitals.write.removeAdministrator([hospital.address, whom.address]);

const isAdministrator = ({ hospital }: People, person: Person) =>
	hospital.hospitals.read.isAdministrator([hospital.address, person.address]);
const isOffered = ({ hospital }: People, person: Person) =>
	hospital.hospitals.read.isOffered([hospital.address, person.address]);
const count = async ({ hospital }: People) =>
	(await hospital.hospitals.read.hospitalOf([hospital.address])).administrators;
const word = ({ hospital }: People) => hospital.hospitals.read.historyOf([hospital.address]);
const after = async (before: bigint) => ((before << 40n) % oneEpoch) | (await latestBlock());

/** The nurse is an administrator beside the hospital's own account. */
async function withTwo(): Promise<People> {
	const people = await settled();
	await offer(people, people.hospital, people.nurse);
	await accept(people, people.nurse);
	return people;
}

/** All that needs an administrator of an approved hospital. */
async function duties(people: People, by: Person): Promise<Record<string, () => Promise<Hex>>> {
	const { hospital, stranger } = people;
	const { write } = by.hospitals;
	const { address } = hospital;
	const admitted = await admission(stranger);
	return {
		publishAuthority: () => write.publishAuthority([address, '0xaa', '0xbb']),
		addTeam: () => write.addTeam([address, digest('new team'), digest('directory 2')]),
		renameTeam: () => write.renameTeam([address, cardiology, digest('directory 3')]),
		addMember: () => write.addMember([address, admitted]),
		changeDirectory: () => write.changeDirectory([address, digest('directory 4')]),
		retireTeam: () => write.retireTeam([address, cardiology, digest('directory 5')]),
	};
}

describe('HospitalRegistry: administrators', () => {
	it('one offers, another accepts, and then there are two', async () => {
		const people = await settled();
		const { hospital, nurse } = people;
		const before = await word(people);
		await emits(offer(people, hospital, nurse), hospital.hospitals, 'AdministratorOffered', [
			hospital.address,
			nurse.address,
			before,
		]);
		const offered = await after(before);
		assert.deepEqual([await isOffered(people, nurse), await isAdministrator(people, nurse)], [true, false]);
		assert.equal(await count(people), 1);
		await emits(accept(people, nurse), nurse.hospitals, 'AdministratorAdded', [
			hospital.address,
			nurse.address,
			offered,
		]);
		assert.deepEqual([await isOffered(people, nurse), await isAdministrator(people, nurse)], [false, true]);
		assert.equal(await count(people), 2);
	});

	it('nobody accepts who was offered nothing, nor twice, nor in the name of another hospital', async () => {
		const people = await withTwo();
		const { admin, registrar, hospital, otherHospital, stranger, nurse } = people;
		for (const person of [admin, registrar, hospital, otherHospital, stranger, nurse]) {
			await refuses(accept(people, person), person.hospitals, 'NotOffered', [hospital.address, person.address]);
		}
		await offer(people, hospital, stranger);
		await refuses(
			stranger.hospitals.write.acceptAdministration([otherHospital.address]),
			stranger.hospitals,
			'NotOffered',
			[otherHospital.address, stranger.address],
		);
	});

	it('nobody but an administrator offers or removes', async () => {
		const people = await withTwo();
		const { admin, registrar, otherHospital, doctor, stranger, hospital, nurse } = people;
		for (const person of [admin, registrar, otherHospital, doctor, stranger]) {
			for (const attempt of [() => offer(people, person, person), () => remove(people, person, nurse)]) {
				await refuses(attempt(), person.hospitals, 'NotAdministrator', [hospital.address, person.address]);
			}
		}
		assert.equal(await count(people), 2);
	});

	it('nobody is offered what they are already', async () => {
		const people = await withTwo();
		const { hospital, nurse } = people;
		for (const person of [hospital, nurse]) {
			await refuses(offer(people, hospital, person), hospital.hospitals, 'AlreadyAdministrator', [
				hospital.address,
				person.address,
			]);
		}
	});

	it('an offer is taken back, and then accepted no more', async () => {
		const people = await settled();
		const { hospital, stranger } = people;
		await offer(people, hospital, stranger);
		const before = await word(people);
		await emits(remove(people, hospital, stranger), hospital.hospitals, 'AdministratorRemoved', [
			hospital.address,
			stranger.address,
			before,
		]);
		await refuses(accept(people, stranger), stranger.hospitals, 'NotOffered', [hospital.address, stranger.address]);
		await refuses(remove(people, hospital, stranger), hospital.hospitals, 'NotOffered', [
			hospital.address,
			stranger.address,
		]);
		assert.equal(await count(people), 1);
	});

	it('an offer made twice is one offer', async () => {
		const people = await settled();
		const { hospital, nurse } = people;
		await offer(people, hospital, nurse);
		await offer(people, hospital, nurse);
		await accept(people, nurse);
		await refuses(accept(people, nurse), nurse.hospitals, 'NotOffered', [hospital.address, nurse.address]);
		assert.equal(await count(people), 2);
	});

	it('an offer outlives the office of whoever made it, until it is taken back', async () => {
		const people = await withTwo();
		const { hospital, nurse, stranger, otherPatient } = people;
		await offer(people, nurse, stranger);
		await offer(people, nurse, otherPatient);
		await remove(people, hospital, nurse);
		await remove(people, hospital, stranger);
		await refuses(accept(people, stranger), stranger.hospitals, 'NotOffered', [hospital.address, stranger.address]);
		await accept(people, otherPatient);
		assert.equal(await count(people), 2);
	});

	it("a hospital's own account can be removed by another, and has no say afterwards", async () => {
		const people = await withTwo();
		const { hospital, nurse } = people;
		const before = await word(people);
		await emits(remove(people, nurse, hospital), nurse.hospitals, 'AdministratorRemoved', [
			hospital.address,
			hospital.address,
			before,
		]);
		assert.equal(await isAdministrator(people, hospital), false);
		for (const attempt of Object.values(await duties(people, hospital))) {
			await refuses(attempt(), hospital.hospitals, 'NotAdministrator', [hospital.address, hospital.address]);
		}
		for (const attempt of Object.values(await duties(people, nurse))) await attempt();
	});

	it('the last administrator stays', async () => {
		const people = await withTwo();
		const { hospital, nurse } = people;
		await remove(people, hospital, hospital);
		await refuses(remove(people, nurse, nurse), nurse.hospitals, 'LastAdministrator', [hospital.address]);
		assert.deepEqual([await isAdministrator(people, nurse), await count(people)], [true, 1]);
	});

	it('of two who remove each other in one block, one stays', async () => {
		const people = await withTwo();
		const { hospital, nurse } = people;
		const send = (by: Person, whom: Person) => () =>
			by.hospitals.write.removeAdministrator([hospital.address, whom.address], { gas: 300_000n });
		const hashes = await inOneBlock([send(hospital, nurse), send(nurse, hospital)]);
		assert.deepEqual(await Promise.all(hashes.map(succeeded)), [true, false]);
		assert.deepEqual([await isAdministrator(people, hospital), await count(people)], [true, 1]);
	});

	it('administrators may come and go while the hospital is suspended', async () => {
		const people = await settled();
		const { hospital, nurse } = people;
		await suspend(people);
		await offer(people, hospital, nurse);
		await accept(people, nurse);
		await remove(people, nurse, hospital);
		assert.deepEqual([await isAdministrator(people, nurse), await count(people)], [true, 1]);
	});

	it('an account that applied, was rejected or took its application back has no administrator', async () => {
		const people = await settled();
		const { stranger, registrar, nurse } = people;
		const refused = () =>
			refuses(
				stranger.hospitals.write.offerAdministration([stranger.address, nurse.address]),
				stranger.hospitals,
				'NotAdministrator',
				[stranger.address, stranger.address],
			);
		await refused();
		await stranger.hospitals.write.applyAsHospital([digest('profile')]);
		await refused();
		await registrar.hospitals.write.reject([stranger.address, reason]);
		await refused();
		await stranger.hospitals.write.applyAsHospital([digest('profile')]);
		await stranger.hospitals.write.withdrawApplication();
		await refused();
	});

	it('an administrator of one hospital is none of another', async () => {
		const people = await settled();
		const { hospital, otherHospital } = people;
		for (const attempt of Object.values(await duties(people, otherHospital))) {
			await refuses(attempt(), otherHospital.hospitals, 'NotAdministrator', [hospital.address, otherHospital.address]);
		}
	});
});
