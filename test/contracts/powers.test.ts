/** Nobody stands above a patient: no admin, registrar, hospital or anybody else grants, alters or blocks in a patient's name. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zeroAddress, zeroHash, type Abi } from 'viem';
import {
	admit,
	cardiology,
	digest,
	dismiss,
	entry,
	grant,
	inDays,
	recordId,
	refuses,
	suspend,
	terms,
	type Hex,
	type People,
	type Person,
} from './network.ts';
import { actionOf, messageNames, readyToSign, registryOf } from './permissions.ts';

/** Everything that the contracts know of the patient. */
async function stateOf(people: People): Promise<unknown> {
	const { patient, doctor, nurse, paramedic, stranger, hospital, otherHospital } = people;
	const { consents, records, patients, hospitals } = patient;
	const own = patient.address;
	return Promise.all([
		...[doctor, nurse, paramedic, stranger].flatMap((reader) => [
			consents.read.grantOf([own, reader.address]),
			consents.read.emergencyUntil([own, reader.address]),
		]),
		...[hospital, otherHospital].map(({ address }) => consents.read.standingConsentOf([own, address])),
		consents.read.epochOf([own]),
		patients.read.keysOf([own]),
		records.read.recordOf([recordId(patient, patient, 'earlier')]),
		records.read.recordOf([recordId(patient, patient, 'header')]),
		...[consents, records, patients, hospitals].map((registry) => registry.read.historyOf([own])),
	]);
}

/** The action called directly, as the patient would, by somebody else; whether it was refused. */
async function callDirectly(people: People, by: Person, name: (typeof messageNames)[number]): Promise<boolean> {
	const action = await actionOf(people, name);
	const { functionName, args } = action;
	// Records are added in somebody's name: the patient's own here, which nobody but the patient may.
	const named = /^(add|amend)Record/.test(functionName) ? [people.patient.address, zeroAddress, ...args] : args;
	try {
		await by.wallet.writeContract({ ...registryOf(action), functionName, args: named });
		return false;
	} catch {
		return true;
	}
}

