import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getAddress, zeroHash } from 'viem';
import { assertions, digest, fresh, latestBlock, publishKeys } from './network.ts';

const clouds = 'https://a.example/ipfs/ https://b.example/bucket/';
const bytes = (length: number): `0x${string}` => `0x${'ab'.repeat(length)}`;

describe('PatientRegistry', () => {
	it('anyone publishes their own keys', async () => {
		const { patient } = await fresh();
		await assertions.emitWithArgs(
			patient.patients.write.publishKeys([bytes(1217), bytes(672), digest('keyring'), clouds]),
			patient.patients,
			'KeysPublished',
			[getAddress(patient.address), 1, bytes(1217), bytes(672), digest('keyring'), clouds, 0n],
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
		await assertions.emitWithArgs(
			patient.patients.write.publishKeys([bytes(3), bytes(4), digest('keyring 2'), clouds]),
			patient.patients,
			'KeysPublished',
			[getAddress(patient.address), 2, bytes(3), bytes(4), digest('keyring 2'), clouds, first],
		);
	});

	it('the keyring changes while the keys stay', async () => {
		const { patient } = await fresh();
		await publishKeys(patient);
		const published = await latestBlock();
		await assertions.emitWithArgs(
			patient.patients.write.changeKeyring([digest('keyring 2'), 'https://c.example/']),
			patient.patients,
			'KeyringChanged',
			[getAddress(patient.address), digest('keyring 2'), 'https://c.example/', published],
		);
		assert.deepEqual(await patient.patients.read.keysOf([patient.address]), {
			version: 1,
			publishedBlock: Number(published),
			keyringBlock: Number(await latestBlock()),
			isPatient: true,
			keyringDigest: digest('keyring 2'),
		});
	});

	it('someone without keys has no keyring to change', async () => {
		const { stranger } = await fresh();
		await assertions.revertWithCustomErrorWithArgs(
			stranger.patients.write.changeKeyring([digest('keyring'), clouds]),
			stranger.patients,
			'NoKeys',
			[getAddress(stranger.address)],
		);
	});

	it('an empty sealing key and oversized keys are refused', async () => {
		const { patient } = await fresh();
		for (const [sealing, authority] of [
			[0, 10],
			[4097, 10],
			[10, 4097],
		] as const) {
			await assertions.revertWithCustomErrorWithArgs(
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
				await assertions.revertWithCustomErrorWithArgs(attempt(), patient.patients, 'InvalidCloudsLength', [
					BigInt(length),
					2048n,
				]);
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
			await assertions.revertWithCustomErrorWithArgs(attempt(), patient.patients, 'MissingDigest', []);
		}
	});
});
