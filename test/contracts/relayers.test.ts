/** What those who relay signed actions can and cannot do, and what becomes of several in one transaction. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeFunctionData, getAddress, parseEventLogs, zeroAddress } from 'viem';
import { consentRegistryAbi } from '../../src/lib/chain/abi/consent-registry.ts';
import {
	canRead,
	digest,
	emits,
	inDays,
	inOneBlock,
	networkHelpers,
	oneNonce,
	publicClient,
	refuses,
	settled,
	succeeded,
	terms,
	type People,
	type Person,
} from './network.ts';
import { callOf, relayGrant, signGrant, type SignedGrant } from './signed-grants.ts';

const nonceOf = (person: Person) => person.consents.read.nonceOf([person.address]);

const refusesNonce = (by: Person, signed: SignedGrant, current: number) =>
	refuses(relayGrant(by, signed), by.consents, 'WrongNonce', [signed[0].signer, signed[0].nonce, current]);

describe('Relayers', () => {
	it('one that drops a permission is replaced: the patient signs again with the same nonce, and only one counts', async () => {
		const people = await settled();
		const { patient, relayer, stranger, nurse, doctor } = people;
		const dropped = await signGrant(people, patient);
		await relayGrant(stranger, await signGrant(people, patient, { grantee: nurse.address }));
		await refusesNonce(relayer, dropped, 1);
		assert.deepEqual([await canRead(people, nurse), await canRead(people, doctor)], [true, false]);
	});

	it('one that delays a permission is too late after the deadline', async () => {
		const people = await settled();
		const { patient, relayer, doctor } = people;
		const deadline = (await networkHelpers.time.latest()) + 60;
		const signed = await signGrant(people, patient, { deadline });
		await networkHelpers.time.increaseTo(deadline);
		await refuses(relayGrant(relayer, signed), relayer.consents, 'PermissionExpired', [deadline]);
		assert.deepEqual([await canRead(people, doctor), await nonceOf(patient)], [false, 0]);
	});

	it('one that delays a permission past what it grants relays nothing', async () => {
		const people = await settled();
		const { patient, relayer } = people;
		const signed = await signGrant(people, patient, { days: 1, deadline: await inDays(5) });
		await networkHelpers.time.increaseTo(signed[1].expiresAt);
		await refuses(relayGrant(relayer, signed), relayer.consents, 'ExpiryInPast', [signed[1].expiresAt]);
		assert.equal(await nonceOf(patient), 0);
	});

	it('one that reorders permissions is refused: they count in the order in which they were signed', async () => {
		const people = await settled();
		const { patient, relayer, nurse, paramedic } = people;
		const signed: SignedGrant[] = [];
		for (const [nonce, { address }] of [people.doctor, nurse, paramedic].entries()) {
			signed.push(await signGrant(people, patient, { nonce, grantee: address }));
		}
		await refusesNonce(relayer, signed[1]!, 0);
		await refusesNonce(relayer, signed[2]!, 0);
		await relayGrant(relayer, signed[0]!);
		await refusesNonce(relayer, signed[2]!, 1);
		await relayGrant(relayer, signed[1]!);
		await refusesNonce(relayer, signed[0]!, 2);
		await relayGrant(relayer, signed[2]!);
		assert.equal(await nonceOf(patient), 3);
	});

	it('one that sees a permission of another relays it first, and changes only who pays', async () => {
		const people = await settled();
		const { patient, relayer, stranger, doctor } = people;
		const signed = await signGrant(people, patient);
		const send = (by: Person) => () => by.consents.write.grantAccessFor(signed, { gas: 300_000n });
		const hashes = await inOneBlock([send(stranger), send(relayer)]);
		assert.deepEqual(await Promise.all(hashes.map(succeeded)), [true, false]);
		assert.deepEqual([await canRead(people, doctor), await nonceOf(patient)], [true, 1]);
	});

	it('one that runs ahead with another reader, a longer time or other keys is refused', async () => {
		const people = await settled();
		const { patient, stranger } = people;
		const [permission, agreed] = await signGrant(people, patient);
		for (const changed of [
			{ grantee: stranger.address },
			{ hospital: zeroAddress },
			{ expiresAt: agreed.expiresAt + 1 },
			{ keysDigest: digest('keys that open more') },
			{ requestId: digest('another request') },
		]) {
			await refuses(
				relayGrant(stranger, [permission, { ...agreed, ...changed }]),
				stranger.consents,
				'InvalidSignature',
				[patient.address],
			);
		}
	});

	it("one has no say about its own nonce: it is the signer's that counts", async () => {
		const people = await settled();
		const { patient, relayer } = people;
		await relayer.consents.write.cancelPermission();
		await relayGrant(relayer, await signGrant(people, patient));
		assert.deepEqual([await nonceOf(relayer), await nonceOf(patient)], [1, 1]);
	});
});

describe('Cancelling permissions', () => {
	it('the signer cancels the next one, and the event says which', async () => {
		const people = await settled();
		const { patient, relayer } = people;
		const signed = await signGrant(people, patient);
		await emits(patient.consents.write.cancelPermission(), patient.consents, 'PermissionCancelled', [
			patient.address,
			0,
			oneNonce,
		]);
		await refusesNonce(relayer, signed, 1);
		const before = await patient.consents.read.historyOf([patient.address]);
		await emits(patient.consents.write.cancelPermission(), patient.consents, 'PermissionCancelled', [
			patient.address,
			1,
			before + oneNonce,
		]);
	});

	it("nobody cancels another's", async () => {
		const people = await settled();
		const { admin, registrar, hospital, relayer, stranger, patient } = people;
		const signed = await signGrant(people, patient);
		for (const person of [admin, registrar, hospital, relayer, stranger]) {
			await person.consents.write.cancelPermission();
		}
		await relayGrant(relayer, signed);
	});

	it('a cancellation in one registry cancels nothing in another', async () => {
		const people = await settled();
		const { patient, relayer } = people;
		const signed = await signGrant(people, patient);
		await patient.records.write.cancelPermission();
		await patient.patients.write.cancelPermission();
		await relayGrant(relayer, signed);
	});
});

describe('Several permissions in one transaction', () => {
	/** Twenty grants, of four patients five each. */
	async function twenty(people: People): Promise<SignedGrant[]> {
		const { patient, otherPatient, stranger, otherHospital } = people;
		const signed: SignedGrant[] = [];
		for (let i = 0; i < 20; i++) {
			const person = [patient, otherPatient, stranger, otherHospital][i % 4]!;
			const grantee = getAddress(`0x${digest(`reader ${i}`).slice(26)}`);
			signed.push(await signGrant(people, person, { nonce: Math.floor(i / 4), grantee }));
		}
		return signed;
	}

	it('twenty of four patients all count', async () => {
		const people = await settled();
		const { relayer, patient, otherPatient, stranger, otherHospital } = people;
		const signed = await twenty(people);
		const hash = await relayer.consents.write.multicall([signed.map(callOf)]);
		const { logs } = await publicClient.getTransactionReceipt({ hash });
		const events = parseEventLogs({ abi: consentRegistryAbi, eventName: 'AccessGranted', logs });
		assert.deepEqual(
			events.map(({ args }) => [args.patient, args.grantee, args.expiresAt]),
			signed.map(([{ signer }, { grantee, expiresAt }]) => [signer, grantee, expiresAt]),
		);
		for (const person of [patient, otherPatient, stranger, otherHospital]) assert.equal(await nonceOf(person), 5);
		assert.equal(await relayer.consents.read.historyOf([relayer.address]), 0n);
	});

	it('one bad one among them, wherever it stands, undoes all', async () => {
		const people = await settled();
		const { relayer, patient } = people;
		const signed = await twenty(people);
		for (const position of [0, 7, 19]) {
			const [permission, agreed] = signed[position]!;
			const bad = [permission, { ...agreed, expiresAt: agreed.expiresAt + 1 }] as const;
			await refuses(
				relayer.consents.write.multicall([signed.with(position, bad).map(callOf)]),
				relayer.consents,
				'InvalidSignature',
				[permission.signer],
			);
		}
		assert.equal(await nonceOf(patient), 0);
		await relayer.consents.write.multicall([signed.map(callOf)]);
	});

	it('one that another relayer was first with undoes all, and the rest goes again without it', async () => {
		const people = await settled();
		const { relayer, stranger, patient } = people;
		const signed = await twenty(people);
		await relayGrant(stranger, signed[0]!);
		await refuses(relayer.consents.write.multicall([signed.map(callOf)]), relayer.consents, 'WrongNonce', [
			patient.address,
			0,
			1,
		]);
		await relayer.consents.write.multicall([signed.slice(1).map(callOf)]);
		assert.equal(await nonceOf(patient), 5);
	});

	it('one permission twice in one transaction is refused, and so are two in the wrong order', async () => {
		const people = await settled();
		const { relayer, patient, nurse } = people;
		const first = await signGrant(people, patient);
		const second = await signGrant(people, patient, { nonce: 1, grantee: nurse.address });
		const send = (signed: SignedGrant[]) => relayer.consents.write.multicall([signed.map(callOf)]);
		await refuses(send([first, first]), relayer.consents, 'WrongNonce', [patient.address, 0, 1]);
		await refuses(send([second, first]), relayer.consents, 'WrongNonce', [patient.address, 1, 0]);
		await send([first, second]);
	});

	it('whoever calls without a permission in it acts for themselves alone', async () => {
		const people = await settled();
		const { relayer, patient, doctor } = people;
		const agreed = await terms(people);
		const own = encodeFunctionData({ abi: consentRegistryAbi, functionName: 'grantAccess', args: [agreed] });
		await relayer.consents.write.multicall([
			[own, callOf(await signGrant(people, patient, { grantee: people.nurse.address }))],
		]);
		assert.equal(await canRead(people, doctor), false);
		assert.equal(await relayer.consents.read.canRead([relayer.address, doctor.address]), true);
		const inner = encodeFunctionData({ abi: consentRegistryAbi, functionName: 'multicall', args: [[own]] });
		await relayer.consents.write.multicall([[inner]]);
		assert.equal(await canRead(people, doctor), false, 'nor through a multicall in a multicall');
	});
});
