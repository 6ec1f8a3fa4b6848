/** ConsentRegistry: emergencies, and the confirmations that readers owe. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zeroAddress, zeroHash } from 'viem';
import {
	admit,
	canRead,
	day,
	digest,
	dismiss,
	emits,
	grant,
	latestBlock,
	networkHelpers,
	reason,
	refuses,
	roles,
	settled,
	suspend,
	type People,
	type Person,
} from './network.ts';

const record = digest('record');
const breakGlass = ({ patient, hospital }: People, by: Person, inTheNameOf = hospital) =>
	by.consents.write.breakGlass([patient.address, inTheNameOf.address, reason]);
const confirm = ({ patient }: People, by: Person) => by.consents.write.confirmReading([patient.address, record]);
const until = ({ patient }: People, reader: Person) =>
	patient.consents.read.emergencyUntil([patient.address, reader.address]);

const refusesGlass = (people: People, person: Person, inTheNameOf = people.hospital) =>
	refuses(breakGlass(people, person, inTheNameOf), person.consents, 'NotEmergencyStaff', [
		inTheNameOf.address,
		person.address,
	]);
const refusesConfirmation = (people: People, person: Person) =>
	refuses(confirm(people, person), person.consents, 'NotReader', [people.patient.address, person.address]);

describe('ConsentRegistry: breaking the glass', () => {
	it('emergency staff opens the emergency part for a day, and says why', async () => {
		const people = await settled();
		const { patient, paramedic, hospital } = people;
		const now = (await networkHelpers.time.latest()) + 100;
		await networkHelpers.time.setNextBlockTimestamp(now);
		await emits(breakGlass(people, paramedic), paramedic.consents, 'GlassBroken', [
			patient.address,
			paramedic.address,
			hospital.address,
			reason,
			now + day,
			0n,
		]);
		assert.equal(await until(people, paramedic), now + day);
		assert.equal(await patient.consents.read.EMERGENCY_LIFE(), day);
	});

	it('it is no grant: who broke the glass reads nothing else', async () => {
		const people = await settled();
		const { patient, paramedic } = people;
		await breakGlass(people, paramedic);
		assert.equal(await canRead(people, paramedic), false);
		await refuses(patient.consents.write.revokeAccess([paramedic.address, zeroHash]), patient.consents, 'NoGrant', [
			patient.address,
			paramedic.address,
		]);
	});

	it('breaking it again prolongs it, for nobody else', async () => {
		const people = await settled();
		const { paramedic, doctor, otherPatient } = people;
		await breakGlass(people, paramedic);
		const first = await until(people, paramedic);
		await networkHelpers.time.increase(1000);
		await breakGlass(people, paramedic);
		assert.ok((await until(people, paramedic)) > first);
		assert.equal(await until(people, doctor), 0);
		assert.equal(await paramedic.consents.read.emergencyUntil([otherPatient.address, paramedic.address]), 0);
	});

	it('nobody breaks it who is not emergency staff: no doctor, hospital, registrar, admin or stranger', async () => {
		const people = await settled();
		const { admin, registrar, hospital, doctor, nurse, stranger, patient } = people;
		for (const person of [admin, registrar, hospital, doctor, nurse, stranger, patient]) {
			await refusesGlass(people, person);
		}
		for (const role of [1, 2, 3, 4, 5]) {
			await admit(hospital, stranger, { role });
			await refusesGlass(people, stranger);
			await dismiss(hospital, stranger);
		}
	});

	it('nobody breaks it in the name of another hospital, or of none', async () => {
		const people = await settled();
		const { otherHospital, paramedic, stranger, patient } = people;
		await refusesGlass(people, paramedic, otherHospital);
		await refusesGlass(people, paramedic, stranger);
		await refuses(
			paramedic.consents.write.breakGlass([patient.address, zeroAddress, reason]),
			paramedic.consents,
			'NotEmergencyStaff',
			[zeroAddress, paramedic.address],
		);
	});

	it("a suspended hospital's staff, removed staff, and those whose membership ran out do not", async () => {
		const people = await settled();
		const { hospital, paramedic, stranger, registrar } = people;
		await suspend(people);
		await refusesGlass(people, paramedic);
		await registrar.hospitals.write.reinstate([hospital.address]);
		await dismiss(hospital, paramedic);
		await refusesGlass(people, paramedic);
		await admit(hospital, stranger, { role: roles.emergency, days: 1 });
		await breakGlass(people, stranger);
		await networkHelpers.time.increase(2 * day);
		await refusesGlass(people, stranger);
	});

	it('a glass that was broken before a suspension stays broken for its day, so that reading can be confirmed', async () => {
		const people = await settled();
		const { paramedic } = people;
		await breakGlass(people, paramedic);
		const end = await until(people, paramedic);
		await suspend(people);
		assert.equal(await until(people, paramedic), end);
		await confirm(people, paramedic);
		await networkHelpers.time.increase(day);
		await refusesConfirmation(people, paramedic);
	});

	it('nobody breaks it without a reason', async () => {
		const { patient, paramedic, hospital } = await settled();
		await refuses(
			paramedic.consents.write.breakGlass([patient.address, hospital.address, zeroHash]),
			paramedic.consents,
			'MissingDigest',
			[],
		);
	});
});

describe('ConsentRegistry: confirming to have read', () => {
	it('a reader confirms, as often as it reads', async () => {
		const people = await settled();
		const { patient, doctor } = people;
		await grant(people);
		let before = await latestBlock();
		for (let i = 0; i < 2; i++) {
			await emits(confirm(people, doctor), doctor.consents, 'ReadingConfirmed', [
				patient.address,
				doctor.address,
				record,
				before,
			]);
			before = (before << 40n) | (await latestBlock());
		}
		assert.equal(await patient.consents.read.historyOf([patient.address]), before);
	});

	it('nobody confirms who may not read: no hospital, registrar, admin, stranger, nor the patient', async () => {
		const people = await settled();
		const { admin, registrar, hospital, nurse, stranger, patient } = people;
		await grant(people);
		for (const person of [admin, registrar, hospital, nurse, stranger, patient]) {
			await refusesConfirmation(people, person);
		}
	});

	it('nobody confirms after the grant ended, was revoked, or rests with its hospital', async () => {
		const people = await settled();
		const { patient, hospital, doctor, registrar } = people;
		await grant(people);
		await suspend(people);
		await refusesConfirmation(people, doctor);
		await registrar.hospitals.write.reinstate([hospital.address]);
		await patient.consents.write.revokeAccess([doctor.address, zeroHash]);
		await refusesConfirmation(people, doctor);
		await grant(people, { days: 1 });
		await networkHelpers.time.increase(day);
		await refusesConfirmation(people, doctor);
	});

	it('who broke the glass confirms for as long as it stays broken', async () => {
		const people = await settled();
		const { paramedic } = people;
		await breakGlass(people, paramedic);
		await confirm(people, paramedic);
		const end = await until(people, paramedic);
		await networkHelpers.time.setNextBlockTimestamp(end - 1);
		await confirm(people, paramedic);
		await networkHelpers.time.setNextBlockTimestamp(end);
		await refusesConfirmation(people, paramedic);
	});
});
