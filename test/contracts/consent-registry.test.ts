import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeAbiParameters, getAddress, keccak256, zeroAddress, zeroHash } from 'viem';
import {
	ask,
	assertions,
	day,
	digest,
	inDays,
	inOneBlock,
	networkHelpers,
	settled,
	succeeded,
	type People,
	type Person,
} from './network.ts';

const state = { waiting: 1, granted: 2, denied: 3, withdrawn: 4 };
const reason = digest('reason');

const canRead = ({ patient }: People, grantee: Person) =>
	patient.consents.read.canRead([patient.address, grantee.address]);
const suspend = ({ registrar, hospital }: People) => registrar.hospitals.write.suspend([hospital.address, reason]);
const words = async ({ patient }: People, other: Person) => [
	await patient.consents.read.historyOf([patient.address]),
	await patient.consents.read.historyOf([other.address]),
];

/** The patient lets the doctor read for ten days, as a member of the hospital. */
async function grant(people: People, requestId: `0x${string}` = zeroHash): Promise<void> {
	const { patient, doctor, hospital } = people;
	const expiresAt = await inDays(10);
	await patient.consents.write.grantAccess([doctor.address, hospital.address, requestId, expiresAt, digest('keys')]);
}

describe('ConsentRegistry: requests', () => {
	it('an active member asks a patient', async () => {
		const { doctor, hospital, patient } = await settled();
		const askedAt = (await networkHelpers.time.latest()) + 100;
		await networkHelpers.time.setNextBlockTimestamp(askedAt);
		const id = keccak256(
			encodeAbiParameters(
				[{ type: 'address' }, { type: 'address' }, { type: 'address' }, { type: 'uint48' }],
				[patient.address, doctor.address, hospital.address, askedAt],
			),
		);
		await assertions.emitWithArgs(
			doctor.consents.write.requestAccess([patient.address, hospital.address, digest('details'), 30]),
			doctor.consents,
			'AccessRequested',
			[
				getAddress(patient.address),
				getAddress(doctor.address),
				id,
				getAddress(hospital.address),
				digest('details'),
				30,
				0n,
				0n,
			],
		);
		assert.deepEqual(await doctor.consents.read.requestOf([id]), {
			requester: getAddress(doctor.address),
			askedAt,
			durationDays: 30,
			state: state.waiting,
		});
	});

	it('nobody asks who is not a member, nor a member in the name of another hospital', async () => {
		const { admin, registrar, hospital, otherHospital, doctor, stranger, patient } = await settled();
		const pairs = [
			...[admin, registrar, hospital, otherHospital, stranger].map((person) => [person, hospital] as const),
			[doctor, otherHospital] as const,
		];
		for (const [person, inName] of pairs) {
			await assertions.revertWithCustomErrorWithArgs(
				person.consents.write.requestAccess([patient.address, inName.address, digest('details'), 30]),
				person.consents,
				'NotActiveMember',
				[getAddress(inName.address), getAddress(person.address)],
			);
		}
	});

	it("a suspended hospital's members, removed ones, and those whose membership ran out ask nothing", async () => {
		const people = await settled();
		const { hospital, doctor, nurse, patient, registrar } = people;
		const refused = (person: Person) =>
			assertions.revertWithCustomErrorWithArgs(
				person.consents.write.requestAccess([patient.address, hospital.address, digest('details'), 30]),
				person.consents,
				'NotActiveMember',
				[getAddress(hospital.address), getAddress(person.address)],
			);
		await suspend(people);
		await refused(doctor);
		await registrar.hospitals.write.reinstate([hospital.address]);
		await hospital.hospitals.write.removeMember([doctor.address, digest('directory'), zeroHash]);
		await refused(doctor);
		await networkHelpers.time.increase(366 * day);
		await refused(nurse);
	});

	it('someone without keys cannot be asked', async () => {
		const { doctor, hospital, stranger } = await settled();
		await assertions.revertWithCustomErrorWithArgs(
			doctor.consents.write.requestAccess([stranger.address, hospital.address, digest('details'), 30]),
			doctor.consents,
			'NoKeys',
			[getAddress(stranger.address)],
		);
	});

	it('a request needs details and a duration', async () => {
		const { doctor, hospital, patient } = await settled();
		await assertions.revertWithCustomErrorWithArgs(
			doctor.consents.write.requestAccess([patient.address, hospital.address, zeroHash, 30]),
			doctor.consents,
			'MissingDigest',
			[],
		);
		await assertions.revertWithCustomErrorWithArgs(
			doctor.consents.write.requestAccess([patient.address, hospital.address, digest('details'), 0]),
			doctor.consents,
			'InvalidDuration',
			[0],
		);
	});

	it('the same request twice in one block is one request', async () => {
		const { doctor, nurse, hospital, patient } = await settled();
		const send = (person: Person) => () =>
			person.consents.write.requestAccess([patient.address, hospital.address, digest('details'), 30], {
				gas: 300_000n,
			});
		const hashes = await inOneBlock([send(doctor), send(doctor), send(nurse)]);
		assert.deepEqual(await Promise.all(hashes.map(succeeded)), [true, false, true]);
		const events = await doctor.consents.getEvents.AccessRequested();
		assert.equal(new Set(events.map((event) => event.args.requestId)).size, 2);
	});

	it('the requester withdraws a waiting request; nobody else does', async () => {
		const people = await settled();
		const { admin, registrar, hospital, nurse, stranger, patient, doctor } = people;
		const id = await ask(people);
		for (const person of [admin, registrar, hospital, nurse, stranger, patient]) {
			await assertions.revertWithCustomErrorWithArgs(
				person.consents.write.withdrawRequest([patient.address, hospital.address, id]),
				person.consents,
				'UnknownRequest',
				[id],
			);
		}
		const before = await words(people, doctor);
		await assertions.emitWithArgs(
			doctor.consents.write.withdrawRequest([patient.address, hospital.address, id]),
			doctor.consents,
			'RequestWithdrawn',
			[getAddress(patient.address), getAddress(doctor.address), id, before[0]!, before[1]!],
		);
		assert.equal((await doctor.consents.read.requestOf([id])).state, state.withdrawn);
	});

	it('the patient denies a waiting request; nobody else does', async () => {
		const people = await settled();
		const { admin, registrar, hospital, otherHospital, otherPatient, stranger, patient, doctor } = people;
		const id = await ask(people);
		for (const person of [admin, registrar, hospital, otherHospital, otherPatient, stranger, doctor]) {
			await assertions.revertWithCustomErrorWithArgs(
				person.consents.write.denyRequest([doctor.address, hospital.address, id]),
				person.consents,
				'UnknownRequest',
				[id],
			);
		}
		const before = await words(people, doctor);
		await assertions.emitWithArgs(
			patient.consents.write.denyRequest([doctor.address, hospital.address, id]),
			patient.consents,
			'RequestDenied',
			[getAddress(patient.address), getAddress(doctor.address), id, before[0]!, before[1]!],
		);
		assert.equal(await canRead(people, doctor), false);
	});

	it('a request that is answered or withdrawn is closed for good', async () => {
		const people = await settled();
		const { patient, doctor, hospital } = people;
		const expiresAt = await inDays(10);
		const closings = [
			[state.denied, (id: `0x${string}`) => patient.consents.write.denyRequest([doctor.address, hospital.address, id])],
			[
				state.withdrawn,
				(id: `0x${string}`) => doctor.consents.write.withdrawRequest([patient.address, hospital.address, id]),
			],
			[
				state.granted,
				(id: `0x${string}`) =>
					patient.consents.write.grantAccess([doctor.address, hospital.address, id, expiresAt, digest('keys')]),
			],
		] as const;
		for (const [current, close] of closings) {
			const id = await ask(people);
			await close(id);
			for (const [, again] of closings) {
				await assertions.revertWithCustomErrorWithArgs(again(id), patient.consents, 'RequestClosed', [id, current]);
			}
		}
	});

	it('a request lapses after fourteen days', async () => {
		const people = await settled();
		const { patient, doctor, hospital } = people;
		const id = await ask(people);
		const endedAt = (await doctor.consents.read.requestOf([id])).askedAt + 14 * day;
		await networkHelpers.time.increaseTo(endedAt - 1);
		const expiresAt = endedAt + day;
		for (const attempt of [
			() => patient.consents.write.grantAccess([doctor.address, hospital.address, id, expiresAt, digest('keys')]),
			() => patient.consents.write.denyRequest([doctor.address, hospital.address, id]),
			() => doctor.consents.write.withdrawRequest([patient.address, hospital.address, id]),
		]) {
			await assertions.revertWithCustomErrorWithArgs(attempt(), patient.consents, 'RequestExpired', [id, endedAt]);
		}
	});

	it('a request is still answered in its last second', async () => {
		const people = await settled();
		const { patient, doctor, hospital } = people;
		const id = await ask(people);
		const endedAt = (await doctor.consents.read.requestOf([id])).askedAt + 14 * day;
		await networkHelpers.time.setNextBlockTimestamp(endedAt - 1);
		await patient.consents.write.denyRequest([doctor.address, hospital.address, id]);
		assert.equal((await doctor.consents.read.requestOf([id])).state, state.denied);
	});
});

