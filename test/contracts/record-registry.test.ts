import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeAbiParameters, getAddress, keccak256, zeroAddress, zeroHash } from 'viem';
import { assertions, day, digest, inDays, networkHelpers, settled, type People, type Person } from './network.ts';

const header = digest('header');
const own = zeroAddress;
const anew = zeroHash;

function idOf(patient: Person, author: Person, headerDigest = header): `0x${string}` {
	return keccak256(
		encodeAbiParameters(
			[{ type: 'address' }, { type: 'address' }, { type: 'bytes32' }],
			[patient.address, author.address, headerDigest],
		),
	);
}

/** The patient lets the hospital add for thirty days. */
async function allow({ patient, hospital }: People): Promise<void> {
	await patient.consents.write.allowAdding([hospital.address, await inDays(30)]);
}

const addAsDoctor = ({ doctor, patient, hospital }: People, headerDigest = header) =>
	doctor.records.write.addRecord([patient.address, hospital.address, headerDigest, 0, anew]);
const addAsPatient = ({ patient }: People, headerDigest = header) =>
	patient.records.write.addRecord([patient.address, own, headerDigest, 0, anew]);

describe('RecordRegistry: adding', () => {
	it('a patient adds a record of their own', async () => {
		const people = await settled();
		const { patient } = people;
		const id = idOf(patient, patient);
		await assertions.emitWithArgs(addAsPatient(people), patient.records, 'RecordAdded', [
			getAddress(patient.address),
			getAddress(patient.address),
			id,
			zeroAddress,
			header,
			0,
			zeroHash,
			0n,
		]);
		assert.deepEqual(await patient.records.read.recordOf([id]), {
			patient: getAddress(patient.address),
			addedAt: await networkHelpers.time.latest(),
			byPatient: true,
			erased: false,
		});
	});

	it("a member adds under the patient's standing consent", async () => {
		const people = await settled();
		const { patient, doctor, hospital } = people;
		await allow(people);
		await assertions.emitWithArgs(addAsDoctor(people), doctor.records, 'RecordAdded', [
			getAddress(patient.address),
			getAddress(doctor.address),
			idOf(patient, doctor),
			getAddress(hospital.address),
			header,
			0,
			zeroHash,
			0n,
		]);
	});

	it('nobody adds a record in the name of a patient', async () => {
		const people = await settled();
		const { admin, registrar, hospital, doctor, otherPatient, stranger, patient } = people;
		await allow(people);
		for (const person of [admin, registrar, hospital, doctor, otherPatient, stranger]) {
			await assertions.revertWithCustomErrorWithArgs(
				person.records.write.addRecord([patient.address, own, header, 0, anew]),
				person.records,
				'NotPatient',
				[getAddress(patient.address), getAddress(person.address)],
			);
		}
	});

	it('nobody adds in the name of a hospital who is not its member', async () => {
		const people = await settled();
		const { admin, registrar, hospital, otherHospital, stranger, patient } = people;
		await allow(people);
		for (const person of [admin, registrar, hospital, otherHospital, stranger, patient]) {
			await assertions.revertWithCustomErrorWithArgs(
				person.records.write.addRecord([patient.address, hospital.address, header, 0, anew]),
				person.records,
				'NotActiveMember',
				[getAddress(hospital.address), getAddress(person.address)],
			);
		}
	});

	it('a member adds nothing without a standing consent, after it was stopped, or after it ran out', async () => {
		const people = await settled();
		const { patient, hospital, doctor } = people;
		const refused = () =>
			assertions.revertWithCustomErrorWithArgs(addAsDoctor(people), doctor.records, 'AddingNotAllowed', [
				getAddress(patient.address),
				getAddress(hospital.address),
			]);
		await refused();
		await allow(people);
		await patient.consents.write.stopAdding([hospital.address]);
		await refused();
		await allow(people);
		await networkHelpers.time.increase(30 * day);
		await refused();
	});

	it('the members of a suspended hospital lose the right at once, and removed ones for good', async () => {
		const people = await settled();
		const { registrar, hospital, doctor } = people;
		const refused = () =>
			assertions.revertWithCustomErrorWithArgs(addAsDoctor(people), doctor.records, 'NotActiveMember', [
				getAddress(hospital.address),
				getAddress(doctor.address),
			]);
		await allow(people);
		await registrar.hospitals.write.suspend([hospital.address, digest('reason')]);
		await refused();
		await registrar.hospitals.write.reinstate([hospital.address]);
		await hospital.hospitals.write.removeMember([doctor.address, digest('directory'), zeroHash]);
		await refused();
	});

	it('a record sealed under another epoch than the current is refused', async () => {
		const people = await settled();
		const { patient, doctor, hospital, otherPatient } = people;
		await allow(people);
		await patient.consents.write.grantAccess([otherPatient.address, own, zeroHash, await inDays(1), digest('keys')]);
		await patient.consents.write.revokeAccess([otherPatient.address, zeroHash]);
		for (const epoch of [0, 2]) {
			for (const attempt of [
				() => patient.records.write.addRecord([patient.address, own, header, epoch, anew]),
				() => doctor.records.write.addRecord([patient.address, hospital.address, header, epoch, anew]),
				() => patient.records.write.addRecords([patient.address, own, [header], epoch]),
			]) {
				await assertions.revertWithCustomErrorWithArgs(attempt(), patient.records, 'StaleEpoch', [epoch, 1]);
			}
		}
		await patient.records.write.addRecord([patient.address, own, header, 1, anew]);
	});

	it('one header is added once by one author, and a missing one never', async () => {
		const people = await settled();
		const { patient } = people;
		await addAsPatient(people);
		await assertions.revertWithCustomErrorWithArgs(addAsPatient(people), patient.records, 'RecordExists', [
			idOf(patient, patient),
		]);
		await assertions.revertWithCustomErrorWithArgs(
			addAsPatient(people, zeroHash),
			patient.records,
			'MissingDigest',
			[],
		);
	});

	it("nobody takes a record's id beforehand: an author's ids are that author's alone", async () => {
		const people = await settled();
		const { patient, otherPatient, nurse, hospital, doctor } = people;
		await allow(people);
		await nurse.records.write.addRecord([patient.address, hospital.address, header, 0, anew]);
		await otherPatient.records.write.addRecord([otherPatient.address, own, header, 0, anew]);
		await addAsDoctor(people);
		await addAsPatient(people);
		for (const author of [nurse, doctor, patient]) {
			const { patient: whose } = await patient.records.read.recordOf([idOf(patient, author)]);
			assert.equal(whose, getAddress(patient.address));
		}
	});
});