describe('Nobody stands above a patient', () => {
	it('whatever a patient could do, done by another, changes nothing of the patient', async () => {
		const people = await readyToSign();
		const { admin, registrar, hospital, otherHospital, doctor, nurse, stranger } = people;
		const before = await stateOf(people);
		for (const person of [admin, registrar, hospital, otherHospital, doctor, nurse, stranger]) {
			let refused = 0;
			for (const name of messageNames) {
				// The doctor may confirm to have read: that is the doctor's own act.
				if (name === 'ConfirmReading' && person === doctor) continue;
				if (await callDirectly(people, person, name)) refused++;
			}
			assert.ok(refused >= 6, 'what names a record, a grant or the patient is refused');
		}
		assert.deepEqual(await stateOf(people), before);
	});

	it('three of the four registries know no role at all', async () => {
		const { patient } = await readyToSign();
		for (const { abi } of [patient.consents, patient.records, patient.patients]) {
			const names = (abi as Abi).map((item) => ('name' in item ? item.name : item.type));
			assert.deepEqual(
				names.filter((name) => /AccessControl|Role|[oO]wner|[pP]ause|[uU]pgrade|[aA]dmin/.test(name)),
				[],
			);
		}
		const names = (patient.hospitals.abi as Abi).map((item) => ('name' in item ? item.name : item.type));
		assert.deepEqual(
			names.filter((name) => /Owner|[pP]ause|[uU]pgrade/.test(name)),
			[],
		);
	});

	it('while every hospital is suspended, a patient still grants to anybody, delivers, denies, revokes and stops', async () => {
		const people = await readyToSign();
		const { patient, registrar, hospital, otherHospital, doctor, stranger } = people;
		for (const { address } of [hospital, otherHospital]) {
			await registrar.hospitals.write.suspend([address, digest('reason')]);
		}
		await grant(people, { grantee: stranger.address, hospital: zeroAddress });
		assert.equal(await patient.consents.read.canRead([patient.address, stranger.address]), true);
		await grant(people, { hospital: zeroAddress });
		assert.equal(await patient.consents.read.canRead([patient.address, doctor.address]), true);
		await grant(people);
		const { write } = patient.consents;
		await write.deliverKeys([doctor.address, digest('keys 2')]);
		await write.denyRequest([doctor.address, digest('request')]);
		await write.revokeAccess([doctor.address, zeroHash]);
		await write.stopAdding([hospital.address]);
		await write.revokeAllAccess();
		await patient.records.write.addRecord([patient.address, zeroAddress, entry('header'), 3]);
		await patient.records.write.resealRecords([3, digest('locks')]);
		await patient.records.write.eraseRecord([recordId(patient, patient, 'header')]);
		await patient.patients.write.changeKeyring([digest('keyring 2'), 'https://c/']);
		assert.equal(await patient.consents.read.canRead([patient.address, stranger.address]), false);
	});

	it("a suspended hospital's members do nothing in its name, and read nothing through it", async () => {
		const people = await readyToSign();
		const { patient, hospital, doctor, paramedic } = people;
		await suspend(people);
		const own = patient.address;
		assert.equal(await patient.consents.read.canRead([own, doctor.address]), false);
		const inactive = [hospital.address, doctor.address] as const;
		const { hospitals, records, consents } = doctor;
		const amended = recordId(patient, patient, 'earlier');
		for (const attempt of [
			() => hospitals.write.requestAccess([own, hospital.address, digest('details'), 30]),
			() => hospitals.write.withdrawRequest([own, hospital.address, digest('details')]),
		]) {
			await refuses(attempt(), hospitals, 'NotActiveMember', [...inactive]);
		}
		for (const attempt of [
			() => records.write.addRecord([own, hospital.address, entry('header'), 1]),
			() => records.write.addRecords([own, hospital.address, [entry('header')], 1]),
			() => records.write.amendRecord([own, hospital.address, entry('header'), 1, amended]),
		]) {
			await refuses(attempt(), records, 'NotActiveMember', [...inactive]);
		}
		await refuses(consents.write.confirmReading([own, digest('record')]), consents, 'NotReader', [own, doctor.address]);
		await refuses(
			paramedic.consents.write.breakGlass([own, hospital.address, digest('reason')]),
			paramedic.consents,
			'NotEmergencyStaff',
			[hospital.address, paramedic.address],
		);
	});

	it('an admin who becomes registrar and founds a hospital of their own reads nothing that was not granted', async () => {
		const people = await readyToSign();
		const { admin, patient, doctor } = people;
		const before = await stateOf(people);
		const role = await admin.hospitals.read.REGISTRAR_ROLE();
		await admin.hospitals.write.grantRole([role, admin.address]);
		await admin.hospitals.write.applyAsHospital([digest('profile')]);
		await admin.hospitals.write.approve([admin.address]);
		await admin.hospitals.write.addTeam([admin.address, cardiology, digest('directory')]);
		await admit(admin, admin);
		await admit(admin, doctor);
		assert.equal(await patient.consents.read.canRead([patient.address, admin.address]), false);
		await refuses(
			admin.records.write.addRecord([patient.address, admin.address, entry('header'), 1]),
			admin.records,
			'AddingNotAllowed',
			[patient.address, admin.address],
		);
		assert.deepEqual(await stateOf(people), before);
	});

	it('a member of two hospitals who leaves one loses what was granted through it, and only that', async () => {
		const people = await readyToSign();
		const { patient, hospital, otherHospital, doctor } = people;
		await otherHospital.hospitals.write.addTeam([otherHospital.address, cardiology, digest('directory')]);
		await admit(otherHospital, doctor);
		await dismiss(hospital, doctor);
		const reads = () => patient.consents.read.canRead([patient.address, doctor.address]);
		assert.equal(await reads(), false);
		await grant(people, { hospital: otherHospital.address });
		assert.equal(await reads(), true);
	});

	it("a request that is waiting blocks nothing, and its id is its maker's alone", async () => {
		const people = await readyToSign();
		const { patient, doctor, nurse, hospital } = people;
		const ask = (by: Person): Promise<Hex> =>
			by.hospitals.write.requestAccess([patient.address, hospital.address, digest('details'), 30]);
		await ask(nurse);
		await ask(doctor);
		const agreed = await terms(people, { grantee: nurse.address });
		await patient.consents.write.grantAccess([{ ...agreed, expiresAt: await inDays(1) }]);
		await patient.consents.write.denyRequest([doctor.address, digest('request')]);
	});
});
