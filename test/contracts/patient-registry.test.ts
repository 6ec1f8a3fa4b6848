import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zeroHash } from 'viem';
import {
	digest,
	emits,
	fresh,
	latestBlock,
	networkHelpers,
	oneEpoch,
	publishKeys,
	refuses,
	settled,
	type Hex,
} from './network.ts';

const clouds = 'https://a.example/ipfs/ https://b.example/bucket/';
const bytes = (length: number): Hex => `0x${'ab'.repeat(length)}`;

describe('PatientRegistry', () => {
	it('anyone publishes their own keys', async () => {
		const { patient } = await fresh();
		await emits(
			patient.patients.write.publishKeys([bytes(1217), bytes(672), digest('keyring'), clouds]),
			patient.patients,
			'KeysPublished',
			[patient.address, 1, bytes(1217), bytes(672), digest('keyring'), clouds, 0n],
		);
		const block = Number(await latestBlock());
		assert.equal(await patient.patients.read.hasKeys([patient.address]), true);
		assert.deepEqual(await patient.patients.read.keysOf([patient.address]), {
			version: 1,
			publishedBlock: block,
			keyringBlock: block,
			isPatient: true,
			keyringDigest: digest('keyring'),
		});
	});

	it('someone without an authority key is no patient', async () => {
		const { doctor } = await fresh();
		await doctor.patients.write.publishKeys([bytes(32), '0x', digest('keyring'), clouds]);
		assert.equal((await doctor.patients.read.keysOf([doctor.address])).isPatient, false);
	});

	it('publishing again replaces the keys', async () => {
		const { patient } = await fresh();
		await publishKeys(patient);
		const first = await latestBlock();
		await emits(
			patient.patients.write.publishKeys([bytes(3), bytes(4), digest('keyring 2'), clouds]),
			patient.patients,
			'KeysPublished',
			[patient.address, 2, bytes(3), bytes(4), digest('keyring 2'), clouds, first],
		);
	});

	it('the keyring changes while the keys stay', async () => {
		const { patient } = await fresh();
		await publishKeys(patient);
		const published = await latestBlock();
		await emits(
			patient.patients.write.changeKeyring([digest('keyring 2'), 'https://c.example/']),
			patient.patients,
			'KeyringChanged',
			[patient.address, digest('keyring 2'), 'https://c.example/', published],
		);
		assert.deepEqual(await patient.patients.read.keysOf([patient.address]), {
			version: 1,
			publishedBlock: Number(published),
			keyringBlock: Number(await latestBlock()),
			isPatient: true,
			keyringDigest: digest('keyring 2'),
		});
	});

	it('the longest keys and list of clouds are taken', async () => {
		const { patient } = await fresh();
		const longest = 'a'.repeat(2048);
		await patient.patients.write.publishKeys([bytes(4096), bytes(4096), digest('keyring'), longest]);
		await patient.patients.write.changeKeyring([digest('keyring 2'), longest]);
	});

	it('what one publishes says nothing about another', async () => {
		const { admin, registrar, hospital, stranger, patient } = await settled();
		await publishKeys(patient);
		const before = await patient.patients.read.keysOf([patient.address]);
		const word = await patient.patients.read.historyOf([patient.address]);
		for (const person of [admin, registrar, hospital, stranger]) {
			await person.patients.write.publishKeys([bytes(3), bytes(4), digest('theirs'), 'https://evil.example/']);
			await person.patients.write.changeKeyring([digest('theirs 2'), 'https://evil.example/']);
		}
		assert.deepEqual(await patient.patients.read.keysOf([patient.address]), before);
		assert.equal(await patient.patients.read.historyOf([patient.address]), word);
	});

	it('who had no keys has none, and each change has one pointer', async () => {
		const { patient, stranger } = await fresh();
		assert.equal(await patient.patients.read.hasKeys([stranger.address]), false);
		const none = { version: 0, publishedBlock: 0, keyringBlock: 0, isPatient: false, keyringDigest: zeroHash };
		assert.deepEqual(await patient.patients.read.keysOf([stranger.address]), none);
		let word = 0n;
		for (let i = 0; i < 7; i++) {
			await publishKeys(patient);
			word = ((word << 40n) % oneEpoch) | (await latestBlock());
			await networkHelpers.mine(2);
			assert.equal(await patient.patients.read.historyOf([patient.address]), word);
		}
	});

	it('someone without keys has no keyring to change', async () => {
		const { stranger } = await fresh();
		await refuses(stranger.patients.write.changeKeyring([digest('keyring'), clouds]), stranger.patients, 'NoKeys', [
			stranger.address,
		]);
	});

	it('an empty sealing key and oversized keys are refused', async () => {
		const { patient } = await fresh();
		for (const [sealing, authority] of [
			[0, 10],
			[4097, 10],
			[10, 4097],
		] as const) {
			await refuses(
				patient.patients.write.publishKeys([bytes(sealing), bytes(authority), digest('keyring'), clouds]),
				patient.patients,
				'InvalidKeyLength',
				[BigInt(sealing === 10 ? authority : sealing), 4096n],
			);
		}
	});

	it('no clouds, and too many, are refused', async () => {
		const { patient } = await fresh();
		await publishKeys(patient);
		for (const length of [0, 2049]) {
			const list = 'a'.repeat(length);
			for (const attempt of [
				() => patient.patients.write.publishKeys(['0x01', '0x', digest('keyring'), list]),
				() => patient.patients.write.changeKeyring([digest('keyring'), list]),
			]) {
				await refuses(attempt(), patient.patients, 'InvalidCloudsLength', [BigInt(length), 2048n]);
			}
		}
	});

	it('a missing digest is refused', async () => {
		const { patient } = await fresh();
		await publishKeys(patient);
		for (const attempt of [
			() => patient.patients.write.publishKeys(['0x01', '0x', zeroHash, clouds]),
			() => patient.patients.write.changeKeyring([zeroHash, clouds]),
		]) {
			await refuses(attempt(), patient.patients, 'MissingDigest', []);
		}
	});
});
