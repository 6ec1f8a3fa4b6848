/** Requests of hospitals' members, which stand beside the memberships in HospitalRegistry. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeAbiParameters, keccak256 } from 'viem';
import {
	admit,
	day,
	digest,
	dismiss,
	emits,
	inOneBlock,
	latestBlock,
	networkHelpers,
	refuses,
	settled,
	succeeded,
	suspend,
	type Hex,
	type People,
	type Person,
} from './network.ts';

const details = digest('details');

const ask = ({ patient, hospital }: People, by: Person, inTheNameOf = hospital) =>
	by.hospitals.write.requestAccess([patient.address, inTheNameOf.address, details, 30]);
const withdraw = ({ patient, hospital }: People, by: Person, inTheNameOf = hospital) =>
	by.hospitals.write.withdrawRequest([patient.address, inTheNameOf.address, details]);
const wordOf = (person: Person) => person.hospitals.read.historyOf([person.address]);

/** Neither asks nor withdraws in the name of this hospital. */
async function refused(people: People, person: Person, inTheNameOf = people.hospital): Promise<void> {
	for (const attempt of [ask, withdraw]) {
		await refuses(attempt(people, person, inTheNameOf), person.hospitals, 'NotActiveMember', [
			inTheNameOf.address,
			person.address,
		]);
	}
}

/** The id by which the patient's answer names a request. */
function requestId(patient: Person, requester: Person, hospital: Person, detailsDigest: Hex): Hex {
	return keccak256(
		encodeAbiParameters(
			[{ type: 'address' }, { type: 'address' }, { type: 'address' }, { type: 'bytes32' }],
			[patient.address, requester.address, hospital.address, detailsDigest],
		),
	);
}

describe('AccessRequests', () => {
	it('an active member asks a patient', async () => {
		const people = await settled();
		const { doctor, hospital, patient } = people;
		await emits(ask(people, doctor), doctor.hospitals, 'AccessRequested', [
			patient.address,
			doctor.address,
			hospital.address,
			details,
			30,
			0n,
		]);
		assert.equal(await wordOf(patient), await latestBlock());
	});

	it('a member of every role may ask', async () => {
		const people = await settled();
		for (const role of [1, 2, 3, 4, 5, 6]) {
			const { stranger, hospital } = people;
			await admit(hospital, stranger, { role });
			await ask(people, stranger);
			await dismiss(hospital, stranger);
		}
	});

	it('a member takes back what it asked', async () => {
		const people = await settled();
		const { doctor, hospital, patient } = people;
		await ask(people, doctor);
		const asked = await latestBlock();
		await emits(withdraw(people, doctor), doctor.hospitals, 'RequestWithdrawn', [
			patient.address,
			doctor.address,
			hospital.address,
			details,
			asked,
		]);
	});

	it('nobody asks or withdraws who is no member, nor a member in the name of another hospital', async () => {
		const people = await settled();
		const { admin, registrar, hospital, otherHospital, stranger, patient, doctor } = people;
		for (const person of [admin, registrar, hospital, otherHospital, stranger, patient]) {
			await refused(people, person);
		}
		await refused(people, doctor, otherHospital);
		assert.equal(await wordOf(patient), 0n, "nobody else writes in a patient's history");
	});

	it("a suspended hospital's members, removed ones, and those whose membership ran out neither ask nor withdraw", async () => {
		const people = await settled();
		const { hospital, doctor, nurse, paramedic, registrar } = people;
		await suspend(people);
		for (const member of [doctor, nurse, paramedic]) await refused(people, member);
		await registrar.hospitals.write.reinstate([hospital.address]);
		await dismiss(hospital, doctor);
		await refused(people, doctor);
		await networkHelpers.time.increase(366 * day);
		await refused(people, nurse);
	});

	it('a request asks for at least a day', async () => {
		const { doctor, hospital, patient } = await settled();
		await refuses(
			doctor.hospitals.write.requestAccess([patient.address, hospital.address, details, 0]),
			doctor.hospitals,
			'InvalidDuration',
			[0],
		);
	});

	it('nobody takes the id of another by asking the same first', async () => {
		const people = await settled();
		const { doctor, nurse, hospital, patient } = people;
		const send = (person: Person) => () =>
			person.hospitals.write.requestAccess([patient.address, hospital.address, details, 30], { gas: 300_000n });
		const hashes = await inOneBlock([send(nurse), send(doctor), send(doctor)]);
		assert.deepEqual(await Promise.all(hashes.map(succeeded)), [true, true, true]);
		const events = await doctor.hospitals.getEvents.AccessRequested();
		const ids = events.map(({ args }) => {
			const requester = args.requester === nurse.address ? nurse : doctor;
			return requestId(patient, requester, hospital, args.detailsDigest!);
		});
		assert.equal(ids.length, 3);
		assert.equal(new Set(ids).size, 2, 'asked twice by one member it is the same request');
	});

	it('a request gives nothing by itself', async () => {
		const people = await settled();
		const { doctor, patient } = people;
		await ask(people, doctor);
		assert.equal(await patient.consents.read.canRead([patient.address, doctor.address]), false);
		assert.equal(await patient.consents.read.historyOf([patient.address]), 0n);
	});
});