describe('ConsentRegistry: grants', () => {
	it('a patient answers a request with a grant', async () => {
		const people = await settled();
		const { patient, doctor, hospital } = people;
		const id = await ask(people);
		const expiresAt = await inDays(10);
		const before = await words(people, doctor);
		await assertions.emitWithArgs(
			patient.consents.write.grantAccess([doctor.address, hospital.address, id, expiresAt, digest('keys')]),
			patient.consents,
			'AccessGranted',
			[
				getAddress(patient.address),
				getAddress(doctor.address),
				id,
				getAddress(hospital.address),
				expiresAt,
				0,
				digest('keys'),
				before[0]!,
				before[1]!,
			],
		);
		assert.deepEqual(await patient.consents.read.grantOf([patient.address, doctor.address]), {
			hospital: getAddress(hospital.address),
			grantedAt: await networkHelpers.time.latest(),
			expiresAt,
		});
		assert.equal(await canRead(people, doctor), true);
	});

	it('a patient grants unasked, to a person alone', async () => {
		const people = await settled();
		const { patient, otherPatient } = people;
		const expiresAt = await inDays(10);
		await patient.consents.write.grantAccess([otherPatient.address, zeroAddress, zeroHash, expiresAt, digest('keys')]);
		assert.equal(await canRead(people, otherPatient), true);
	});

	it('nobody grants in the name of a patient', async () => {
		const people = await settled();
		const { admin, registrar, hospital, otherHospital, doctor, nurse, stranger } = people;
		const id = await ask(people);
		const expiresAt = await inDays(10);
		for (const person of [admin, registrar, hospital, otherHospital, doctor, nurse, stranger]) {
			const grantOf = (requestId: `0x${string}`) =>
				person.consents.write.grantAccess([doctor.address, hospital.address, requestId, expiresAt, digest('keys')]);
			await assertions.revertWithCustomErrorWithArgs(grantOf(id), person.consents, 'UnknownRequest', [id]);
			await grantOf(zeroHash);
			assert.equal(await canRead(people, doctor), false, 'a grant of their own says nothing about the patient');
		}
	});

	it('a request is granted only to the one who made it, for the hospital in whose name it was made', async () => {
		const people = await settled();
		const { patient, doctor, nurse, hospital, otherHospital } = people;
		const id = await ask(people);
		const expiresAt = await inDays(10);
		for (const [grantee, inName] of [
			[nurse.address, hospital.address],
			[doctor.address, otherHospital.address],
			[doctor.address, zeroAddress],
		] as const) {
			await assertions.revertWithCustomErrorWithArgs(
				patient.consents.write.grantAccess([grantee, inName, id, expiresAt, digest('keys')]),
				patient.consents,
				'UnknownRequest',
				[id],
			);
		}
	});

	it('a grant needs an end in the future, keys, a grantee who has some, and a member where it names a hospital', async () => {
		const { patient, doctor, stranger, hospital } = await settled();
		const expiresAt = await inDays(10);
		const past = await networkHelpers.time.latest();
		const { write } = patient.consents;
		await assertions.revertWithCustomErrorWithArgs(
			write.grantAccess([doctor.address, hospital.address, zeroHash, past, digest('keys')]),
			patient.consents,
			'ExpiryInPast',
			[past],
		);
		await assertions.revertWithCustomErrorWithArgs(
			write.grantAccess([doctor.address, hospital.address, zeroHash, expiresAt, zeroHash]),
			patient.consents,
			'MissingDigest',
			[],
		);
		await assertions.revertWithCustomErrorWithArgs(
			write.grantAccess([stranger.address, zeroAddress, zeroHash, expiresAt, digest('keys')]),
			patient.consents,
			'NoKeys',
			[getAddress(stranger.address)],
		);
		await assertions.revertWithCustomErrorWithArgs(
			write.grantAccess([stranger.address, hospital.address, zeroHash, expiresAt, digest('keys')]),
			patient.consents,
			'NotActiveMember',
			[getAddress(hospital.address), getAddress(stranger.address)],
		);
	});

	it('a request whose maker has left the hospital meanwhile cannot be granted', async () => {
		const people = await settled();
		const { patient, doctor, hospital } = people;
		const id = await ask(people);
		await hospital.hospitals.write.removeMember([doctor.address, digest('directory'), zeroHash]);
		await assertions.revertWithCustomErrorWithArgs(
			patient.consents.write.grantAccess([doctor.address, hospital.address, id, await inDays(5), digest('keys')]),
			patient.consents,
			'NotActiveMember',
			[getAddress(hospital.address), getAddress(doctor.address)],
		);
	});

	it('a grant ends by itself', async () => {
		const people = await settled();
		const { patient, doctor } = people;
		await grant(people);
		const { expiresAt } = await patient.consents.read.grantOf([patient.address, doctor.address]);
		await networkHelpers.time.increaseTo(expiresAt - 1);
		assert.equal(await canRead(people, doctor), true);
		await networkHelpers.time.increaseTo(expiresAt);
		assert.equal(await canRead(people, doctor), false);
	});

	it('a grant rests while its hospital is suspended, and ends when the grantee leaves it', async () => {
		const people = await settled();
		const { registrar, hospital, doctor } = people;
		await grant(people);
		await suspend(people);
		assert.equal(await canRead(people, doctor), false);
		await registrar.hospitals.write.reinstate([hospital.address]);
		assert.equal(await canRead(people, doctor), true);
		await hospital.hospitals.write.removeMember([doctor.address, digest('directory'), zeroHash]);
		assert.equal(await canRead(people, doctor), false);
	});

	it('a patient revokes, and a new epoch begins', async () => {
		const people = await settled();
		const { patient, doctor } = people;
		await grant(people);
		const before = await words(people, doctor);
		await assertions.emitWithArgs(
			patient.consents.write.revokeAccess([doctor.address, digest('keys 2')]),
			patient.consents,
			'AccessRevoked',
			[getAddress(patient.address), getAddress(doctor.address), 1, digest('keys 2'), before[0]!, before[1]!],
		);
		assert.equal(await canRead(people, doctor), false);
		assert.equal(await patient.consents.read.epochOf([patient.address]), 1);
		await assertions.revertWithCustomErrorWithArgs(
			patient.consents.write.revokeAccess([doctor.address, zeroHash]),
			patient.consents,
			'NoGrant',
			[getAddress(patient.address), getAddress(doctor.address)],
		);
	});

	it('a grant that ran out can still be revoked, so that a new epoch shuts its keys out', async () => {
		const people = await settled();
		const { patient, doctor } = people;
		await grant(people);
		await networkHelpers.time.increase(11 * day);
		await patient.consents.write.revokeAccess([doctor.address, zeroHash]);
		assert.equal(await patient.consents.read.epochOf([patient.address]), 1);
	});

	it('nobody revokes in the name of a patient', async () => {
		const people = await settled();
		const { admin, registrar, hospital, otherHospital, doctor, otherPatient, stranger, patient } = people;
		await grant(people);
		for (const person of [admin, registrar, hospital, otherHospital, doctor, otherPatient, stranger]) {
			await assertions.revertWithCustomErrorWithArgs(
				person.consents.write.revokeAccess([doctor.address, zeroHash]),
				person.consents,
				'NoGrant',
				[getAddress(person.address), getAddress(doctor.address)],
			);
		}
		assert.equal(await canRead(people, doctor), true);
		assert.equal(await patient.consents.read.epochOf([patient.address]), 0);
	});

	it('a later grant names the epoch of its day', async () => {
		const people = await settled();
		const { patient, doctor } = people;
		await grant(people);
		await patient.consents.write.revokeAccess([doctor.address, zeroHash]);
		await grant(people);
		const [event] = await patient.consents.getEvents.AccessGranted();
		assert.equal(event?.args.epoch, 1);
	});
});

