import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getAddress, keccak256, zeroAddress, zeroHash } from 'viem';
import {
	admit,
	assertions,
	cardiology,
	day,
	digest,
	doctorRole,
	fresh,
	inDays,
	latestBlock,
	networkHelpers,
	registrarRole,
	settled,
} from './network.ts';

const status = { none: 0, applied: 1, approved: 2, rejected: 3, suspended: 4 };
const reason = digest('reason');

describe('HospitalRegistry: applications', () => {
	it('an account applies, and the registrar approves it', async () => {
		const { hospital, registrar } = await fresh();
		await assertions.emitWithArgs(
			hospital.hospitals.write.applyAsHospital([digest('profile')]),
			hospital.hospitals,
			'HospitalApplied',
			[getAddress(hospital.address), digest('profile'), 0n],
		);
		const applied = await latestBlock();
		await assertions.emitWithArgs(
			registrar.hospitals.write.approve([hospital.address]),
			registrar.hospitals,
			'HospitalApproved',
			[getAddress(hospital.address), getAddress(registrar.address), applied],
		);
		assert.equal(await hospital.hospitals.read.isApproved([hospital.address]), true);
		const entry = await hospital.hospitals.read.hospitalOf([hospital.address]);
		assert.equal(entry.profileDigest, digest('profile'));
		assert.equal(entry.approvedAt, await networkHelpers.time.latest());
	});

	it('an application without a profile is refused', async () => {
		const { hospital } = await fresh();
		await assertions.revertWithCustomErrorWithArgs(
			hospital.hospitals.write.applyAsHospital([zeroHash]),
			hospital.hospitals,
			'MissingDigest',
			[],
		);
	});

	it('an applicant, an approved and a suspended hospital cannot apply again', async () => {
		const { hospital, registrar } = await fresh();
		const again = (current: number) =>
			assertions.revertWithCustomErrorWithArgs(
				hospital.hospitals.write.applyAsHospital([digest('profile')]),
				hospital.hospitals,
				'WrongStatus',
				[getAddress(hospital.address), current],
			);
		await hospital.hospitals.write.applyAsHospital([digest('profile')]);
		await again(status.applied);
		await registrar.hospitals.write.approve([hospital.address]);
		await again(status.approved);
		await registrar.hospitals.write.suspend([hospital.address, reason]);
		await again(status.suspended);
	});

	it('a rejected applicant may apply again', async () => {
		const { hospital, registrar } = await fresh();
		await hospital.hospitals.write.applyAsHospital([digest('profile')]);
		const applied = await latestBlock();
		await assertions.emitWithArgs(
			registrar.hospitals.write.reject([hospital.address, reason]),
			registrar.hospitals,
			'HospitalRejected',
			[getAddress(hospital.address), getAddress(registrar.address), reason, applied],
		);
		await hospital.hospitals.write.applyAsHospital([digest('better profile')]);
		assert.equal(await hospital.hospitals.read.statusOf([hospital.address]), status.applied);
	});

	it('an applicant takes the application back, once', async () => {
		const { hospital } = await fresh();
		await hospital.hospitals.write.applyAsHospital([digest('profile')]);
		const applied = await latestBlock();
		await assertions.emitWithArgs(
			hospital.hospitals.write.withdrawApplication(),
			hospital.hospitals,
			'ApplicationWithdrawn',
			[getAddress(hospital.address), applied],
		);
		await assertions.revertWithCustomErrorWithArgs(
			hospital.hospitals.write.withdrawApplication(),
			hospital.hospitals,
			'WrongStatus',
			[getAddress(hospital.address), status.none],
		);
	});

	it('an approved hospital cannot withdraw', async () => {
		const { hospital } = await settled();
		await assertions.revertWithCustomErrorWithArgs(
			hospital.hospitals.write.withdrawApplication(),
			hospital.hospitals,
			'WrongStatus',
			[getAddress(hospital.address), status.approved],
		);
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
				await assertions.revertWithCustomErrorWithArgs(
					attempt(),
					person.hospitals,
					'AccessControlUnauthorizedAccount',
					[getAddress(person.address), registrarRole],
				);
			}
		}
	});

	it('each step starts from one status only', async () => {
		const { registrar, hospital, stranger } = await settled();
		const refused = (attempt: Promise<`0x${string}`>, whose: string, current: number) =>
			assertions.revertWithCustomErrorWithArgs(attempt, registrar.hospitals, 'WrongStatus', [
				getAddress(whose),
				current,
			]);
		const { write } = registrar.hospitals;
		await refused(write.approve([stranger.address]), stranger.address, status.none);
		await refused(write.reject([stranger.address, reason]), stranger.address, status.none);
		await refused(write.suspend([stranger.address, reason]), stranger.address, status.none);
		await refused(write.approve([hospital.address]), hospital.address, status.approved);
		await refused(write.reject([hospital.address, reason]), hospital.address, status.approved);
		await refused(write.reinstate([hospital.address]), hospital.address, status.approved);
		await write.suspend([hospital.address, reason]);
		await refused(write.suspend([hospital.address, reason]), hospital.address, status.suspended);
	});

	it('a hospital is suspended and reinstated, and its members with it', async () => {
		const { registrar, hospital, doctor } = await settled();
		const isActive = () => hospital.hospitals.read.isActiveMember([hospital.address, doctor.address]);
		const before = await hospital.hospitals.read.historyOf([hospital.address]);
		assert.equal(await isActive(), true);
		await assertions.emitWithArgs(
			registrar.hospitals.write.suspend([hospital.address, reason]),
			registrar.hospitals,
			'HospitalSuspended',
			[getAddress(hospital.address), getAddress(registrar.address), reason, before],
		);
		assert.equal(await isActive(), false);
		await assertions.emitWithArgs(
			registrar.hospitals.write.reinstate([hospital.address]),
			registrar.hospitals,
			'HospitalReinstated',
			[
				getAddress(hospital.address),
				getAddress(registrar.address),
				await hospital.hospitals.read.historyOf([hospital.address]),
			],
		);
		assert.equal(await isActive(), true);
	});

	it('only the admin appoints registrars, and an appointed one decides', async () => {
		const { admin, registrar, stranger, hospital } = await settled();
		await assertions.revertWithCustomErrorWithArgs(
			registrar.hospitals.write.grantRole([registrarRole, stranger.address]),
			registrar.hospitals,
			'AccessControlUnauthorizedAccount',
			[getAddress(registrar.address), zeroHash],
		);
		await admin.hospitals.write.grantRole([registrarRole, stranger.address]);
		await stranger.hospitals.write.suspend([hospital.address, reason]);
		assert.equal(await hospital.hospitals.read.statusOf([hospital.address]), status.suspended);
	});

	it("the admin's office changes hands only after the delay", async () => {
		const { admin, stranger } = await fresh();
		await admin.hospitals.write.beginDefaultAdminTransfer([stranger.address]);
		const schedule = (await networkHelpers.time.latest()) + 2 * day;
		await assertions.revertWithCustomErrorWithArgs(
			stranger.hospitals.write.acceptDefaultAdminTransfer(),
			stranger.hospitals,
			'AccessControlEnforcedDefaultAdminDelay',
			[schedule],
		);
		await networkHelpers.time.increaseTo(schedule + 1);
		await stranger.hospitals.write.acceptDefaultAdminTransfer();
		assert.equal(await stranger.hospitals.read.defaultAdmin(), getAddress(stranger.address));
	});
});

