import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
	addRecord,
	addRecords,
	allowAdding,
	changeKeyring,
	denyRequest,
	eraseRecord,
	grantAccess,
	hasKeys,
	publishKeys,
	readAddingUntil,
	readEpoch,
	readGrant,
	readHistory,
	readKeys,
	readRecord,
	readRequest,
	recordIdOf,
	requestAccess,
	requestLifeSeconds,
	revokeAccess,
	stopAdding,
	suspendHospital,
	reinstateHospital,
	withdrawRequest,
	type Contracts,
	type Hash,
} from '#lib/chain/index.ts';
import { utf8 } from '#lib/bytes.ts';
import { addOwnRecord, day, digest, settle, refused, startNetwork, type Network } from './network.ts';

let network: Network;
let contracts: Contracts;

beforeAll(async () => {
	network = await startNetwork();
	({ contracts } = network);
	await settle(network);
});
afterAll(() => network.node.stop());

/** The doctor asks the patient; the request's id, as the event says it. */
async function ask(): Promise<Hash> {
	const { client, doctor, patient, hospital, done } = network;
	const { blockNumber } = await done(
		requestAccess(doctor.wallet, {
			registry: contracts.consentRegistry,
			patient: patient.address,
			hospital: hospital.address,
			detailsDigest: digest('details'),
			durationDays: 30,
		}),
	);
	const [asked] = await readHistory(client, contracts, { account: doctor.address, fromBlock: blockNumber });
	if (asked?.name !== 'AccessRequested') throw new Error('The request left no event.');
	return asked.requestId;
}

describe('Keys', () => {
	test('what was published is read back, however long ago', async () => {
		const { client, patient, doctor, stranger, mine } = network;
		await mine(1000);
		expect(await readKeys(client, contracts, patient.address)).toEqual({
			version: 1,
			sealingKey: utf8('sealing key'),
			authorityKey: utf8('authority key'),
			keyringDigest: digest('keyring'),
			clouds: ['https://a.example/ipfs/', 'https://b.example/bucket/'],
		});
		expect((await readKeys(client, contracts, doctor.address))?.authorityKey).toBeNull();
		expect(await readKeys(client, contracts, stranger.address)).toBeNull();
	});

	test('a changed keyring brings new clouds under the same keys', async () => {
		const { client, otherPatient, done } = network;
		const registry = contracts.patientRegistry;
		const change = { registry, keyringDigest: digest('keyring 2'), clouds: ['https://c.example/'] };
		await done(changeKeyring(otherPatient.wallet, change));
		expect(await readKeys(client, contracts, otherPatient.address)).toMatchObject({
			version: 1,
			sealingKey: utf8('sealing key'),
			keyringDigest: digest('keyring 2'),
			clouds: ['https://c.example/'],
		});
	});

	test('keys and keyring changed in one block: the last of them counts', async () => {
		const { client, nurse } = network;
		const registry = contracts.patientRegistry;
		const automine = (on: boolean) => client.request({ method: 'evm_setAutomine' as never, params: [on] as never });
		await automine(false);
		const keys = {
			registry,
			sealingKey: utf8('key'),
			authorityKey: null,
			keyringDigest: digest('keyring'),
			clouds: ['https://a.example/'],
		};
		await publishKeys(nurse.wallet, keys);
		await publishKeys(nurse.wallet, { ...keys, sealingKey: utf8('second key'), keyringDigest: digest('second') });
		await automine(true);
		await network.mine(1);
		expect(await readKeys(client, contracts, nurse.address)).toMatchObject({
			version: 2,
			sealingKey: utf8('second key'),
			keyringDigest: digest('second'),
		});
	});

	test('who has none has no keyring to change', async () => {
		const { client, stranger } = network;
		const registry = contracts.patientRegistry;
		expect(await hasKeys(client, { registry, account: stranger.address })).toBe(false);
		await expect(
			changeKeyring(stranger.wallet, { registry, keyringDigest: digest('k'), clouds: ['https://a.example/'] }),
		).rejects.toMatchObject(refused('records.no-keys', { reason: 'NoKeys', account: stranger.address }));
	});

	test('no clouds, and no key, are refused before anything is sent', async () => {
		const { patient } = network;
		const registry = contracts.patientRegistry;
		const keys = {
			registry,
			sealingKey: utf8('key'),
			authorityKey: null,
			keyringDigest: digest('k'),
			clouds: ['https://a.example/'],
		};
		await expect(publishKeys(patient.wallet, { ...keys, clouds: [] })).rejects.toMatchObject(
			refused('chain.refused', { reason: 'InvalidCloudsLength', length: '0' }),
		);
		await expect(publishKeys(patient.wallet, { ...keys, sealingKey: new Uint8Array() })).rejects.toMatchObject(
			refused('chain.refused', { reason: 'InvalidKeyLength', maximum: '4096' }),
		);
	});
});

