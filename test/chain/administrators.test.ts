import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
	acceptAdministration,
	addTeam,
	changeDirectory,
	isAdministrator,
	offerAdministration,
	publishAuthority,
	readHistory,
	removeAdministrator,
	removeMember,
	type Address,
} from '#lib/chain/index.ts';
import { utf8 } from '#lib/bytes.ts';
import { digest, refused, settle, startNetwork, type Network } from './network.ts';

let network: Network;
let registry: Address;

beforeAll(async () => {
	network = await startNetwork();
	registry = network.contracts.hospitalRegistry;
	await settle(network);
});
afterAll(() => network.node.stop());

const ofHospital = () => ({ registry, hospital: network.hospital.address });
const authority = (key: string) => ({
	...ofHospital(),
	publicKey: utf8(key),
	proofOfPossession: utf8(`proof of ${key}`),
});

describe('Administrators of a hospital', () => {
	const office = (account: Address) => ({ ...ofHospital(), account });

	test('nobody else acts for it, not even its registrar', async () => {
		const { hospital, nurse, registrar, stranger } = network;
		const changes = { ...ofHospital(), directoryDigest: digest('directory') };
		for (const person of [nurse, registrar, stranger]) {
			const notAdministrator = refused('chain.refused', {
				reason: 'NotAdministrator',
				hospital: hospital.address,
				account: person.address,
			});
			for (const attempt of [
				() => changeDirectory(person.wallet, changes),
				() => addTeam(person.wallet, { ...changes, teamId: digest('team') }),
				() => publishAuthority(person.wallet, authority('key')),
				() => removeMember(person.wallet, { ...changes, member: nurse.address, keysDigest: null }),
				() => offerAdministration(person.wallet, office(person.address)),
				() => removeAdministrator(person.wallet, office(hospital.address)),
			]) {
				await expect(attempt()).rejects.toMatchObject(notAdministrator);
			}
		}
	});

	test('one who is offered and accepts is one; both stand in the log', async () => {
		const { client, contracts, hospital, nurse, done } = network;
		const { blockNumber: fromBlock } = await done(offerAdministration(hospital.wallet, office(nurse.address)));
		expect(await isAdministrator(client, office(nurse.address))).toBe(false);
		await done(acceptAdministration(nurse.wallet, ofHospital()));
		expect(await isAdministrator(client, office(nurse.address))).toBe(true);
		await done(changeDirectory(nurse.wallet, { ...ofHospital(), directoryDigest: digest('by the nurse') }));
		await expect(offerAdministration(hospital.wallet, office(nurse.address))).rejects.toMatchObject(
			refused('chain.refused', { reason: 'AlreadyAdministrator', account: nurse.address }),
		);
		await expect(acceptAdministration(nurse.wallet, ofHospital())).rejects.toMatchObject(
			refused('chain.refused', { reason: 'NotOffered', hospital: hospital.address, account: nurse.address }),
		);
		const events = await readHistory(client, contracts, { account: nurse.address, fromBlock });
		expect(events.map(({ name }) => name)).toEqual(['AdministratorOffered', 'AdministratorAdded']);
		// An office is no part of a patient's history.
		expect(await readHistory(client, contracts, { patient: nurse.address, fromBlock })).toEqual([]);
	});

	test('another ends the office of the first, and is the last, who stays', async () => {
		const { client, hospital, nurse, stranger, done } = network;
		await done(removeAdministrator(nurse.wallet, office(hospital.address)));
		expect(await isAdministrator(client, office(hospital.address))).toBe(false);
		await expect(
			changeDirectory(hospital.wallet, { ...ofHospital(), directoryDigest: digest('directory') }),
		).rejects.toMatchObject(refused('chain.refused', { reason: 'NotAdministrator', account: hospital.address }));
		await expect(removeAdministrator(nurse.wallet, office(nurse.address))).rejects.toMatchObject(
			refused('chain.refused', { reason: 'LastAdministrator', hospital: hospital.address }),
		);
		await expect(removeAdministrator(nurse.wallet, office(stranger.address))).rejects.toMatchObject(
			refused('chain.refused', { reason: 'NotOffered', account: stranger.address }),
		);
	});

	test('an offer that was taken back cannot be accepted', async () => {
		const { nurse, stranger, done } = network;
		await done(offerAdministration(nurse.wallet, office(stranger.address)));
		await done(removeAdministrator(nurse.wallet, office(stranger.address)));
		await expect(acceptAdministration(stranger.wallet, ofHospital())).rejects.toMatchObject(
			refused('chain.refused', { reason: 'NotOffered', account: stranger.address }),
		);
	});
});
