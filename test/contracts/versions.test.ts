/** RecordRegistry: corrections, new locks, erasure. No record is ever altered. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zeroAddress, zeroHash } from 'viem';
import {
	allow,
	digest,
	emits,
	entry,
	inOneBlock,
	latestBlock,
	recordId,
	refuses,
	settled,
	succeeded,
	type Hex,
	type People,
	type Person,
} from './network.ts';

const own = zeroAddress;
const locks = digest('locks');

const addOwn = (patient: Person, name = 'header') =>
	patient.records.write.addRecord([patient.address, own, entry(name), 0]);
const amendOwn = (patient: Person, name: string, amended: Hex) =>
	patient.records.write.amendRecord([patient.address, own, entry(name), 0, amended]);
const erase = (person: Person, id: Hex) => person.records.write.eraseRecord([id]);
const recordOf = (person: Person, id: Hex) => person.records.read.recordOf([id]);
const wordOf = (person: Person) => person.records.read.historyOf([person.address]);

/** The doctor has added a record. */
async function withDoctorsRecord(): Promise<People & { id: Hex }> {
	const people = await settled();
	const { patient, doctor, hospital } = people;
	await allow(people);
	await doctor.records.write.addRecord([patient.address, hospital.address, entry('header'), 0]);
	return { ...people, id: recordId(patient, doctor, 'header') };
}

describe('RecordRegistry: amending', () => {
	it('a correction is a record of its own that names what it corrects, which stays as it is', async () => {
		const { patient, doctor, hospital, id } = await withDoctorsRecord();
		const before = [await recordOf(patient, id), await wordOf(patient)] as const;
		const sent = await doctor.records.write.amendRecord([patient.address, hospital.address, entry('corrected'), 0, id]);
		const { headerDigest, auditRoot } = entry('corrected');
		await emits(sent, doctor.records, 'RecordAdded', [
			patient.address,
			doctor.address,
			hospital.address,
			headerDigest,
			auditRoot,
			before[1],
		]);
		const corrected = recordId(patient, doctor, 'corrected');
		await emits(sent, doctor.records, 'RecordAmended', [patient.address, id, corrected, before[1]]);
		assert.deepEqual(await recordOf(patient, id), before[0]);
		assert.equal((await recordOf(patient, corrected)).patient, patient.address);
	});

	it("the patient may correct a doctor's record beside it, and a colleague too", async () => {
		const { patient, nurse, hospital, id } = await withDoctorsRecord();
		const before = await recordOf(patient, id);
		await amendOwn(patient, 'as I remember it', id);
		await nurse.records.write.amendRecord([patient.address, hospital.address, entry('as I saw it'), 0, id]);
		assert.deepEqual(await recordOf(patient, id), before);
	});

	it('what is corrected is a record of the same patient', async () => {
		const { otherPatient, id } = await withDoctorsRecord();
		for (const unknown of [id, digest('no record'), zeroHash]) {
			await refuses(amendOwn(otherPatient, 'corrected', unknown), otherPatient.records, 'UnknownRecord', [
				otherPatient.address,
				unknown,
			]);
		}
	});

	it('a record cannot correct itself, nor be added again as a correction', async () => {
		const { patient } = await settled();
		const id = recordId(patient, patient, 'header');
		await refuses(amendOwn(patient, 'header', id), patient.records, 'UnknownRecord', [patient.address, id]);
		await addOwn(patient);
		await refuses(amendOwn(patient, 'header', id), patient.records, 'RecordExists', [id]);
	});

	it('a chain of sixty corrections, and sixty corrections of one record, do not break', async () => {
		const { patient } = await settled();
		await addOwn(patient, 'version 0');
		const first = recordId(patient, patient, 'version 0');
		for (let i = 1; i <= 60; i++) {
			await amendOwn(patient, `version ${i}`, recordId(patient, patient, `version ${i - 1}`));
			await amendOwn(patient, `note ${i}`, first);
		}
		const events = await patient.records.getEvents.RecordAmended({ patient: patient.address }, { fromBlock: 0n });
		const previous = new Map(events.map(({ args }) => [args.recordId, args.amended]));
		let id = recordId(patient, patient, 'version 60');
		let length = 0;
		for (; previous.has(id); length++) id = previous.get(id)!;
		assert.deepEqual([length, id, events.length], [60, first, 120]);
		await erase(patient, first);
		await amendOwn(patient, 'version 61', recordId(patient, patient, 'version 60'));
	});
});

