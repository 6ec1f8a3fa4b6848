/** HospitalRegistry: who joins a hospital, with which role, until when. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zeroAddress, zeroHash } from 'viem';
import {
	admission,
	admit,
	cardiology,
	digest,
	dismiss,
	emits,
	inDays,
	latestBlock,
	networkHelpers,
	oneEpoch,
	reason,
	refuses,
	roles,
	settled,
	suspend,
	type People,
	type Person,
} from './network.ts';

const isActive = (hospital: Person, member: Person) =>
	hospital.hospitals.read.isActiveMember([hospital.address, member.address]);
const roleOf = (hospital: Person, member: Person) => hospital.hospitals.read.roleOf([hospital.address, member.address]);
const memberOf = (hospital: Person, member: Person) =>
	hospital.hospitals.read.memberOf([hospital.address, member.address]);
const wordOf = ({ hospital }: People, person: Person) => hospital.hospitals.read.historyOf([person.address]);

describe('HospitalRegistry: joining', () => {
	it('a hospital admits a member', async () => {
		const people = await settled();
		const { hospital, stranger } = people;
		const admitted = { ...(await admission(stranger, { role: roles.biller })), directoryDigest: digest('directory 2') };
		const before = await wordOf(people, hospital);
		await emits(hospital.hospitals.write.addMember([hospital.address, admitted]), hospital.hospitals, 'MemberAdded', [
			hospital.address,
			stranger.address,
			cardiology,
			roles.biller,
			admitted.validUntil,
			digest('directory 2'),
			digest('keys'),
			before,
			0n,
		]);
		const { validUntil } = admitted;
		const joinedAt = await networkHelpers.time.latest();
		assert.deepEqual(await memberOf(hospital, stranger), { role: roles.biller, joinedAt, validUntil });
		assert.equal(await roleOf(hospital, stranger), roles.biller);
		const { directoryDigest, epoch } = await hospital.hospitals.read.hospitalOf([hospital.address]);
		assert.deepEqual([directoryDigest, epoch], [digest('directory 2'), 0]);
	});

	it('every wrong part of an admission is refused', async () => {
		const { hospital, stranger, doctor } = await settled();
		const { hospitals, address } = hospital;
		const good = await admission(stranger, { days: 10 });
		const { validUntil } = await memberOf(hospital, doctor);
		const past = await networkHelpers.time.latest();
		const add = (wrong: Partial<typeof good>) => hospitals.write.addMember([address, { ...good, ...wrong }]);
		for (const role of [0, 7, 255]) await refuses(add({ role }), hospitals, 'UnknownRole', [role]);
		const teamId = digest('no team');
		await refuses(add({ teamId }), hospitals, 'UnknownTeam', [address, teamId]);
		await refuses(add({ validUntil: past }), hospitals, 'ExpiryInPast', [past]);
		await refuses(add({ member: zeroAddress }), hospitals, 'InvalidMember', [zeroAddress]);
		await refuses(add({ member: doctor.address }), hospitals, 'AlreadyMember', [address, doctor.address, validUntil]);
		for (const missing of [{ directoryDigest: zeroHash }, { keysDigest: zeroHash }]) {
			await refuses(add(missing), hospitals, 'MissingDigest', []);
		}
		assert.equal(await isActive(hospital, stranger), false);
	});

	it('a membership may not end in the second in which it is given, and may in the next', async () => {
		const { hospital, stranger } = await settled();
		const { hospitals, address } = hospital;
		const now = (await networkHelpers.time.latest()) + 100;
		const admitted = { ...(await admission(stranger)), validUntil: now };
		await networkHelpers.time.setNextBlockTimestamp(now);
		await refuses(hospitals.write.addMember([address, admitted]), hospitals, 'ExpiryInPast', [now]);
		await networkHelpers.time.setNextBlockTimestamp(now + 50);
		await hospitals.write.addMember([address, { ...admitted, validUntil: now + 51 }]);
	});

	it('a membership ends by itself, and can then be given again with another role', async () => {
		const { hospital, stranger } = await settled();
		await admit(hospital, stranger, { days: 2 });
		const { validUntil } = await memberOf(hospital, stranger);
		await networkHelpers.time.increaseTo(validUntil - 1);
		assert.equal(await isActive(hospital, stranger), true);
		await networkHelpers.time.increaseTo(validUntil);
		assert.deepEqual([await isActive(hospital, stranger), await roleOf(hospital, stranger)], [false, 0]);
		await admit(hospital, stranger, { role: roles.nurse, days: 2 });
		assert.equal(await roleOf(hospital, stranger), roles.nurse);
	});

	it('a membership can be given again from the second in which it ends, and not before', async () => {
		const { hospital, stranger } = await settled();
		const { hospitals, address } = hospital;
		await admit(hospital, stranger, { days: 1 });
		const { validUntil } = await memberOf(hospital, stranger);
		const again = await admission(stranger, { days: 9 });
		await networkHelpers.time.setNextBlockTimestamp(validUntil - 1);
		await refuses(hospitals.write.addMember([address, again]), hospitals, 'AlreadyMember', [
			address,
			stranger.address,
			validUntil,
		]);
		await networkHelpers.time.setNextBlockTimestamp(validUntil);
		await hospitals.write.addMember([address, again]);
	});

	it('one person is a member of two hospitals, each with a role of its own', async () => {
		const { hospital, otherHospital, doctor } = await settled();
		await otherHospital.hospitals.write.addTeam([otherHospital.address, cardiology, digest('directory')]);
		await admit(otherHospital, doctor, { role: roles.emergency });
		assert.deepEqual(
			[await roleOf(hospital, doctor), await roleOf(otherHospital, doctor)],
			[roles.doctor, roles.emergency],
		);
		await dismiss(otherHospital, doctor);
		assert.deepEqual([await roleOf(hospital, doctor), await roleOf(otherHospital, doctor)], [roles.doctor, 0]);
	});
});

describe('HospitalRegistry: leaving', () => {
	it('removing a member begins a new epoch, and the others stay', async () => {
		const people = await settled();
		const { hospital, doctor, nurse } = people;
		const { hospitals, address } = hospital;
		const [history, memberHistory] = [await wordOf(people, hospital), await wordOf(people, doctor)];
		await emits(
			hospitals.write.removeMember([address, doctor.address, digest('directory 2'), digest('keys 2')]),
			hospitals,
			'MemberRemoved',
			[address, doctor.address, 1, digest('directory 2'), digest('keys 2'), history, memberHistory],
		);
		assert.equal(await hospitals.read.epochOf([address]), 1);
		assert.deepEqual(await memberOf(hospital, doctor), { role: 0, joinedAt: 0, validUntil: 0 });
		assert.deepEqual([await isActive(hospital, doctor), await isActive(hospital, nurse)], [false, true]);
		assert.equal(await wordOf(people, doctor), ((memberHistory << 40n) % oneEpoch) | (await latestBlock()));
	});

	it('each removal begins one epoch, joining begins none', async () => {
		const { hospital, doctor, nurse, stranger } = await settled();
		const epoch = () => hospital.hospitals.read.epochOf([hospital.address]);
		await dismiss(hospital, doctor);
		await admit(hospital, doctor);
		await admit(hospital, stranger);
		assert.equal(await epoch(), 1);
		await dismiss(hospital, nurse);
		await dismiss(hospital, doctor);
		assert.equal(await epoch(), 3);
	});

	it('nobody but an administrator removes a member: neither admin, registrar, another hospital, nor the member', async () => {
		const { admin, registrar, otherHospital, doctor, stranger, hospital } = await settled();
		for (const person of [admin, registrar, otherHospital, doctor, stranger]) {
			await refuses(
				person.hospitals.write.removeMember([hospital.address, doctor.address, digest('directory'), zeroHash]),
				person.hospitals,
				'NotAdministrator',
				[hospital.address, person.address],
			);
		}
		assert.equal(await isActive(hospital, doctor), true);
	});

	it('a suspended hospital still removes members, once each', async () => {
		const people = await settled();
		const { hospital, doctor, registrar } = people;
		await suspend(people);
		await dismiss(hospital, doctor);
		await refuses(dismiss(hospital, doctor), hospital.hospitals, 'NotMember', [hospital.address, doctor.address]);
		await registrar.hospitals.write.reinstate([hospital.address]);
		assert.equal(await isActive(hospital, doctor), false);
	});

	it('a removal names the directory that comes of it, and keys only for those who stay', async () => {
		const { hospital, doctor } = await settled();
		const { hospitals, address } = hospital;
		await refuses(
			hospitals.write.removeMember([address, doctor.address, zeroHash, digest('keys')]),
			hospitals,
			'MissingDigest',
			[],
		);
		await hospitals.write.removeMember([address, doctor.address, digest('directory'), zeroHash]);
	});

	it('a member whose time ran out can still be removed, so that a new epoch shuts the keys out', async () => {
		const { hospital, stranger } = await settled();
		await admit(hospital, stranger, { days: 1 });
		await networkHelpers.time.increaseTo(await inDays(2));
		await dismiss(hospital, stranger);
		assert.equal(await hospital.hospitals.read.epochOf([hospital.address]), 1);
	});

	it('a hospital that admits itself has one pointer to it', async () => {
		const people = await settled();
		const { hospital } = people;
		const before = await wordOf(people, hospital);
		await admit(hospital, hospital);
		const word = ((before << 40n) % oneEpoch) | (await latestBlock());
		assert.equal(await wordOf(people, hospital), word);
		const [event] = await hospital.hospitals.getEvents.MemberAdded();
		assert.deepEqual([event?.args.history, event?.args.memberHistory], [before, word]);
	});

	it('a suspension ends no membership', async () => {
		const people = await settled();
		const { hospital, doctor, registrar } = people;
		const before = await memberOf(hospital, doctor);
		await registrar.hospitals.write.suspend([hospital.address, reason]);
		assert.deepEqual(await memberOf(hospital, doctor), before);
	});
});
