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
	readHistory,
	readHospital,
	readHospitals,
	readMember,
	readMemberships,
	reinstateHospital,
	rejectHospital,
	removeMember,
	renameTeam,
	retireTeam,
	suspendHospital,
	withdrawApplication,
	zeroAddress,
	type Address,
} from '#lib/chain/index.ts';
import { utf8 } from '#lib/bytes.ts';
import { admission, digest, refused, startNetwork, team, type Network } from './network.ts';

let network: Network;
let registry: Address;

beforeAll(async () => {
	network = await startNetwork();
	registry = network.contracts.hospitalRegistry;
});
afterAll(() => network.node.stop());

const ofHospital = () => ({ registry, hospital: network.hospital.address });
const authority = (key: string) => ({
	...ofHospital(),
	publicKey: utf8(key),
	proofOfPossession: utf8(`proof of ${key}`),
});

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
		const notApproved = refused('records.not-approved', {
			reason: 'NotApproved',
			hospital: hospital.address,
			status: 1,
		});
		const changes = { ...ofHospital(), directoryDigest: digest('directory') };
		for (const attempt of [
			() => publishAuthority(hospital.wallet, authority('key')),
			() => addTeam(hospital.wallet, { ...changes, teamId: team }),
			() => renameTeam(hospital.wallet, { ...changes, teamId: team }),
			() => retireTeam(hospital.wallet, { ...changes, teamId: team }),
			() => changeDirectory(hospital.wallet, changes),
		]) {
			await expect(attempt()).rejects.toMatchObject(notApproved);
		}
		for (const person of [hospital, stranger, admin]) {
			await expect(approveHospital(person.wallet, ofHospital())).rejects.toMatchObject(
				refused('chain.refused', { reason: 'AccessControlUnauthorizedAccount', account: person.address }),
			);
		}
	});

	test('approved, it publishes its authority key with proof, which are read back from one block', async () => {
		const { client, contracts, hospital, registrar, done, mine } = network;
		await done(approveHospital(registrar.wallet, ofHospital()));
		expect(await readAuthority(client, contracts, hospital.address)).toBeNull();
		await done(publishAuthority(hospital.wallet, authority('first key')));
		await done(publishAuthority(hospital.wallet, authority('second key')));
		await mine(20);
		expect(await readAuthority(client, contracts, hospital.address)).toEqual({
			publicKey: utf8('second key'),
			proofOfPossession: utf8('proof of second key'),
		});
		const entry = await readHospital(client, ofHospital());
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

	test('an authority key, or a proof, that is empty or too long is refused', async () => {
		const { hospital } = network;
		for (const length of [0, 4097]) {
			for (const part of ['publicKey', 'proofOfPossession']) {
				const published = { ...authority('key'), [part]: new Uint8Array(length) };
				await expect(publishAuthority(hospital.wallet, published)).rejects.toMatchObject(
					refused('chain.refused', { reason: 'InvalidKeyLength', length: String(length), maximum: '4096' }),
				);
			}
		}
	});

	test('it adds a team, gives it another name, and retires it', async () => {
		const { client, contracts, hospital, done } = network;
		const change = { ...ofHospital(), teamId: digest('team: ward 7'), directoryDigest: digest('directory 1') };
		const { blockNumber: fromBlock } = await done(addTeam(hospital.wallet, change));
		await expect(addTeam(hospital.wallet, change)).rejects.toMatchObject(
			refused('chain.refused', { reason: 'InvalidTeam', hospital: hospital.address, teamId: change.teamId }),
		);
		await done(renameTeam(hospital.wallet, { ...change, directoryDigest: digest('directory 2') }));
		await done(retireTeam(hospital.wallet, { ...change, directoryDigest: digest('directory 3') }));
		const unknown = refused('chain.refused', { reason: 'UnknownTeam', teamId: change.teamId });
		await expect(renameTeam(hospital.wallet, change)).rejects.toMatchObject(unknown);
		await expect(retireTeam(hospital.wallet, change)).rejects.toMatchObject(unknown);
		await expect(addMember(hospital.wallet, await admission(network, { teamId: change.teamId }))).rejects.toMatchObject(
			unknown,
		);
		const events = await readHistory(client, contracts, { hospital: hospital.address, fromBlock });
		expect(events.map((event) => 'teamId' in event && [event.name, event.teamId, event.directoryDigest])).toEqual([
			['TeamAdded', change.teamId, digest('directory 1')],
			['TeamRenamed', change.teamId, digest('directory 2')],
			['TeamRetired', change.teamId, digest('directory 3')],
		]);
		expect((await readHospital(client, ofHospital()))?.directoryDigest).toBe(digest('directory 3'));
	});

	test('it adds a member, who sees the membership', async () => {
		const { client, contracts, hospital, doctor, stranger, done } = network;
		await done(addTeam(hospital.wallet, { ...ofHospital(), teamId: team, directoryDigest: digest('directory 1') }));
		const admitted = await admission(network);
		for (const role of [0, 7]) {
			await expect(addMember(hospital.wallet, { ...admitted, role })).rejects.toMatchObject(
				refused('chain.refused', { reason: 'UnknownRole', role }),
			);
		}
		await expect(addMember(hospital.wallet, { ...admitted, member: zeroAddress })).rejects.toMatchObject(
			refused('chain.refused', { reason: 'InvalidMember', member: zeroAddress }),
		);
		await expect(addMember(hospital.wallet, { ...admitted, validUntil: 1 })).rejects.toMatchObject(
			refused('chain.refused', { reason: 'ExpiryInPast', expiresAt: 1 }),
		);
		await done(addMember(hospital.wallet, admitted));
		await expect(addMember(hospital.wallet, admitted)).rejects.toMatchObject(
			refused('chain.refused', {
				reason: 'AlreadyMember',
				hospital: hospital.address,
				member: doctor.address,
				validUntil: admitted.validUntil,
			}),
		);
		const [membership, ...others] = await readMemberships(client, contracts, { member: doctor.address });
		const { role, validUntil } = admitted;
		expect(membership).toMatchObject({ hospital: hospital.address, teamId: team, role, validUntil, active: true });
		expect(others).toEqual([]);
		expect(await readMemberships(client, contracts, { member: stranger.address })).toEqual([]);
	});

	test('suspended, its members rest; reinstated, they are active again', async () => {
		const { client, doctor, registrar, done } = network;
		const active = async () => (await readMember(client, { ...ofHospital(), member: doctor.address }))?.active;
		await done(suspendHospital(registrar.wallet, { ...ofHospital(), reasonHash: digest('reason') }));
		expect(await active()).toBe(false);
		await done(reinstateHospital(registrar.wallet, ofHospital()));
		expect(await active()).toBe(true);
	});

	test('removing a member begins a new epoch, and takes the membership away', async () => {
		const { client, contracts, hospital, doctor, done } = network;
		const parameters = {
			...ofHospital(),
			member: doctor.address,
			directoryDigest: digest('directory 3'),
			keysDigest: null,
		};
		await done(removeMember(hospital.wallet, parameters));
		expect(await readEpoch(client, { registry, authority: hospital.address })).toBe(1);
		expect(await readMember(client, { ...ofHospital(), member: doctor.address })).toBeNull();
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
