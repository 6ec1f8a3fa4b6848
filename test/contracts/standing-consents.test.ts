/** ConsentRegistry: which hospital may add to a patient's records. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digest, emits, inDays, latestBlock, networkHelpers, oneEpoch, refuses, settled, suspend } from './network.ts';
import type { People } from './network.ts';

const consentOf = ({ patient, hospital }: People) =>
	patient.consents.read.standingConsentOf([patient.address, hospital.address]);

describe('ConsentRegistry: letting a hospital add', () => {
	it('a patient lets a hospital add, prolongs it, and stops it, and both have pointers to it', async () => {
		const people = await settled();
		const { patient, otherPatient, hospital } = people;
		await otherPatient.consents.write.allowAdding([hospital.address, await inDays(10)]);
		let [own, theirs] = [0n, await latestBlock()];
		const follow = async () => {
			const block = await latestBlock();
			[own, theirs] = [(own << 40n) | block, (theirs << 40n) | block];
		};
		for (const days of [10, 20]) {
			const expiresAt = await inDays(days);
			const sent = patient.consents.write.allowAdding([hospital.address, expiresAt]);
			const args = [patient.address, hospital.address, expiresAt, own, theirs] as const;
			await emits(sent, patient.consents, 'AddingAllowed', [...args]);
			assert.deepEqual(await consentOf(people), [BigInt(expiresAt), 0n]);
			await follow();
		}
		const stopped = patient.consents.write.stopAdding([hospital.address]);
		await emits(stopped, patient.consents, 'AddingStopped', [patient.address, hospital.address, own, theirs]);
		await follow();
		assert.deepEqual(await consentOf(people), [0n, 0n]);
		assert.equal(await patient.consents.read.historyOf([patient.address]), own);
		assert.equal(await patient.consents.read.historyOf([hospital.address]), theirs);
	});

	it('a hospital that lets itself add finds the way back in its own word', async () => {
		const { hospital } = await settled();
		const { consents, address } = hospital;
		await consents.write.allowAdding([address, await inDays(10)]);
		const first = await latestBlock();
		await consents.write.allowAdding([address, await inDays(20)]);
		const [allowed] = await consents.getEvents.AddingAllowed();
		assert.equal(allowed?.args.history, first);
		const both = (first << 40n) | (await latestBlock());
		await consents.write.stopAdding([address]);
		const [stopped] = await consents.getEvents.AddingStopped();
		assert.equal(stopped?.args.history, both);
	});

	it('the answer names the epoch too', async () => {
		const people = await settled();
		const { patient } = people;
		await patient.consents.write.revokeAllAccess();
		assert.deepEqual(await consentOf(people), [0n, 1n]);
		assert.ok((await patient.consents.read.historyOf([patient.address])) >= oneEpoch);
	});

	it('only an approved hospital is let in, and only into the future', async () => {
		const people = await settled();
		const { patient, hospital, stranger, doctor } = people;
		const past = await networkHelpers.time.latest();
		const now = past + 100;
		await refuses(patient.consents.write.allowAdding([hospital.address, past]), patient.consents, 'ExpiryInPast', [
			past,
		]);
		await networkHelpers.time.setNextBlockTimestamp(now);
		await refuses(patient.consents.write.allowAdding([hospital.address, now]), patient.consents, 'ExpiryInPast', [now]);
		await stranger.hospitals.write.applyAsHospital([digest('profile')]);
		await suspend(people);
		const expiresAt = await inDays(10);
		for (const person of [hospital, stranger, doctor]) {
			await refuses(patient.consents.write.allowAdding([person.address, expiresAt]), patient.consents, 'NotApproved', [
				person.address,
			]);
		}
	});

	it('what was not allowed, or is stopped already, cannot be stopped', async () => {
		const people = await settled();
		const { patient, hospital, otherHospital } = people;
		const refused = () =>
			refuses(patient.consents.write.stopAdding([hospital.address]), patient.consents, 'AddingNotAllowed', [
				patient.address,
				hospital.address,
			]);
		await refused();
		await patient.consents.write.allowAdding([otherHospital.address, await inDays(1)]);
		await refused();
		await patient.consents.write.allowAdding([hospital.address, await inDays(1)]);
		await patient.consents.write.stopAdding([hospital.address]);
		await refused();
	});

	it('a suspended hospital can still be stopped', async () => {
		const people = await settled();
		const { patient, hospital } = people;
		await patient.consents.write.allowAdding([hospital.address, await inDays(1)]);
		await suspend(people);
		await patient.consents.write.stopAdding([hospital.address]);
		assert.deepEqual(await consentOf(people), [0n, 0n]);
	});
});