describe('Consent', () => {
	const registry = () => contracts.consentRegistry;

	test('a request is asked, read, and withdrawn by its maker alone', async () => {
		const { client, doctor, patient, hospital, stranger, done } = network;
		const requestId = await ask();
		const request = await readRequest(client, { registry: registry(), requestId });
		expect(request).toMatchObject({ requester: doctor.address, durationDays: 30, state: 'waiting' });
		expect(request?.endsAt).toBe((request?.askedAt ?? 0) + requestLifeSeconds);
		const parameters = { registry: registry(), patient: patient.address, hospital: hospital.address, requestId };
		await expect(withdrawRequest(stranger.wallet, parameters)).rejects.toMatchObject(
			refused('chain.refused', { reason: 'UnknownRequest', requestId }),
		);
		await done(withdrawRequest(doctor.wallet, parameters));
		expect((await readRequest(client, { registry: registry(), requestId }))?.state).toBe('withdrawn');
		expect(await readRequest(client, { registry: registry(), requestId: digest('none') })).toBeNull();
	});

	test('who is no member, and whose patient has no keys, asks nothing', async () => {
		const { doctor, patient, hospital, stranger } = network;
		const request = {
			registry: registry(),
			patient: patient.address,
			hospital: hospital.address,
			detailsDigest: digest('details'),
			durationDays: 30,
		};
		await expect(requestAccess(stranger.wallet, request)).rejects.toMatchObject(
			refused('records.not-a-member', { reason: 'NotActiveMember', account: stranger.address }),
		);
		await expect(requestAccess(doctor.wallet, { ...request, patient: stranger.address })).rejects.toMatchObject(
			refused('records.no-keys', { reason: 'NoKeys', account: stranger.address }),
		);
	});

	test('a request is denied', async () => {
		const { client, patient, doctor, hospital, done } = network;
		const requestId = await ask();
		const parameters = { registry: registry(), requester: doctor.address, hospital: hospital.address, requestId };
		await done(denyRequest(patient.wallet, parameters));
		expect((await readRequest(client, { registry: registry(), requestId }))?.state).toBe('denied');
		await expect(denyRequest(patient.wallet, parameters)).rejects.toMatchObject(
			refused('chain.refused', { reason: 'RequestClosed', state: 3 }),
		);
	});

	test('a request is granted, the grant rests with its hospital, and is revoked with a new epoch', async () => {
		const { client, patient, doctor, hospital, registrar, now, done } = network;
		const requestId = await ask();
		const expiresAt = (await now()) + 10 * day;
		const grant = {
			registry: registry(),
			grantee: doctor.address,
			hospital: hospital.address,
			requestId,
			expiresAt,
			keysDigest: digest('keys'),
		};
		const read = () => readGrant(client, { registry: registry(), patient: patient.address, grantee: doctor.address });
		expect(await read()).toBeNull();
		await done(grantAccess(patient.wallet, grant));
		expect(await read()).toMatchObject({ hospital: hospital.address, expiresAt, open: true });
		expect((await readRequest(client, { registry: registry(), requestId }))?.state).toBe('granted');
		const suspension = { registry: contracts.hospitalRegistry, hospital: hospital.address };
		await done(suspendHospital(registrar.wallet, { ...suspension, reasonHash: digest('reason') }));
		expect((await read())?.open).toBe(false);
		await done(reinstateHospital(registrar.wallet, suspension));
		const revocation = { registry: registry(), grantee: doctor.address, keysDigest: null };
		await done(revokeAccess(patient.wallet, revocation));
		expect(await read()).toBeNull();
		expect(await readEpoch(client, { registry: registry(), authority: patient.address })).toBe(1);
		await expect(revokeAccess(patient.wallet, revocation)).rejects.toMatchObject(
			refused('records.no-grant', { reason: 'NoGrant', grantee: doctor.address }),
		);
	});

	test('a grant into the past is refused, with the time in question', async () => {
		const { otherPatient, patient, now } = network;
		const expiresAt = (await now()) - 1;
		await expect(
			grantAccess(patient.wallet, {
				registry: registry(),
				grantee: otherPatient.address,
				hospital: null,
				requestId: null,
				expiresAt,
				keysDigest: digest('keys'),
			}),
		).rejects.toMatchObject(refused('chain.refused', { reason: 'ExpiryInPast', expiresAt }));
	});

	test('a grant to a person alone names no hospital', async () => {
		const { client, otherPatient, patient, now, done } = network;
		const expiresAt = (await now()) + day;
		await done(
			grantAccess(otherPatient.wallet, {
				registry: registry(),
				grantee: patient.address,
				hospital: null,
				requestId: null,
				expiresAt,
				keysDigest: digest('keys'),
			}),
		);
		expect(
			await readGrant(client, {
				registry: registry(),
				patient: otherPatient.address,
				grantee: patient.address,
			}),
		).toMatchObject({ hospital: null, expiresAt, open: true });
	});
});

