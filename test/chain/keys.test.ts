import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeKeyring, hasKeys, publishKeys, readKeys, zeroHash, type Contracts } from '#lib/chain/index.ts';
import { utf8 } from '#lib/bytes.ts';
import { digest, refused, settle, startNetwork, type Network } from './network.ts';

let network: Network;
let contracts: Contracts;

beforeAll(async () => {
	network = await startNetwork();
	({ contracts } = network);
	await settle(network);
});
afterAll(() => network.node.stop());

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

	test('keys published twice in one block: the last of them count', async () => {
		const { client, nurse, inOneBlock } = network;
		const registry = contracts.patientRegistry;
		const keys = {
			registry,
			sealingKey: utf8('key'),
			authorityKey: null,
			keyringDigest: digest('keyring'),
			clouds: ['https://a.example/'],
		};
		await inOneBlock([
			() => publishKeys(nurse.wallet, keys),
			() => publishKeys(nurse.wallet, { ...keys, sealingKey: utf8('second key'), keyringDigest: digest('second') }),
		]);
		expect(await readKeys(client, contracts, nurse.address)).toMatchObject({
			version: 2,
			sealingKey: utf8('second key'),
			keyringDigest: digest('second'),
		});
	});

	test('clouds changed in the block of the keys, under the same digest: those of the change count', async () => {
		const { client, stranger, inOneBlock } = network;
		const registry = contracts.patientRegistry;
		const keys = {
			registry,
			sealingKey: utf8('key'),
			authorityKey: null,
			keyringDigest: digest('keyring'),
			clouds: ['https://a.example/'],
		};
		// Published before, so that the node does not refuse the change when it is asked about the block before.
		await network.done(publishKeys(stranger.wallet, keys));
		await inOneBlock([
			() => publishKeys(stranger.wallet, { ...keys, sealingKey: utf8('second key') }),
			() => changeKeyring(stranger.wallet, { ...keys, clouds: ['https://b.example/'] }),
		]);
		expect(await readKeys(client, contracts, stranger.address)).toMatchObject({
			version: 2,
			sealingKey: utf8('second key'),
			clouds: ['https://b.example/'],
		});
	});

	test('who has none has no keyring to change', async () => {
		const { client, relayer } = network;
		const registry = contracts.patientRegistry;
		expect(await hasKeys(client, { registry, account: relayer.address })).toBe(false);
		await expect(
			changeKeyring(relayer.wallet, { registry, keyringDigest: digest('k'), clouds: ['https://a.example/'] }),
		).rejects.toMatchObject(refused('records.no-keys', { reason: 'NoKeys', account: relayer.address }));
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
		await expect(publishKeys(patient.wallet, { ...keys, keyringDigest: zeroHash })).rejects.toMatchObject(
			refused('chain.refused', { reason: 'MissingDigest' }),
		);
		await expect(publishKeys(patient.wallet, { ...keys, sealingKey: new Uint8Array() })).rejects.toMatchObject(
			refused('chain.refused', { reason: 'InvalidKeyLength', maximum: '4096' }),
		);
	});
});
