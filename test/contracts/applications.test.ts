/** HospitalRegistry: who applies, and what the registrar and the admin decide. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zeroHash } from 'viem';
import {
	day,
	digest,
	emits,
	fresh,
	latestBlock,
	networkHelpers,
	oneEpoch,
	reason,
	refuses,
	registrarRole,
	settled,
	suspend,
	type Hex,
	type Person,
} from './network.ts';

const status = { none: 0, applied: 1, approved: 2, rejected: 3, suspended: 4 };
const profile = digest('profile');

describe('HospitalRegistry: applications', () => {
	it('an account applies, and the registrar approves it', async () => {
		const { hospital, registrar } = await fresh();
		const { hospitals, address } = hospital;
		const appliedAt = (await networkHelpers.time.latest()) + 100;
		await networkHelpers.time.setNextBlockTimestamp(appliedAt);
		await emits(hospitals.write.applyAsHospital([profile]), hospitals, 'HospitalApplied', [address, profile, 0n]);
		const applied = await latestBlock();
		await emits(registrar.hospitals.write.approve([address]), hospitals, 'HospitalApproved', [
			address,
			registrar.address,
			applied,
		]);
		assert.equal(await hospitals.read.isApproved([address]), true);
		assert.deepEqual(await hospitals.read.hospitalOf([address]), {
			status: status.approved,
			epoch: 0,
			authorityVersion: 0,
			authorityBlock: 0,
			appliedAt,
			approvedAt: await networkHelpers.time.latest(),
			administrators: 1,
			profileDigest: profile,
			directoryDigest: zeroHash,
		});
	});

	it('an application without a profile is refused', async () => {
		const { hospital } = await fresh();
		await refuses(hospital.hospitals.write.applyAsHospital([zeroHash]), hospital.hospitals, 'MissingDigest', []);
	});

	it('an applicant, an approved and a suspended hospital cannot apply again', async () => {
		const people = await fresh();
		const { hospital, registrar } = people;
		const again = (current: number) =>
			refuses(hospital.hospitals.write.applyAsHospital([profile]), hospital.hospitals, 'WrongStatus', [
				hospital.address,
				current,
			]);
		await hospital.hospitals.write.applyAsHospital([profile]);
		await again(status.applied);
		await registrar.hospitals.write.approve([hospital.address]);
		await again(status.approved);
		await suspend(people);
		await again(status.suspended);
	});

	it('a rejected applicant may apply again with another profile', async () => {
		const { hospital, registrar } = await fresh();
		await hospital.hospitals.write.applyAsHospital([profile]);
		const applied = await latestBlock();
		await emits(registrar.hospitals.write.reject([hospital.address, reason]), registrar.hospitals, 'HospitalRejected', [
			hospital.address,
			registrar.address,
			reason,
			applied,
		]);
		await hospital.hospitals.write.applyAsHospital([digest('better profile')]);
		const { status: current, profileDigest } = await hospital.hospitals.read.hospitalOf([hospital.address]);
		assert.deepEqual([current, profileDigest], [status.applied, digest('better profile')]);
	});

	it('an applicant takes the application back, once, and may apply again', async () => {
		const { hospital } = await fresh();
		const { hospitals, address } = hospital;
		await hospitals.write.applyAsHospital([profile]);
		const applied = await latestBlock();
		await emits(hospitals.write.withdrawApplication(), hospitals, 'ApplicationWithdrawn', [address, applied]);
		await refuses(hospitals.write.withdrawApplication(), hospitals, 'WrongStatus', [address, status.none]);
		await hospitals.write.applyAsHospital([profile]);
		assert.equal(await hospitals.read.statusOf([address]), status.applied);
	});

	it('an approved, a suspended and a rejected hospital have nothing to withdraw', async () => {
		const people = await settled();
		const { hospital, stranger, registrar } = people;
		const withdraw = (person: Person, current: number) =>
			refuses(person.hospitals.write.withdrawApplication(), person.hospitals, 'WrongStatus', [person.address, current]);
		await withdraw(hospital, status.approved);
		await suspend(people);
		await withdraw(hospital, status.suspended);
		await stranger.hospitals.write.applyAsHospital([profile]);
		await registrar.hospitals.write.reject([stranger.address, reason]);
		await withdraw(stranger, status.rejected);
	});
});

describe('HospitalRegistry: the registrar', () => {
	it('neither the admin, nor a hospital, nor a stranger decides about hospitals', async () => {
		const { admin, hospital, otherHospital, stranger } = await settled();
		for (const person of [admin, hospital, otherHospital, stranger]) {
			const attempts = [
				() => person.hospitals.write.approve([hospital.address]),
				() => person.hospitals.write.reject([hospital.address, reason]),
				() => person.hospitals.write.suspend([hospital.address, reason]),
				() => person.hospitals.write.reinstate([hospital.address]),
			];
			for (const attempt of attempts) {
				await refuses(attempt(), person.hospitals, 'AccessControlUnauthorizedAccount', [person.address, registrarRole]);
			}
		}
	});

	it('each step starts from one status only', async () => {
		const { registrar, hospital, stranger, otherPatient } = await settled();
		const { write } = registrar.hospitals;
		const steps = {
			approve: (whose: Hex) => write.approve([whose]),
			reject: (whose: Hex) => write.reject([whose, reason]),
			suspend: (whose: Hex) => write.suspend([whose, reason]),
			reinstate: (whose: Hex) => write.reinstate([whose]),
		};
		const refused = async (names: (keyof typeof steps)[], { address }: Person, current: number) => {
			for (const name of names) {
				await refuses(steps[name](address), registrar.hospitals, 'WrongStatus', [address, current]);
			}
		};
		await refused(['approve', 'reject', 'suspend', 'reinstate'], stranger, status.none);
		await stranger.hospitals.write.applyAsHospital([profile]);
		await refused(['suspend', 'reinstate'], stranger, status.applied);
		await refused(['approve', 'reject', 'reinstate'], hospital, status.approved);
		await write.suspend([hospital.address, reason]);
		await refused(['approve', 'reject', 'suspend'], hospital, status.suspended);
		await otherPatient.hospitals.write.applyAsHospital([profile]);
		await write.reject([otherPatient.address, reason]);
		await refused(['approve', 'reject', 'suspend', 'reinstate'], otherPatient, status.rejected);
	});

	it('a hospital is suspended and reinstated, and its members with it', async () => {
		const people = await settled();
		const { registrar, hospital, doctor } = people;
		const { hospitals, address } = hospital;
		const isActive = () => hospitals.read.isActiveMember([address, doctor.address]);
		const roleOf = () => hospitals.read.roleOf([address, doctor.address]);
		const before = await hospitals.read.historyOf([address]);
		assert.deepEqual([await isActive(), await roleOf()], [true, 1]);
		await emits(suspend(people), hospitals, 'HospitalSuspended', [address, registrar.address, reason, before]);
		assert.deepEqual([await isActive(), await roleOf()], [false, 0]);
		assert.equal(await hospitals.read.isApproved([address]), false);
		const suspended = ((before << 40n) % oneEpoch) | (await latestBlock());
		await emits(registrar.hospitals.write.reinstate([address]), hospitals, 'HospitalReinstated', [
			address,
			registrar.address,
			suspended,
		]);
		assert.deepEqual([await isActive(), await roleOf()], [true, 1]);
	});

	it('a reinstated hospital keeps the day of its first approval', async () => {
		const people = await settled();
		const { registrar, hospital } = people;
		const approvedAt = async () => (await hospital.hospitals.read.hospitalOf([hospital.address])).approvedAt;
		const first = await approvedAt();
		await suspend(people);
		await networkHelpers.time.increase(day);
		await registrar.hospitals.write.reinstate([hospital.address]);
		assert.equal(await approvedAt(), first);
	});
});

describe('HospitalRegistry: the admin', () => {
	it('only the admin appoints and dismisses registrars', async () => {
		const people = await settled();
		const { admin, registrar, hospital, stranger } = people;
		for (const person of [registrar, hospital, stranger]) {
			const { write } = person.hospitals;
			for (const attempt of [
				() => write.grantRole([registrarRole, person.address]),
				() => write.revokeRole([registrarRole, registrar.address]),
			]) {
				await refuses(attempt(), person.hospitals, 'AccessControlUnauthorizedAccount', [person.address, zeroHash]);
			}
		}
		await emits(admin.hospitals.write.grantRole([registrarRole, stranger.address]), admin.hospitals, 'RoleGranted', [
			registrarRole,
			stranger.address,
			admin.address,
		]);
		await stranger.hospitals.write.suspend([hospital.address, reason]);
		assert.equal(await hospital.hospitals.read.statusOf([hospital.address]), status.suspended);
		await admin.hospitals.write.revokeRole([registrarRole, stranger.address]);
		await refuses(
			stranger.hospitals.write.reinstate([hospital.address]),
			stranger.hospitals,
			'AccessControlUnauthorizedAccount',
			[stranger.address, registrarRole],
		);
	});

	it('the office of admin is neither granted nor revoked like another', async () => {
		const { admin, stranger } = await fresh();
		const { write } = admin.hospitals;
		for (const attempt of [
			() => write.grantRole([zeroHash, stranger.address]),
			() => write.revokeRole([zeroHash, admin.address]),
		]) {
			await refuses(attempt(), admin.hospitals, 'AccessControlEnforcedDefaultAdminRules', []);
		}
	});

	it("the admin's office changes hands only after the delay, and only to whom it was offered", async () => {
		const { admin, stranger, registrar } = await fresh();
		await admin.hospitals.write.beginDefaultAdminTransfer([stranger.address]);
		const schedule = (await networkHelpers.time.latest()) + 2 * day;
		const accept = (person: Person) => person.hospitals.write.acceptDefaultAdminTransfer();
		await refuses(accept(stranger), stranger.hospitals, 'AccessControlEnforcedDefaultAdminDelay', [schedule]);
		await networkHelpers.time.increaseTo(schedule + 1);
		await refuses(accept(registrar), registrar.hospitals, 'AccessControlInvalidDefaultAdmin', [registrar.address]);
		await accept(stranger);
		assert.equal(await stranger.hospitals.read.defaultAdmin(), stranger.address);
		await refuses(
			admin.hospitals.write.grantRole([registrarRole, admin.address]),
			admin.hospitals,
			'AccessControlUnauthorizedAccount',
			[admin.address, zeroHash],
		);
	});
});