describe('RecordRegistry: several at once', () => {
	it('a batch has one entry and one event each, all with the word before the batch', async () => {
		const people = await settled();
		const { patient } = people;
		await addAsPatient(people, digest('earlier'));
		const before = await patient.records.read.historyOf([patient.address]);
		const headers = [digest('one'), digest('two'), digest('three')];
		const sent = patient.records.write.addRecords([patient.address, own, headers, 0]);
		for (const each of headers) {
			await assertions.emitWithArgs(sent, patient.records, 'RecordAdded', [
				getAddress(patient.address),
				getAddress(patient.address),
				idOf(patient, patient, each),
				zeroAddress,
				each,
				0,
				zeroHash,
				before,
			]);
		}
	});

	it('an empty batch, and one with a header twice, are refused as a whole', async () => {
		const { patient } = await settled();
		await assertions.revertWithCustomErrorWithArgs(
			patient.records.write.addRecords([patient.address, own, [], 0]),
			patient.records,
			'NoRecords',
			[],
		);
		await assertions.revertWithCustomErrorWithArgs(
			patient.records.write.addRecords([patient.address, own, [digest('new'), header, header], 0]),
			patient.records,
			'RecordExists',
			[idOf(patient, patient)],
		);
		assert.equal((await patient.records.read.recordOf([idOf(patient, patient, digest('new'))])).addedAt, 0);
	});

	it('a batch is refused to whom a single record is', async () => {
		const { patient, stranger, doctor, hospital } = await settled();
		await assertions.revertWithCustomErrorWithArgs(
			stranger.records.write.addRecords([patient.address, own, [header], 0]),
			stranger.records,
			'NotPatient',
			[getAddress(patient.address), getAddress(stranger.address)],
		);
		await assertions.revertWithCustomErrorWithArgs(
			doctor.records.write.addRecords([patient.address, hospital.address, [header], 0]),
			doctor.records,
			'AddingNotAllowed',
			[getAddress(patient.address), getAddress(hospital.address)],
		);
	});
});

