/** RecordRegistry: who adds which record to whose history. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zeroAddress, zeroHash } from 'viem';
import {
	admit,
	allow,
	cardiology,
	day,
	digest,
	dismiss,
	emits,
	entry,
	networkHelpers,
	reason,
	recordId,
	refuses,
	settled,
	suspend,
	type People,
	type Person,
} from './network.ts';

const own = zeroAddress;

const addAs = (author: Person, { patient, hospital }: People, name = 'header', epoch = 0) =>
	author.records.write.addRecord([patient.address, hospital.address, entry(name), epoch]);
const addOwn = (patient: Person, name = 'header', epoch = 0) =>
	patient.records.write.addRecord([patient.address, own, entry(name), epoch]);

/** Each way in which `author` could add to the records of the patient in the name of the hospital, or of none. */
function attempts({ patient }: People, author: Person, hospital: `0x${string}`, amended: `0x${string}`) {
	const { write } = author.records;
	return [
		() => write.addRecord([patient.address, hospital, entry('header'), 0]),
		() => write.addRecords([patient.address, hospital, [entry('header')], 0]),
		() => write.amendRecord([patient.address, hospital, entry('header'), 0, amended]),
	];
}

async function endOfConsent({ patient, hospital }: People): Promise<number> {
	const [until] = await patient.consents.read.standingConsentOf([patient.address, hospital.address]);
	return Number(until);
}

/** The patient has a record and lets the hospital add. */
async function withRecord(): Promise<People & { amended: `0x${string}` }> {
	const people = await settled();
	await allow(people);
	await addOwn(people.patient, 'earlier');
	return { ...people, amended: recordId(people.patient, people.patient, 'earlier') };
}

describe('RecordRegistry: adding', () => {
	it('a patient adds a record of their own', async () => {
		const { patient } = await settled();
		const { headerDigest, auditRoot } = entry('header');
		await emits(addOwn(patient), patient.records, 'RecordAdded', [
			patient.address,
			patient.address,
			zeroAddress,
			headerDigest,
			auditRoot,
			0n,
		]);
		assert.deepEqual(await patient.records.read.recordOf([recordId(patient, patient, 'header')]), {
			patient: patient.address,
			addedAt: await networkHelpers.time.latest(),
			byPatient: true,
			erased: false,
		});
	});

	it("a member adds under the patient's standing consent", async () => {
		const people = await settled();
		const { patient, doctor, hospital } = people;
		await allow(people);
		const { headerDigest, auditRoot } = entry('header');
		await emits(addAs(doctor, people), doctor.records, 'RecordAdded', [
			patient.address,
			doctor.address,
			hospital.address,
			headerDigest,
			auditRoot,
			0n,
		]);
		const record = await patient.records.read.recordOf([recordId(patient, doctor, 'header')]);
		assert.deepEqual([record.patient, record.byPatient], [patient.address, false]);
	});

	it('nobody adds a record in the name of a patient', async () => {
		const people = await withRecord();
		const { admin, registrar, hospital, doctor, otherPatient, stranger, patient, amended } = people;
		for (const person of [admin, registrar, hospital, doctor, otherPatient, stranger]) {
			for (const attempt of attempts(people, person, own, amended)) {
				await refuses(attempt(), person.records, 'NotPatient', [patient.address, person.address]);
			}
		}
	});

	it('nobody adds in the name of a hospital who is not its member', async () => {
		const people = await withRecord();
		const { admin, registrar, hospital, otherHospital, stranger, patient, amended } = people;
		for (const person of [admin, registrar, hospital, otherHospital, stranger, patient]) {
			for (const attempt of attempts(people, person, hospital.address, amended)) {
				await refuses(attempt(), person.records, 'NotActiveMember', [hospital.address, person.address]);
			}
		}
	});

	it('a member adds nothing without a standing consent, after it was stopped, or after it ran out', async () => {
		const people = await withRecord();
		const { patient, hospital, doctor, amended } = people;
		const refused = async () => {
			for (const attempt of attempts(people, doctor, hospital.address, amended)) {
				await refuses(attempt(), doctor.records, 'AddingNotAllowed', [patient.address, hospital.address]);
			}
		};
		await patient.consents.write.stopAdding([hospital.address]);
		await refused();
		await allow(people);
		await networkHelpers.time.setNextBlockTimestamp(await endOfConsent(people));
		await refused();
		await networkHelpers.time.increase(31 * day);
		await refused();
	});

	it('a consent for one hospital is none for another of the same member', async () => {
		const people = await withRecord();
		const { patient, otherHospital, doctor, amended } = people;
		await otherHospital.hospitals.write.addTeam([otherHospital.address, cardiology, digest('directory')]);
		await admit(otherHospital, doctor);
		for (const attempt of attempts(people, doctor, otherHospital.address, amended)) {
			await refuses(attempt(), doctor.records, 'AddingNotAllowed', [patient.address, otherHospital.address]);
		}
	});

	it('a member adds until the last second of the consent', async () => {
		const people = await settled();
		const { doctor } = people;
		await allow(people);
		await networkHelpers.time.setNextBlockTimestamp((await endOfConsent(people)) - 1);
		await addAs(doctor, people);
	});

	it('the members of a suspended hospital lose the right at once, and removed ones for good', async () => {
		const people = await withRecord();
		const { registrar, hospital, doctor, amended } = people;
		const refused = async () => {
			for (const attempt of attempts(people, doctor, hospital.address, amended)) {
				await refuses(attempt(), doctor.records, 'NotActiveMember', [hospital.address, doctor.address]);
			}
		};
		await suspend(people);
		await refused();
		await registrar.hospitals.write.reinstate([hospital.address]);
		await dismiss(hospital, doctor);
		await refused();
	});

	it('a record sealed under another epoch than the current is refused', async () => {
		const people = await withRecord();
		const { patient, doctor, hospital, amended } = people;
		await patient.consents.write.revokeAllAccess();
		for (const epoch of [0, 2]) {
			for (const [author, inTheNameOf] of [
				[patient, own],
				[doctor, hospital.address],
			] as const) {
				const { write } = author.records;
				for (const attempt of [
					() => write.addRecord([patient.address, inTheNameOf, entry('header'), epoch]),
					() => write.addRecords([patient.address, inTheNameOf, [entry('header')], epoch]),
					() => write.amendRecord([patient.address, inTheNameOf, entry('header'), epoch, amended]),
				]) {
					await refuses(attempt(), author.records, 'StaleEpoch', [epoch, 1]);
				}
			}
		}
		await addOwn(patient, 'header', 1);
		await addAs(doctor, people, 'header', 1);
	});

	it('one entry is added once by one author, and a missing header never', async () => {
		const { patient } = await settled();
		await addOwn(patient);
		await refuses(addOwn(patient), patient.records, 'RecordExists', [recordId(patient, patient, 'header')]);
		const nothing = { headerDigest: zeroHash, auditRoot: zeroHash };
		await refuses(
			patient.records.write.addRecord([patient.address, own, nothing, 0]),
			patient.records,
			'MissingDigest',
			[],
		);
		await patient.records.write.addRecord([patient.address, own, { ...nothing, headerDigest: reason }, 0]);
	});

	it("nobody takes a record's id beforehand: an author's ids are that author's alone", async () => {
		const people = await settled();
		const { patient, otherPatient, nurse, doctor } = people;
		await allow(people);
		await addAs(nurse, people);
		await addOwn(otherPatient);
		await addAs(doctor, people);
		await addOwn(patient);
		for (const author of [nurse, doctor, patient]) {
			const record = await patient.records.read.recordOf([recordId(patient, author, 'header')]);
			assert.deepEqual([record.patient, record.byPatient], [patient.address, author === patient]);
		}
	});

	it('who was never heard of has no record', async () => {
		const { patient } = await settled();
		assert.deepEqual(await patient.records.read.recordOf([digest('no record')]), {
			patient: zeroAddress,
			addedAt: 0,
			byPatient: false,
			erased: false,
		});
	});
});

