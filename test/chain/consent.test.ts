import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
	allowAdding,
	breakGlass,
	confirmReading,
	deliverKeys,
	denyRequest,
	grantAccess,
	readEpoch,
	readGrant,
	readHistory,
	reinstateHospital,
	requestAccess,
	requestIdOf,
	revokeAccess,
	revokeAllAccess,
	suspendHospital,
	withdrawRequest,
	zeroAddress,
	zeroHash,
	type Address,
	type Contracts,
} from '#lib/chain/index.ts';
import { day, digest, refused, settle, startNetwork, type Network, type Person } from './network.ts';

let network: Network;
let contracts: Contracts;

beforeAll(async () => {
	network = await startNetwork();
	({ contracts } = network);
	await settle(network);
});
afterAll(() => network.node.stop());

describe('Requests', () => {
	const request = (details: string) => ({
		registry: contracts.hospitalRegistry,
		patient: network.patient.address,
		hospital: network.hospital.address,
		detailsDigest: digest(details),
		durationDays: 30,
	});

	test('a request lives in its event, with the id that can be told beforehand, and so does taking it back', async () => {
		const { client, doctor, patient, hospital, done } = network;
		const asked = request('details');
		const { blockNumber: fromBlock } = await done(requestAccess(doctor.wallet, asked));
		await done(withdrawRequest(doctor.wallet, asked));
		const events = await readHistory(client, contracts, { account: doctor.address, fromBlock });
		const same = {
			patient: patient.address,
			requester: doctor.address,
			hospital: hospital.address,
			detailsDigest: asked.detailsDigest,
			requestId: requestIdOf({ ...asked, requester: doctor.address }),
		};
		expect(events).toMatchObject([
			{ name: 'AccessRequested', durationDays: 30, ...same },
			{ name: 'RequestWithdrawn', ...same },
		]);
		expect(await readHistory(client, contracts, { patient: patient.address, fromBlock })).toEqual(events);
	});

	test('who is no member asks nothing, and takes nothing back', async () => {
		const { hospital, patient, stranger } = network;
		for (const person of [stranger, hospital, patient]) {
			const notMember = refused('records.not-a-member', {
				reason: 'NotActiveMember',
				hospital: hospital.address,
				account: person.address,
			});
			await expect(requestAccess(person.wallet, request('details'))).rejects.toMatchObject(notMember);
			await expect(withdrawRequest(person.wallet, request('details'))).rejects.toMatchObject(notMember);
		}
	});

	test('a request for no time at all is refused', async () => {
		await expect(
			requestAccess(network.doctor.wallet, { ...request('details'), durationDays: 0 }),
		).rejects.toMatchObject(refused('chain.refused', { reason: 'InvalidDuration', durationDays: 0 }));
	});

	test('a request is denied by its id, which must be there', async () => {
		const { client, patient, doctor, done } = network;
		const requestId = requestIdOf({ ...request('denied'), requester: doctor.address });
		const denial = { registry: contracts.consentRegistry, requester: doctor.address, requestId };
		await done(requestAccess(doctor.wallet, request('denied')));
		const { blockNumber: fromBlock } = await done(denyRequest(patient.wallet, denial));
		expect(await readHistory(client, contracts, { account: doctor.address, fromBlock })).toMatchObject([
			{ name: 'RequestDenied', patient: patient.address, requester: doctor.address, requestId },
		]);
		await expect(denyRequest(patient.wallet, { ...denial, requestId: zeroHash })).rejects.toMatchObject(
			refused('chain.refused', { reason: 'MissingDigest' }),
		);
	});
});