describe('RecordRegistry: new locks', () => {
	it('a patient puts any number of records under new locks, and no record changes', async () => {
		const { patient, id } = await withDoctorsRecord();
		await patient.consents.write.revokeAllAccess();
		const before = [await recordOf(patient, id), await wordOf(patient)] as const;
		await emits(patient.records.write.resealRecords([1, locks]), patient.records, 'RecordsResealed', [
			patient.address,
			1,
			locks,
			before[1],
		]);
		assert.deepEqual(await recordOf(patient, id), before[0]);
	});

	it('locks of another epoch than the current, and none at all, are refused', async () => {
		const { patient } = await settled();
		await patient.consents.write.revokeAllAccess();
		for (const epoch of [0, 2]) {
			await refuses(patient.records.write.resealRecords([epoch, locks]), patient.records, 'StaleEpoch', [epoch, 1]);
		}
		await refuses(patient.records.write.resealRecords([1, zeroHash]), patient.records, 'MissingDigest', []);
	});
});

describe('RecordRegistry: erasing', () => {
	it('a patient erases a record of their own, once, and it cannot be corrected afterwards', async () => {
		const { patient } = await settled();
		await addOwn(patient);
		const id = recordId(patient, patient, 'header');
		const before = await recordOf(patient, id);
		const word = await wordOf(patient);
		await emits(erase(patient, id), patient.records, 'RecordErased', [patient.address, id, word]);
		assert.deepEqual(await recordOf(patient, id), { ...before, erased: true });
		for (const attempt of [() => erase(patient, id), () => amendOwn(patient, 'corrected', id)]) {
			await refuses(attempt(), patient.records, 'AlreadyErased', [id]);
		}
	});

	it('an erased record leaves a tombstone: the same cannot be added again', async () => {
		const { patient } = await settled();
		await addOwn(patient);
		const id = recordId(patient, patient, 'header');
		await erase(patient, id);
		await refuses(addOwn(patient), patient.records, 'RecordExists', [id]);
	});

	it("nobody erases a patient's record in the patient's name", async () => {
		const people = await settled();
		const { admin, registrar, hospital, doctor, otherPatient, stranger, patient } = people;
		await addOwn(patient);
		const id = recordId(patient, patient, 'header');
		for (const person of [admin, registrar, hospital, doctor, otherPatient, stranger]) {
			await refuses(erase(person, id), person.records, 'UnknownRecord', [person.address, id]);
		}
		assert.equal((await recordOf(patient, id)).erased, false);
	});

	it("a hospital's record is erased neither by its author, nor by the hospital, nor by the patient", async () => {
		const { patient, doctor, hospital, id } = await withDoctorsRecord();
		await refuses(erase(patient, id), patient.records, 'NotOwnRecord', [id]);
		for (const person of [doctor, hospital]) {
			await refuses(erase(person, id), person.records, 'UnknownRecord', [person.address, id]);
		}
	});

	it('what is no record cannot be erased', async () => {
		const { patient } = await settled();
		for (const id of [digest('no record'), zeroHash]) {
			await refuses(erase(patient, id), patient.records, 'UnknownRecord', [patient.address, id]);
		}
	});

	it('of an erasure and a correction in one block, whichever comes first counts', async () => {
		const { patient } = await settled();
		await addOwn(patient);
		const id = recordId(patient, patient, 'header');
		const { write } = patient.records;
		const hashes = await inOneBlock([
			() => write.eraseRecord([id], { gas: 300_000n }),
			() => write.amendRecord([patient.address, own, entry('corrected'), 0, id], { gas: 300_000n }),
		]);
		assert.deepEqual(await Promise.all(hashes.map(succeeded)), [true, false]);
		assert.equal((await wordOf(patient)) & 0xff_ffff_ffffn, await latestBlock());
	});
});
