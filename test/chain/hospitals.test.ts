import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
	addMember,
	addTeam,
	applyAsHospital,
	approveHospital,
	changeDirectory,
	isRegistrar,
	publishAuthority,
	readAuthority,
	readEpoch,
	readHospital,
	readHospitals,
	readMember,
	readMemberships,
	reinstateHospital,
	rejectHospital,
	removeMember,
	suspendHospital,
	withdrawApplication,
	type Address,
} from '#lib/chain/index.ts';
import { utf8 } from '#lib/bytes.ts';
import { day, digest, refused, startNetwork, team, type Network } from './network.ts';

let network: Network;
let registry: Address;

beforeAll(async () => {
	network = await startNetwork();
	registry = network.contracts.hospitalRegistry;
});
afterAll(() => network.node.stop());

describe('A hospital, from application to suspension', () => {
	test('an account that never applied is no hospital', async () => {
		const { client, hospital } = network;
		expect(await readHospital(client, { registry, hospital: hospital.address })).toBeNull();
	});

	test('the registrar is who the deployment says', async () => {
		const { client, registrar, admin, stranger } = network;
		const is = (account: Address) => isRegistrar(client, { registry, account });
		expect(await Promise.all([registrar, admin, stranger].map(({ address }) => is(address)))).toEqual([
			true,
			false,
			false,
		]);
	});

	test('it applies, withdraws, applies again, is rejected, and applies a third time', async () => {
		const { client, hospital, registrar, done } = network;
		const status = async () => (await readHospital(client, { registry, hospital: hospital.address }))?.status;
		const apply = () => applyAsHospital(hospital.wallet, { registry, profileDigest: digest('profile') });
		await done(apply());
		expect(await status()).toBe('applied');
		await expect(apply()).rejects.toMatchObject(refused('chain.refused', { reason: 'WrongStatus', status: 1 }));
		await done(withdrawApplication(hospital.wallet, { registry }));
		expect(await status()).toBe('withdrawn');
		await done(apply());
		const reasonHash = digest('reason');
		await done(rejectHospital(registrar.wallet, { registry, hospital: hospital.address, reasonHash }));
		expect(await status()).toBe('rejected');
		await done(apply());
	});

	test('it can do nothing before it is approved, and only the registrar approves', async () => {
		const { hospital, stranger, admin } = network;
		const notApproved = refused('records.not-approved', { reason: 'NotApproved', hospital: hospital.address });
		await expect(publishAuthority(hospital.wallet, { registry, publicKey: utf8('key') })).rejects.toMatchObject(
			notApproved,
		);
		await expect(
			addTeam(hospital.wallet, { registry, teamId: team, directoryDigest: digest('directory') }),
		).rejects.toMatchObject(notApproved);
		await expect(changeDirectory(hospital.wallet, { registry, directoryDigest: digest('d') })).rejects.toMatchObject(
			notApproved,
		);
		for (const person of [hospital, stranger, admin]) {
			await expect(approveHospital(person.wallet, { registry, hospital: hospital.address })).rejects.toMatchObject(
				refused('chain.refused', { reason: 'AccessControlUnauthorizedAccount', account: person.address }),
			);
		}
	});

	test('approved, it publishes its authority key, which is read back from one block', async () => {
		const { client, contracts, hospital, registrar, done, mine } = network;
		await done(approveHospital(registrar.wallet, { registry, hospital: hospital.address }));
		expect(await readAuthority(client, contracts, hospital.address)).toBeNull();
		await done(publishAuthority(hospital.wallet, { registry, publicKey: utf8('first key') }));
		await done(publishAuthority(hospital.wallet, { registry, publicKey: utf8('second key') }));
		await mine(20);
		expect(await readAuthority(client, contracts, hospital.address)).toEqual(utf8('second key'));
		const entry = await readHospital(client, { registry, hospital: hospital.address });
		expect(entry).toMatchObject({
			address: hospital.address,
			status: 'approved',
			epoch: 0,
			authorityVersion: 2,
			profileDigest: digest('profile'),
			directoryDigest: null,
		});
		expect(entry?.approvedAt).toBeGreaterThanOrEqual(entry?.appliedAt ?? Infinity);
	});

	test('it adds a team and a member, who sees the membership', async () => {
		const { client, contracts, hospital, doctor, stranger, now, done } = network;
		await done(addTeam(hospital.wallet, { registry, teamId: team, directoryDigest: digest('directory 1') }));
		const validUntil = (await now()) + 30 * day;
		const admission = {
			registry,
			member: doctor.address,
			role: 1,
			teamId: team,
			validUntil,
			directoryDigest: digest('directory 2'),
			keysDigest: digest('keys'),
		};
		await expect(addMember(hospital.wallet, { ...admission, role: 6 })).rejects.toMatchObject(
			refused('chain.refused', { reason: 'UnknownRole', role: 6 }),
		);
		await done(addMember(hospital.wallet, admission));
		await expect(addMember(hospital.wallet, admission)).rejects.toMatchObject(
			refused('chain.refused', { reason: 'AlreadyMember', member: doctor.address, validUntil }),
		);
		const [membership, ...others] = await readMemberships(client, contracts, { member: doctor.address });
		expect(membership).toMatchObject({ hospital: hospital.address, teamId: team, role: 1, validUntil, active: true });
		expect(others).toEqual([]);
		expect(await readMemberships(client, contracts, { member: stranger.address })).toEqual([]);
	});

	test('suspended, its members rest; reinstated, they are active again', async () => {
		const { client, hospital, doctor, registrar, done } = network;
		const parameters = { registry, hospital: hospital.address };
		const active = async () => (await readMember(client, { ...parameters, member: doctor.address }))?.active;
		await done(suspendHospital(registrar.wallet, { ...parameters, reasonHash: digest('reason') }));
		expect(await active()).toBe(false);
		await done(reinstateHospital(registrar.wallet, parameters));
		expect(await active()).toBe(true);
	});

	test('removing a member begins a new epoch, and takes the membership away', async () => {
		const { client, contracts, hospital, doctor, done } = network;
		const parameters = { registry, member: doctor.address, directoryDigest: digest('directory 3'), keysDigest: null };
		await done(removeMember(hospital.wallet, parameters));
		expect(await readEpoch(client, { registry, authority: hospital.address })).toBe(1);
		expect(await readMember(client, { registry, hospital: hospital.address, member: doctor.address })).toBeNull();
		expect(await readMemberships(client, contracts, { member: doctor.address })).toEqual([]);
		await expect(removeMember(hospital.wallet, parameters)).rejects.toMatchObject(
			refused('records.not-a-member', { reason: 'NotMember', member: doctor.address }),
		);
	});

	test('all hospitals that ever applied are listed, in the order in which they did', async () => {
		const { client, contracts, hospital, otherHospital, done } = network;
		await done(applyAsHospital(otherHospital.wallet, { registry, profileDigest: digest('other profile') }));
		await done(withdrawApplication(otherHospital.wallet, { registry }));
		const hospitals = await readHospitals(client, contracts);
		expect(hospitals.map(({ address, status }) => [address, status])).toEqual([
			[hospital.address, 'approved'],
			[otherHospital.address, 'withdrawn'],
		]);
	});
});