describe('HospitalRegistry: authority keys', () => {
	it('an approved hospital publishes its key, and replaces it', async () => {
		const { hospital } = await settled();
		const before = await hospital.hospitals.read.historyOf([hospital.address]);
		await assertions.emitWithArgs(
			hospital.hospitals.write.publishAuthority(['0xaa']),
			hospital.hospitals,
			'AuthorityPublished',
			[getAddress(hospital.address), 1, '0xaa', before],
		);
		await hospital.hospitals.write.publishAuthority(['0xbb']);
		const entry = await hospital.hospitals.read.hospitalOf([hospital.address]);
		assert.equal(entry.authorityVersion, 2);
		assert.equal(entry.authorityBlock, Number(await latestBlock()));
	});

	it('an applicant, a suspended hospital and a stranger publish nothing', async () => {
		const { hospital, stranger, doctor, registrar } = await settled();
		await doctor.hospitals.write.applyAsHospital([digest('profile')]);
		await registrar.hospitals.write.suspend([hospital.address, reason]);
		const people = [
			{ person: hospital, current: status.suspended },
			{ person: doctor, current: status.applied },
			{ person: stranger, current: status.none },
		];
		for (const { person, current } of people) {
			await assertions.revertWithCustomErrorWithArgs(
				person.hospitals.write.publishAuthority(['0xaa']),
				person.hospitals,
				'NotApproved',
				[getAddress(person.address), current],
			);
		}
	});

	it('an empty and an oversized key are refused', async () => {
		const { hospital } = await settled();
		for (const length of [0, 4097]) {
			await assertions.revertWithCustomErrorWithArgs(
				hospital.hospitals.write.publishAuthority([`0x${'ab'.repeat(length)}`]),
				hospital.hospitals,
				'InvalidKeyLength',
				[BigInt(length), 4096n],
			);
		}
	});
});