describe('RecordRegistry: amending and erasing', () => {
	it('a correction names the record that it corrects, of the same patient', async () => {
		const people = await settled();
		const { patient, otherPatient, doctor, hospital } = people;
		await allow(people);
		await addAsDoctor(people);
		const amended = idOf(patient, doctor);
		await doctor.records.write.addRecord([patient.address, hospital.address, digest('corrected'), 0, amended]);
		const [event] = await doctor.records.getEvents.RecordAdded();
		assert.equal(event?.args.amends, amended);
		for (const [person, unknown] of [
			[otherPatient, amended],
			[otherPatient, digest('no record')],
		] as const) {
			await assertions.revertWithCustomErrorWithArgs(
				person.records.write.addRecord([person.address, own, header, 0, unknown]),
				person.records,
				'UnknownRecord',
				[getAddress(person.address), unknown],
			);
		}
	});

	it('a patient erases a record of their own, once, and it cannot be amended afterwards', async () => {
		const people = await settled();
		const { patient } = people;
		await addAsPatient(people);
		const id = idOf(patient, patient);
		const before = await patient.records.read.historyOf([patient.address]);
		await assertions.emitWithArgs(patient.records.write.eraseRecord([id]), patient.records, 'RecordErased', [
			getAddress(patient.address),
			id,
			before,
		]);
		assert.equal((await patient.records.read.recordOf([id])).erased, true);
		for (const attempt of [
			() => patient.records.write.eraseRecord([id]),
			() => patient.records.write.addRecord([patient.address, own, digest('corrected'), 0, id]),
		]) {
			await assertions.revertWithCustomErrorWithArgs(attempt(), patient.records, 'AlreadyErased', [id]);
		}
	});

	it('an erased record leaves a tombstone: its header cannot be added again', async () => {
		const people = await settled();
		const { patient } = people;
		await addAsPatient(people);
		await patient.records.write.eraseRecord([idOf(patient, patient)]);
		await assertions.revertWithCustomErrorWithArgs(addAsPatient(people), patient.records, 'RecordExists', [
			idOf(patient, patient),
		]);
	});

	it("nobody erases a patient's record in the patient's name", async () => {
		const people = await settled();
		const { admin, registrar, hospital, doctor, otherPatient, stranger, patient } = people;
		await addAsPatient(people);
		const id = idOf(patient, patient);
		for (const person of [admin, registrar, hospital, doctor, otherPatient, stranger]) {
			await assertions.revertWithCustomErrorWithArgs(
				person.records.write.eraseRecord([id]),
				person.records,
				'UnknownRecord',
				[getAddress(person.address), id],
			);
		}
		assert.equal((await patient.records.read.recordOf([id])).erased, false);
	});

	it("a hospital's record is erased neither by its author nor by the patient", async () => {
		const people = await settled();
		const { patient, doctor } = people;
		await allow(people);
		await addAsDoctor(people);
		const id = idOf(patient, doctor);
		await assertions.revertWithCustomErrorWithArgs(
			patient.records.write.eraseRecord([id]),
			patient.records,
			'NotOwnRecord',
			[id],
		);
		await assertions.revertWithCustomErrorWithArgs(
			doctor.records.write.eraseRecord([id]),
			doctor.records,
			'UnknownRecord',
			[getAddress(doctor.address), id],
		);
	});
});