describe('RecordRegistry: several at once', () => {
	it('a batch has one entry and one event each, all with the word before the batch', async () => {
		const { patient } = await settled();
		await addOwn(patient, 'earlier');
		const before = await patient.records.read.historyOf([patient.address]);
		const names = ['one', 'two', 'three'];
		const sent = await patient.records.write.addRecords([patient.address, own, names.map(entry), 0]);
		for (const name of names) {
			const { headerDigest, auditRoot } = entry(name);
			await emits(sent, patient.records, 'RecordAdded', [
				patient.address,
				patient.address,
				zeroAddress,
				headerDigest,
				auditRoot,
				before,
			]);
			assert.ok((await patient.records.read.recordOf([recordId(patient, patient, name)])).addedAt > 0);
		}
	});

	it('a member adds several at once', async () => {
		const people = await settled();
		const { patient, doctor, hospital } = people;
		await allow(people);
		const entries = Array.from({ length: 20 }, (_, i) => entry(`header ${i}`));
		await doctor.records.write.addRecords([patient.address, hospital.address, entries, 0]);
		const events = await doctor.records.getEvents.RecordAdded();
		assert.deepEqual(
			events.map(({ args }) => args.headerDigest),
			entries.map(({ headerDigest }) => headerDigest),
		);
	});

	it('an empty batch, and one with an entry missing or twice, are refused as a whole', async () => {
		const { patient } = await settled();
		const add = (entries: ReturnType<typeof entry>[]) =>
			patient.records.write.addRecords([patient.address, own, entries, 0]);
		await refuses(add([]), patient.records, 'NoRecords', []);
		await refuses(add([entry('new'), entry('header'), entry('header')]), patient.records, 'RecordExists', [
			recordId(patient, patient, 'header'),
		]);
		const missing = { ...entry('header'), headerDigest: zeroHash };
		await refuses(add([entry('new'), missing]), patient.records, 'MissingDigest', []);
		assert.equal((await patient.records.read.recordOf([recordId(patient, patient, 'new')])).addedAt, 0);
	});
});