describe('Consent', () => {
	const registry = () => contracts.consentRegistry;
	const epoch = (authority: Address) => readEpoch(network.client, { registry: registry(), authority });
	const grantOf = (patient: Person, grantee: Person) =>
		readGrant(network.client, { registry: registry(), patient: patient.address, grantee: grantee.address });

	async function terms(grantee: Person, hospital: Person | null = null) {
		return {
			registry: registry(),
			grantee: grantee.address,
			hospital: hospital && hospital.address,
			requestId: null,
			expiresAt: (await network.now()) + 10 * day,
			keysDigest: digest('keys'),
		};
	}

	test('a grant rests with its hospital, and is revoked with a new epoch', async () => {
		const { patient, doctor, hospital, registrar, done } = network;
		const grant = { ...(await terms(doctor, hospital)), requestId: digest('request') };
		const { expiresAt } = grant;
		expect(await grantOf(patient, doctor)).toBeNull();
		await done(grantAccess(patient.wallet, grant));
		const granted = { hospital: hospital.address, expiresAt, epoch: 0 };
		expect(await grantOf(patient, doctor)).toEqual({ ...granted, open: true });
		const suspension = { registry: contracts.hospitalRegistry, hospital: hospital.address };
		await done(suspendHospital(registrar.wallet, { ...suspension, reasonHash: digest('reason') }));
		expect(await grantOf(patient, doctor)).toEqual({ ...granted, open: false });
		await done(reinstateHospital(registrar.wallet, suspension));
		const revocation = { registry: registry(), grantee: doctor.address, keysDigest: null };
		await done(revokeAccess(patient.wallet, revocation));
		expect(await grantOf(patient, doctor)).toBeNull();
		expect(await epoch(patient.address)).toBe(1);
		await expect(revokeAccess(patient.wallet, revocation)).rejects.toMatchObject(
			refused('records.no-grant', { reason: 'NoGrant', patient: patient.address, grantee: doctor.address }),
		);
	});

	test('a grant needs neither keys nor membership of the grantee; without the membership it rests', async () => {
		const { otherPatient, relayer, hospital, done } = network;
		await done(grantAccess(otherPatient.wallet, await terms(relayer)));
		expect(await grantOf(otherPatient, relayer)).toMatchObject({ hospital: null, open: true });
		await done(grantAccess(otherPatient.wallet, await terms(relayer, hospital)));
		expect(await grantOf(otherPatient, relayer)).toMatchObject({ hospital: hospital.address, open: false });
	});

	test('a grant to nobody, without keys, or into the past is refused', async () => {
		const { patient, otherPatient, now } = network;
		const grant = await terms(otherPatient);
		const expiresAt = (await now()) - 1;
		for (const [change, details] of [
			[{ expiresAt }, { reason: 'ExpiryInPast', expiresAt }],
			[{ grantee: zeroAddress }, { reason: 'InvalidGrantee', grantee: zeroAddress }],
			[{ keysDigest: zeroHash }, { reason: 'MissingDigest' }],
		] as const) {
			await expect(grantAccess(patient.wallet, { ...grant, ...change })).rejects.toMatchObject(
				refused('chain.refused', details),
			);
		}
	});

	test('keys are delivered again while the grant stands, which does not change', async () => {
		const { client, otherPatient, doctor, stranger, done } = network;
		await done(grantAccess(otherPatient.wallet, await terms(doctor)));
		const before = await grantOf(otherPatient, doctor);
		const delivery = { registry: registry(), grantee: doctor.address, keysDigest: digest('keys again') };
		const { blockNumber: fromBlock } = await done(deliverKeys(otherPatient.wallet, delivery));
		expect(await grantOf(otherPatient, doctor)).toEqual(before);
		expect(await readHistory(client, contracts, { account: doctor.address, fromBlock })).toMatchObject([
			{ name: 'KeysDelivered', patient: otherPatient.address, epoch: 0, keysDigest: digest('keys again') },
		]);
		await expect(deliverKeys(otherPatient.wallet, { ...delivery, grantee: stranger.address })).rejects.toMatchObject(
			refused('records.no-grant', { reason: 'NoGrant', grantee: stranger.address }),
		);
	});

	test('a reader confirms to have read; nobody else does', async () => {
		const { client, otherPatient, doctor, stranger, done } = network;
		const reading = { registry: registry(), patient: otherPatient.address, recordId: digest('record') };
		const { blockNumber: fromBlock } = await done(confirmReading(doctor.wallet, reading));
		expect(await readHistory(client, contracts, { account: doctor.address, fromBlock })).toMatchObject([
			{ name: 'ReadingConfirmed', patient: otherPatient.address, reader: doctor.address, recordId: digest('record') },
		]);
		await expect(confirmReading(stranger.wallet, reading)).rejects.toMatchObject(
			refused('records.no-grant', {
				reason: 'NotReader',
				patient: otherPatient.address,
				reader: stranger.address,
			}),
		);
	});

	test('all access ends at once, and what is granted after that counts', async () => {
		const { otherPatient, doctor, relayer, done } = network;
		await done(revokeAllAccess(otherPatient.wallet, { registry: registry() }));
		expect(await grantOf(otherPatient, doctor)).toBeNull();
		expect(await grantOf(otherPatient, relayer)).toBeNull();
		expect(await epoch(otherPatient.address)).toBe(1);
		await done(grantAccess(otherPatient.wallet, await terms(doctor)));
		expect(await grantOf(otherPatient, doctor)).toMatchObject({ epoch: 1, open: true });
		await done(revokeAllAccess(otherPatient.wallet, { registry: registry() }));
	});

	test('emergency staff break the glass for a day, and may then confirm what they read', async () => {
		const { client, patient, paramedic, doctor, hospital, now, pass, done } = network;
		const emergency = {
			registry: registry(),
			patient: patient.address,
			hospital: hospital.address,
			reasonHash: digest('reason'),
		};
		const reading = { registry: registry(), patient: patient.address, recordId: digest('record') };
		const notReader = refused('records.no-grant', { reason: 'NotReader', reader: paramedic.address });
		await expect(confirmReading(paramedic.wallet, reading)).rejects.toMatchObject(notReader);
		const { blockNumber: fromBlock } = await done(breakGlass(paramedic.wallet, emergency));
		const until = (await now()) + day;
		expect(await readHistory(client, contracts, { patient: patient.address, fromBlock })).toMatchObject([
			{ name: 'GlassBroken', reader: paramedic.address, hospital: hospital.address, until },
		]);
		await done(confirmReading(paramedic.wallet, reading));
		await pass(day);
		await expect(confirmReading(paramedic.wallet, reading)).rejects.toMatchObject(notReader);
		await expect(breakGlass(doctor.wallet, emergency)).rejects.toMatchObject(
			refused('records.not-a-member', { reason: 'NotEmergencyStaff', account: doctor.address }),
		);
		await expect(breakGlass(paramedic.wallet, { ...emergency, reasonHash: zeroHash })).rejects.toMatchObject(
			refused('chain.refused', { reason: 'MissingDigest' }),
		);
	});

	test('a hospital that is not approved is never let add, nor any into the past', async () => {
		const { patient, otherHospital, hospital, now } = network;
		const expiresAt = (await now()) + day;
		const consent = { registry: registry(), hospital: otherHospital.address, expiresAt };
		await expect(allowAdding(patient.wallet, consent)).rejects.toMatchObject(
			refused('records.not-approved', { reason: 'NotApproved', hospital: otherHospital.address }),
		);
		await expect(
			allowAdding(patient.wallet, { ...consent, hospital: hospital.address, expiresAt: 1 }),
		).rejects.toMatchObject(refused('chain.refused', { reason: 'ExpiryInPast', expiresAt: 1 }));
	});
});