describe('HospitalRegistry: teams and members', () => {
	it('a hospital adds a team and a member', async () => {
		const { otherHospital, stranger } = await settled();
		const { hospitals } = otherHospital;
		const before = await hospitals.read.historyOf([otherHospital.address]);
		const team = keccak256('0x01');
		await assertions.emitWithArgs(hospitals.write.addTeam([team, digest('directory 1')]), hospitals, 'TeamAdded', [
			getAddress(otherHospital.address),
			team,
			digest('directory 1'),
			before,
		]);
		assert.equal(await hospitals.read.hasTeam([otherHospital.address, team]), true);
		const validUntil = await inDays(10);
		await assertions.emitWithArgs(
			hospitals.write.addMember([
				{
					member: stranger.address,
					role: 5,
					teamId: team,
					validUntil,
					directoryDigest: digest('directory 2'),
					keysDigest: digest('keys'),
				},
			]),
			hospitals,
			'MemberAdded',
			[
				getAddress(otherHospital.address),
				getAddress(stranger.address),
				team,
				5,
				validUntil,
				digest('directory 2'),
				digest('keys'),
				(before << 48n) | (await latestBlock()),
				0n,
			],
		);
		const member = await hospitals.read.memberOf([otherHospital.address, stranger.address]);
		assert.deepEqual(member, { role: 5, joinedAt: await networkHelpers.time.latest(), validUntil });
		const { directoryDigest } = await hospitals.read.hospitalOf([otherHospital.address]);
		assert.equal(directoryDigest, digest('directory 2'));
	});

	it('a team is added once, and has an id', async () => {
		const { hospital } = await settled();
		for (const team of [cardiology, zeroHash]) {
			await assertions.revertWithCustomErrorWithArgs(
				hospital.hospitals.write.addTeam([team, digest('directory')]),
				hospital.hospitals,
				'InvalidTeam',
				[getAddress(hospital.address), team],
			);
		}
	});

	it('every wrong part of an admission is refused', async () => {
		const { hospital, stranger, doctor } = await settled();
		const good = {
			member: stranger.address,
			role: doctorRole,
			teamId: cardiology,
			validUntil: await inDays(10),
			directoryDigest: digest('directory'),
			keysDigest: digest('keys'),
		};
		const { write } = hospital.hospitals;
		const own = getAddress(hospital.address);
		const validUntil = (await hospital.hospitals.read.memberOf([hospital.address, doctor.address])).validUntil;
		const past = await networkHelpers.time.latest();
		const refused = <name extends 'UnknownRole' | 'UnknownTeam' | 'ExpiryInPast' | 'AlreadyMember' | 'InvalidMember'>(
			wrong: Partial<typeof good>,
			error: name,
			args: Parameters<typeof assertions.revertWithCustomErrorWithArgs<typeof hospital.hospitals, name>>[3],
		) =>
			assertions.revertWithCustomErrorWithArgs(
				write.addMember([{ ...good, ...wrong }]),
				hospital.hospitals,
				error,
				args,
			);
		await refused({ role: 0 }, 'UnknownRole', [0]);
		await refused({ role: 6 }, 'UnknownRole', [6]);
		await refused({ teamId: digest('no team') }, 'UnknownTeam', [own, digest('no team')]);
		await refused({ validUntil: past }, 'ExpiryInPast', [past]);
		await refused({ member: zeroAddress }, 'InvalidMember', [zeroAddress]);
		await refused({ member: doctor.address }, 'AlreadyMember', [own, getAddress(doctor.address), validUntil]);
		for (const missing of [{ directoryDigest: zeroHash }, { keysDigest: zeroHash }]) {
			await assertions.revertWithCustomErrorWithArgs(
				write.addMember([{ ...good, ...missing }]),
				hospital.hospitals,
				'MissingDigest',
				[],
			);
		}
	});

	it('only an approved hospital adds teams and members and changes its directory', async () => {
		const { hospital, registrar, stranger } = await settled();
		await registrar.hospitals.write.suspend([hospital.address, reason]);
		for (const [person, current] of [
			[hospital, status.suspended],
			[stranger, status.none],
		] as const) {
			const attempts = [
				() => person.hospitals.write.addTeam([digest('team'), digest('directory')]),
				() => person.hospitals.write.changeDirectory([digest('directory')]),
				() => admit(person, stranger),
			];
			for (const attempt of attempts) {
				await assertions.revertWithCustomErrorWithArgs(attempt(), person.hospitals, 'NotApproved', [
					getAddress(person.address),
					current,
				]);
			}
		}
	});

	it("a hospital's team is no team of another's", async () => {
		const { otherHospital, stranger } = await settled();
		await assertions.revertWithCustomErrorWithArgs(
			admit(otherHospital, stranger),
			otherHospital.hospitals,
			'UnknownTeam',
			[getAddress(otherHospital.address), cardiology],
		);
	});

	it('a membership ends by itself, and can then be given again', async () => {
		const { hospital, stranger } = await settled();
		const isActive = () => hospital.hospitals.read.isActiveMember([hospital.address, stranger.address]);
		await admit(hospital, stranger, 2);
		const { validUntil } = await hospital.hospitals.read.memberOf([hospital.address, stranger.address]);
		await networkHelpers.time.increaseTo(validUntil - 1);
		assert.equal(await isActive(), true);
		await networkHelpers.time.increaseTo(validUntil);
		assert.equal(await isActive(), false);
		await admit(hospital, stranger, 2);
		assert.equal(await isActive(), true);
	});

	it('removing a member begins a new epoch', async () => {
		const { hospital, doctor, nurse } = await settled();
		const { hospitals } = hospital;
		const [history, memberHistory] = [
			await hospitals.read.historyOf([hospital.address]),
			await hospitals.read.historyOf([doctor.address]),
		];
		await assertions.emitWithArgs(
			hospitals.write.removeMember([doctor.address, digest('directory 2'), digest('keys 2')]),
			hospitals,
			'MemberRemoved',
			[
				getAddress(hospital.address),
				getAddress(doctor.address),
				1,
				digest('directory 2'),
				digest('keys 2'),
				history,
				memberHistory,
			],
		);
		assert.equal(await hospitals.read.epochOf([hospital.address]), 1);
		assert.equal(await hospitals.read.isActiveMember([hospital.address, doctor.address]), false);
		assert.equal(await hospitals.read.isActiveMember([hospital.address, nurse.address]), true);
	});

	it('nobody else removes a member', async () => {
		const { admin, registrar, otherHospital, doctor, stranger, hospital } = await settled();
		for (const person of [admin, registrar, otherHospital, doctor, stranger]) {
			await assertions.revertWithCustomErrorWithArgs(
				person.hospitals.write.removeMember([doctor.address, digest('directory'), zeroHash]),
				person.hospitals,
				'NotMember',
				[getAddress(person.address), getAddress(doctor.address)],
			);
		}
		assert.equal(await hospital.hospitals.read.isActiveMember([hospital.address, doctor.address]), true);
	});

	it('a suspended hospital still removes members, once each', async () => {
		const { hospital, registrar, doctor } = await settled();
		await registrar.hospitals.write.suspend([hospital.address, reason]);
		const remove = () => hospital.hospitals.write.removeMember([doctor.address, digest('directory'), zeroHash]);
		await remove();
		await assertions.revertWithCustomErrorWithArgs(remove(), hospital.hospitals, 'NotMember', [
			getAddress(hospital.address),
			getAddress(doctor.address),
		]);
	});

	it('a hospital corrects its directory', async () => {
		const { hospital } = await settled();
		const before = await hospital.hospitals.read.historyOf([hospital.address]);
		await assertions.emitWithArgs(
			hospital.hospitals.write.changeDirectory([digest('directory 9')]),
			hospital.hospitals,
			'DirectoryChanged',
			[getAddress(hospital.address), digest('directory 9'), before],
		);
		await assertions.revertWithCustomErrorWithArgs(
			hospital.hospitals.write.changeDirectory([zeroHash]),
			hospital.hospitals,
			'MissingDigest',
			[],
		);
	});
});
