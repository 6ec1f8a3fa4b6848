/** ConsentRegistry: who reads, until when. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zeroAddress, zeroHash } from 'viem';
import {
	canRead,
	day,
	digest,
	dismiss,
	emits,
	grant,
	networkHelpers,
	oneEpoch,
	refuses,
	settled,
	suspend,
	terms,
	type People,
	type Person,
} from './network.ts';

const keys = digest('keys 2');
const wordOf = ({ patient }: People) => patient.consents.read.historyOf([patient.address]);
const epochOf = ({ patient }: People) => patient.consents.read.epochOf([patient.address]);
const grantOf = ({ patient }: People, to: Person) => patient.consents.read.grantOf([patient.address, to.address]);
const noGrant = { hospital: zeroAddress, expiresAt: 0, epoch: 0 };

describe('ConsentRegistry: granting', () => {
	it('a patient lets a member of a hospital read', async () => {
		const people = await settled();
		const { patient, doctor, hospital } = people;
		const agreed = await terms(people);
		await emits(patient.consents.write.grantAccess([agreed]), patient.consents, 'AccessGranted', [
			patient.address,
			doctor.address,
			agreed.requestId,
			hospital.address,
			agreed.expiresAt,
			0,
			agreed.keysDigest,
			0n,
		]);
		const { expiresAt } = agreed;
		assert.deepEqual(await grantOf(people, doctor), { hospital: hospital.address, expiresAt, epoch: 0 });
		assert.equal(await canRead(people, doctor), true);
	});

	it('a patient lets a person read who belongs to no hospital, unasked', async () => {
		const people = await settled();
		const { patient, otherPatient } = people;
		const alone = await terms(people, { grantee: otherPatient.address, hospital: zeroAddress });
		await patient.consents.write.grantAccess([{ ...alone, requestId: zeroHash }]);
		assert.equal(await canRead(people, otherPatient), true);
	});

	it('a grant needs a grantee, keys, and an end in the future', async () => {
		const people = await settled();
		const { patient } = people;
		const good = await terms(people);
		const past = await networkHelpers.time.latest();
		const share = (wrong: Partial<typeof good>) => patient.consents.write.grantAccess([{ ...good, ...wrong }]);
		await refuses(share({ grantee: zeroAddress }), patient.consents, 'InvalidGrantee', [zeroAddress]);
		await refuses(share({ keysDigest: zeroHash }), patient.consents, 'MissingDigest', []);
		await refuses(share({ expiresAt: past }), patient.consents, 'ExpiryInPast', [past]);
		await refuses(share({ expiresAt: 0 }), patient.consents, 'ExpiryInPast', [0]);
		const now = past + 100;
		await networkHelpers.time.setNextBlockTimestamp(now);
		await refuses(share({ expiresAt: now }), patient.consents, 'ExpiryInPast', [now]);
	});

	it('a grant ends by itself, in the second that it names', async () => {
		const people = await settled();
		const { doctor } = people;
		await grant(people);
		const { expiresAt } = await grantOf(people, doctor);
		await networkHelpers.time.increaseTo(expiresAt - 1);
		assert.equal(await canRead(people, doctor), true);
		await networkHelpers.time.increaseTo(expiresAt);
		assert.equal(await canRead(people, doctor), false);
	});

	it('a grant through a hospital that is unknown, not approved or not theirs lets nobody read', async () => {
		const people = await settled();
		const { doctor, stranger, otherHospital, otherPatient } = people;
		await otherPatient.hospitals.write.applyAsHospital([digest('profile')]);
		for (const hospital of [stranger.address, otherPatient.address, otherHospital.address]) {
			await grant(people, { hospital });
			assert.equal(await canRead(people, doctor), false);
		}
	});

	it('a grant rests while its hospital is suspended, and ends when the grantee leaves it', async () => {
		const people = await settled();
		const { registrar, hospital, doctor } = people;
		await grant(people);
		await suspend(people);
		assert.equal(await canRead(people, doctor), false);
		await registrar.hospitals.write.reinstate([hospital.address]);
		assert.equal(await canRead(people, doctor), true);
		await dismiss(hospital, doctor);
		assert.equal(await canRead(people, doctor), false);
	});

	it('a later grant replaces an earlier one, whether it is longer or shorter', async () => {
		const people = await settled();
		const { patient, doctor } = people;
		await grant(people, { days: 10 });
		for (const days of [20, 1]) {
			const agreed = await terms(people, { days, hospital: zeroAddress });
			await patient.consents.write.grantAccess([agreed]);
			const { expiresAt, hospital } = await grantOf(people, doctor);
			assert.deepEqual([expiresAt, hospital], [agreed.expiresAt, zeroAddress]);
		}
	});

	it('a grant to one lets nobody else read, and nobody else what the grantee has', async () => {
		const people = await settled();
		const { patient, doctor, nurse, hospital, admin, registrar, otherPatient } = people;
		await grant(people);
		for (const person of [nurse, hospital, admin, registrar, otherPatient, patient]) {
			assert.equal(await canRead(people, person), false);
		}
		assert.equal(await patient.consents.read.canRead([otherPatient.address, doctor.address]), false);
	});
});

describe('ConsentRegistry: denying', () => {
	it('a patient says no to a request', async () => {
		const people = await settled();
		const { patient, doctor } = people;
		await grant(people);
		const before = await wordOf(people);
		await emits(
			patient.consents.write.denyRequest([doctor.address, digest('request')]),
			patient.consents,
			'RequestDenied',
			[patient.address, doctor.address, digest('request'), before],
		);
		assert.equal(await canRead(people, doctor), true, 'an answer to one request ends no other grant');
	});

	it('a denial names a request', async () => {
		const { patient, doctor } = await settled();
		await refuses(
			patient.consents.write.denyRequest([doctor.address, zeroHash]),
			patient.consents,
			'MissingDigest',
			[],
		);
	});
});

describe('ConsentRegistry: revoking', () => {
	it('a patient revokes, and a new epoch begins', async () => {
		const people = await settled();
		const { patient, doctor } = people;
		await grant(people);
		const before = await wordOf(people);
		await emits(patient.consents.write.revokeAccess([doctor.address, keys]), patient.consents, 'AccessRevoked', [
			patient.address,
			doctor.address,
			1,
			keys,
			before + oneEpoch,
		]);
		assert.deepEqual(await grantOf(people, doctor), noGrant);
		assert.deepEqual([await canRead(people, doctor), await epochOf(people)], [false, 1]);
	});

	it('what was never granted, or is revoked already, cannot be revoked', async () => {
		const people = await settled();
		const { patient, doctor, nurse } = people;
		const refused = (person: Person) =>
			refuses(patient.consents.write.revokeAccess([person.address, keys]), patient.consents, 'NoGrant', [
				patient.address,
				person.address,
			]);
		await refused(doctor);
		await grant(people);
		await refused(nurse);
		await patient.consents.write.revokeAccess([doctor.address, zeroHash]);
		await refused(doctor);
		assert.equal(await epochOf(people), 1);
	});

	it('a grant that ran out can still be revoked, so that a new epoch shuts its keys out', async () => {
		const people = await settled();
		const { patient, doctor } = people;
		await grant(people, { days: 1 });
		await networkHelpers.time.increase(2 * day);
		await patient.consents.write.revokeAccess([doctor.address, zeroHash]);
		assert.equal(await epochOf(people), 1);
	});

	it('the other grants stay, and later ones name the epoch of their day', async () => {
		const people = await settled();
		const { patient, doctor, nurse } = people;
		await grant(people);
		await grant(people, { grantee: nurse.address });
		await patient.consents.write.revokeAccess([doctor.address, keys]);
		assert.deepEqual([await canRead(people, doctor), await canRead(people, nurse)], [false, true]);
		await grant(people);
		assert.deepEqual([(await grantOf(people, doctor)).epoch, (await grantOf(people, nurse)).epoch], [1, 0]);
	});

	it('a patient revokes all at once, and grants anew', async () => {
		const people = await settled();
		const { patient, doctor, nurse, paramedic } = people;
		for (const reader of [doctor, nurse, paramedic]) await grant(people, { grantee: reader.address });
		await patient.consents.write.revokeAccess([paramedic.address, keys]);
		const before = await wordOf(people);
		await emits(patient.consents.write.revokeAllAccess(), patient.consents, 'AllAccessRevoked', [
			patient.address,
			2,
			before + oneEpoch,
		]);
		for (const reader of [doctor, nurse, paramedic]) {
			assert.equal(await canRead(people, reader), false);
			assert.deepEqual(await grantOf(people, reader), noGrant);
			await refuses(patient.consents.write.revokeAccess([reader.address, keys]), patient.consents, 'NoGrant', [
				patient.address,
				reader.address,
			]);
			await refuses(patient.consents.write.deliverKeys([reader.address, keys]), patient.consents, 'NoGrant', [
				patient.address,
				reader.address,
			]);
		}
		await grant(people);
		assert.deepEqual([await canRead(people, doctor), await canRead(people, nurse)], [true, false]);
		assert.equal((await grantOf(people, doctor)).epoch, 2);
	});

	it('whoever has granted nothing revokes all too, as a precaution', async () => {
		const { stranger } = await settled();
		await emits(stranger.consents.write.revokeAllAccess(), stranger.consents, 'AllAccessRevoked', [
			stranger.address,
			1,
			oneEpoch,
		]);
	});
});

describe('ConsentRegistry: keys again', () => {
	it('a patient delivers keys to a reader again, and the grant stays as it is', async () => {
		const people = await settled();
		const { patient, doctor, nurse } = people;
		await grant(people);
		await grant(people, { grantee: nurse.address });
		await patient.consents.write.revokeAccess([nurse.address, zeroHash]);
		const before = [await wordOf(people), await grantOf(people, doctor)] as const;
		await emits(patient.consents.write.deliverKeys([doctor.address, keys]), patient.consents, 'KeysDelivered', [
			patient.address,
			doctor.address,
			1,
			keys,
			before[0],
		]);
		assert.deepEqual(await grantOf(people, doctor), before[1]);
	});

	it('keys go to nobody without a grant, and have a digest', async () => {
		const people = await settled();
		const { patient, doctor, nurse } = people;
		await grant(people);
		await refuses(patient.consents.write.deliverKeys([nurse.address, keys]), patient.consents, 'NoGrant', [
			patient.address,
			nurse.address,
		]);
		await refuses(
			patient.consents.write.deliverKeys([doctor.address, zeroHash]),
			patient.consents,
			'MissingDigest',
			[],
		);
	});
});