describe('ConsentRegistry: adding to records', () => {
	it('a patient lets a hospital add, and stops it', async () => {
		const people = await settled();
		const { patient, hospital } = people;
		const mayAdd = () => patient.consents.read.mayAdd([patient.address, hospital.address]);
		const expiresAt = await inDays(10);
		await assertions.emitWithArgs(
			patient.consents.write.allowAdding([hospital.address, expiresAt]),
			patient.consents,
			'AddingAllowed',
			[getAddress(patient.address), getAddress(hospital.address), expiresAt, 0n, 0n],
		);
		assert.equal(await mayAdd(), true);
		assert.equal(await patient.consents.read.addingUntil([patient.address, hospital.address]), expiresAt);
		const before = await words(people, hospital);
		await assertions.emitWithArgs(
			patient.consents.write.stopAdding([hospital.address]),
			patient.consents,
			'AddingStopped',
			[getAddress(patient.address), getAddress(hospital.address), before[0]!, before[1]!],
		);
		assert.equal(await mayAdd(), false);
	});

	it('it ends by itself', async () => {
		const { patient, hospital } = await settled();
		const expiresAt = await inDays(10);
		await patient.consents.write.allowAdding([hospital.address, expiresAt]);
		await networkHelpers.time.increaseTo(expiresAt);
		assert.equal(await patient.consents.read.mayAdd([patient.address, hospital.address]), false);
	});

	it('only an approved hospital is let in, and only into the future', async () => {
		const people = await settled();
		const { patient, hospital, stranger } = people;
		const past = await networkHelpers.time.latest();
		await assertions.revertWithCustomErrorWithArgs(
			patient.consents.write.allowAdding([hospital.address, past]),
			patient.consents,
			'ExpiryInPast',
			[past],
		);
		await suspend(people);
		for (const person of [hospital, stranger]) {
			await assertions.revertWithCustomErrorWithArgs(
				patient.consents.write.allowAdding([person.address, await inDays(10)]),
				patient.consents,
				'NotApproved',
				[getAddress(person.address)],
			);
		}
	});

	it('nobody allows or stops in the name of a patient', async () => {
		const { admin, registrar, hospital, otherHospital, doctor, stranger, patient } = await settled();
		const expiresAt = await inDays(10);
		const mayAdd = (one: Person) => patient.consents.read.mayAdd([patient.address, one.address]);
		await patient.consents.write.allowAdding([otherHospital.address, expiresAt]);
		for (const person of [admin, registrar, hospital, otherHospital, doctor, stranger]) {
			await assertions.revertWithCustomErrorWithArgs(
				person.consents.write.stopAdding([otherHospital.address]),
				person.consents,
				'AddingNotAllowed',
				[getAddress(person.address), getAddress(otherHospital.address)],
			);
			await person.consents.write.allowAdding([hospital.address, expiresAt]);
			assert.equal(await mayAdd(hospital), false, 'a consent of their own says nothing about the patient');
		}
		assert.equal(await mayAdd(otherHospital), true);
	});
});