describe('Records', () => {
	const registry = () => contracts.recordRegistry;

	test("a member adds only while the patient's standing consent lasts", async () => {
		const { client, otherPatient, doctor, hospital, now, done } = network;
		const record = {
			registry: registry(),
			patient: otherPatient.address,
			hospital: hospital.address,
			headerDigest: digest('treatment'),
			epoch: 0,
			amends: null,
		};
		const consent = { registry: contracts.consentRegistry, hospital: hospital.address };
		const until = () => readAddingUntil(client, { ...consent, patient: otherPatient.address });
		const noConsent = refused('records.no-consent', { reason: 'AddingNotAllowed', patient: otherPatient.address });
		expect(await until()).toBeNull();
		await expect(addRecord(doctor.wallet, record)).rejects.toMatchObject(noConsent);
		const expiresAt = (await now()) + day;
		await done(allowAdding(otherPatient.wallet, { ...consent, expiresAt }));
		expect(await until()).toBe(expiresAt);
		await done(addRecord(doctor.wallet, record));
		await done(stopAdding(otherPatient.wallet, consent));
		await expect(addRecord(doctor.wallet, { ...record, headerDigest: digest('later') })).rejects.toMatchObject(
			noConsent,
		);
		await expect(stopAdding(otherPatient.wallet, consent)).rejects.toMatchObject(noConsent);
	});

	test('a record has the id that can be told beforehand, and is erased by its patient alone', async () => {
		const { client, otherPatient, patient, stranger, done } = network;
		await done(addOwnRecord(network, otherPatient, 'document'));
		const recordId = recordIdOf({
			patient: otherPatient.address,
			author: otherPatient.address,
			headerDigest: digest('document'),
		});
		const read = () => readRecord(client, { registry: registry(), recordId });
		expect(await read()).toMatchObject({ patient: otherPatient.address, byPatient: true, erased: false });
		for (const person of [patient, stranger]) {
			await expect(eraseRecord(person.wallet, { registry: registry(), recordId })).rejects.toMatchObject(
				refused('chain.refused', { reason: 'UnknownRecord', patient: person.address, recordId }),
			);
		}
		await done(eraseRecord(otherPatient.wallet, { registry: registry(), recordId }));
		expect((await read())?.erased).toBe(true);
		expect(await readRecord(client, { registry: registry(), recordId: digest('none') })).toBeNull();
	});

	test('a record of a past epoch is refused with both epochs', async () => {
		// The patient revoked once above.
		await expect(addOwnRecord(network, network.patient, 'stale')).rejects.toMatchObject(
			refused('records.stale-epoch', { reason: 'StaleEpoch', given: 0, current: 1 }),
		);
	});

	test('several records come in one transaction, or none', async () => {
		const { client, otherPatient, done } = network;
		const batch = { registry: registry(), patient: otherPatient.address, hospital: null, epoch: 0 };
		const headerDigests = ['one', 'two', 'three'].map(digest);
		const { blockNumber } = await done(addRecords(otherPatient.wallet, { ...batch, headerDigests }));
		const events = await readHistory(client, contracts, { patient: otherPatient.address, fromBlock: blockNumber });
		expect(events.map((event) => event.name === 'RecordAdded' && event.headerDigest)).toEqual(headerDigests);
		await expect(
			addRecords(otherPatient.wallet, { ...batch, headerDigests: [digest('four'), digest('one')] }),
		).rejects.toMatchObject(refused('chain.refused', { reason: 'RecordExists' }));
		await expect(addRecords(otherPatient.wallet, { ...batch, headerDigests: [] })).rejects.toMatchObject(
			refused('chain.refused', { reason: 'NoRecords' }),
		);
	});
});
