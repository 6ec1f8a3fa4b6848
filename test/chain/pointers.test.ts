/** The words of pointers, and walking along them, where they are hardest: beside other numbers, and many events in one place. */
import fc from 'fast-check';
import { encodeFunctionData, encodePacked, keccak256 } from 'viem';
import { writeContract } from 'viem/actions';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { consentRegistryAbi } from '#lib/chain/abi/consent-registry.ts';
import { recordRegistryAbi } from '#lib/chain/abi/record-registry.ts';
import { call } from '#lib/chain/call.ts';
import { blocksIn } from '#lib/chain/history/walk.ts';
import {
	addMember,
	addRecord,
	addRecordMessage,
	allowAdding,
	cancelPermission,
	connectChain,
	denyRequest,
	grantAccess,
	readHistory,
	readRecord,
	recordIdOf,
	requestAccess,
	requestIdOf,
	revokeAccess,
	revokeAllAccess,
	type Address,
	type ChainClient,
	type ChainEvent,
} from '#lib/chain/index.ts';
import { newest, signInTurn } from './permission-cases.ts';
import { addOwnRecord, admission, day, digest, ownRecord, settle, startNetwork, type Network } from './network.ts';
import { limitedTo, startRpcProxy, type RpcProxy } from './rpc-proxy.ts';

let network: Network;
let proxy: RpcProxy;
let poor: ChainClient;
let latest = 0;

beforeAll(async () => {
	network = await startNetwork();
	await settle(network);
	proxy = await startRpcProxy(
		network.node.url,
		limitedTo(1, () => latest),
	);
	poor = connectChain({ ...network.config, rpcUrls: [proxy.url] });
	await network.mine(3);
});
afterEach(() => network.mine(1));
afterAll(async () => {
	await proxy.stop();
	await network.node.stop();
});

const word = (registry: Address, account: Address) =>
	call(network.client, { abi: consentRegistryAbi, registry, functionName: 'historyOf', args: [account] });

/** The account's history, which is the same on a node that answers for single blocks only. */
async function history(account: Address, fromBlock?: number): Promise<ChainEvent[]> {
	latest = await network.latest();
	const whole = await readHistory(network.client, network.contracts, { account, fromBlock });
	expect(await readHistory(poor, network.contracts, { account, fromBlock })).toEqual(whole);
	return whole;
}

const names = (events: readonly ChainEvent[]) => events.map(({ name }) => name);

describe('A word', () => {
	test('gives back the blocks put into it, the latest first, whatever stands above them', () => {
		const block = fc.integer({ min: 1, max: 2 ** 40 - 1 });
		const above = fc.bigInt({ min: 0n, max: 2n ** 56n - 1n });
		fc.assert(
			fc.property(fc.array(block, { maxLength: 5 }), above, (blocks, rest) => {
				const pointers = blocks.reduceRight((earlier, number) => (earlier << 40n) | BigInt(number), 0n);
				expect(blocksIn((rest << 200n) | pointers)).toEqual(blocks);
			}),
		);
	});

	test('has the epoch and the count of permissions above the pointers, and walking minds neither', async () => {
		const { contracts, otherPatient, doctor, done, now } = network;
		const registry = contracts.consentRegistry;
		const expiresAt = (await now()) + day;
		const terms = { registry, grantee: doctor.address, hospital: null, requestId: null, expiresAt };
		for (let i = 0; i < 4; i++) {
			await done(grantAccess(otherPatient.wallet, { ...terms, keysDigest: digest('keys') }));
			await done(cancelPermission(otherPatient.wallet, { registry }));
			await done(revokeAccess(otherPatient.wallet, { registry, grantee: doctor.address, keysDigest: null }));
		}
		await done(revokeAllAccess(otherPatient.wallet, { registry }));
		const current = await word(registry, otherPatient.address);
		expect(current >> 224n).toBe(4n);
		expect((current >> 200n) & 0xffffffn).toBe(5n);
		expect(names(await history(otherPatient.address))).toEqual([
			'KeysPublished',
			...Array.from({ length: 4 }, () => ['AccessGranted', 'PermissionCancelled', 'AccessRevoked']).flat(),
			'AllAccessRevoked',
		]);
		// Where no pointer is left, the numbers above end nothing and begin nothing.
		expect(blocksIn(current)).toHaveLength(5);
		expect(blocksIn((current >> 200n) << 200n)).toEqual([]);
	});
});

describe('Many events in one place', () => {
	test('several of several people in one block', async () => {
		const { patient, otherPatient, doctor, hospital, contracts, inOneBlock, now } = network;
		const expiresAt = (await now()) + day;
		const consent = { registry: contracts.consentRegistry, hospital: hospital.address, expiresAt };
		const request = {
			registry: contracts.hospitalRegistry,
			patient: patient.address,
			hospital: hospital.address,
			durationDays: 1,
		};
		for (let block = 0; block < 7; block++) {
			await inOneBlock([
				() => addOwnRecord(network, patient, `first of ${block}`),
				() => requestAccess(doctor.wallet, { ...request, detailsDigest: digest(`first of ${block}`) }),
				() => requestAccess(doctor.wallet, { ...request, detailsDigest: digest(`second of ${block}`) }),
				() => addOwnRecord(network, patient, `second of ${block}`),
				() => allowAdding(patient.wallet, consent),
				() => allowAdding(otherPatient.wallet, consent),
			]);
		}
		const events = await history(patient.address);
		const inBlocks = events.filter(({ name }) => name !== 'KeysPublished');
		expect(inBlocks).toHaveLength(7 * 5);
		expect(new Set(inBlocks.map(({ blockNumber }) => blockNumber)).size).toBe(7);
		expect((await history(hospital.address)).filter(({ name }) => name === 'AddingAllowed')).toHaveLength(14);
	});

	test('two permissions of one patient in one transaction', async () => {
		const { client, contracts, patient, relayer, now, done } = network;
		const deadline = (await now()) + day;
		const records = ['together 1', 'together 2'].map((header) => ownRecord(network, patient, header));
		const signed = await Promise.all(
			records.map((record, nonce) =>
				signInTurn(network, patient, { message: addRecordMessage(record), nonce, deadline }),
			),
		);
		const calls = signed.map(({ signer, nonce, signature }, index) => {
			const { headerDigest, auditRoot, epoch } = records[index]!;
			const entry = { headerDigest, auditRoot: auditRoot! };
			const args = [{ signer, nonce, deadline, signature }, entry, epoch] as const;
			return encodeFunctionData({ abi: recordRegistryAbi, functionName: 'addRecordFor', args });
		});
		const registry = contracts.recordRegistry;
		const execute = (data: readonly `0x${string}`[]) =>
			writeContract(relayer.wallet, {
				abi: recordRegistryAbi,
				address: registry,
				functionName: 'multicall',
				args: [data],
				account: relayer.wallet.account,
				chain: relayer.wallet.chain,
			});
		const before = await word(registry, patient.address);
		await expect(execute([...calls].reverse())).rejects.toThrow('WrongNonce');
		await done(execute(calls));
		expect((await newest(network, patient)).map((event) => 'recordId' in event && event.recordId)).toEqual(
			records.map((record) => recordIdOf({ ...record, author: patient.address })),
		);
		const after = await word(registry, patient.address);
		expect(after >> 224n).toBe((before >> 224n) + 2n);
		expect(blocksIn(after)).toEqual([await network.latest(), ...blocksIn(before).slice(0, 4)]);
		for (const record of records) {
			const recordId = recordIdOf({ ...record, author: patient.address });
			expect(await readRecord(client, { registry, recordId })).not.toBeNull();
		}
		await history(patient.address);
	});

	test('one account on both sides of an event', async () => {
		const { contracts, hospital, now, done } = network;
		const itself = await admission(network, { member: hospital.address });
		const { blockNumber: fromBlock } = await done(addMember(hospital.wallet, itself));
		await done(
			allowAdding(hospital.wallet, {
				registry: contracts.consentRegistry,
				hospital: hospital.address,
				expiresAt: (await now()) + day,
			}),
		);
		expect(names(await history(hospital.address, fromBlock))).toEqual(['MemberAdded', 'AddingAllowed']);
		expect(names(await history(hospital.address))[0]).toBe('HospitalApplied');
	});
});

describe('An id', () => {
	test('of a request is what anybody can reckon from its event, and what answers name', async () => {
		const { contracts, otherPatient, doctor, hospital, now, done } = network;
		const request = {
			registry: contracts.hospitalRegistry,
			patient: otherPatient.address,
			hospital: hospital.address,
			detailsDigest: digest('answered'),
			durationDays: 10,
		};
		const { blockNumber: fromBlock } = await done(requestAccess(doctor.wallet, request));
		// Four words of 32 bytes, as Solidity's abi.encode has them.
		const words = [request.patient, doctor.address, request.hospital].map(BigInt);
		const requestId = keccak256(
			encodePacked(
				['uint256', 'uint256', 'uint256', 'bytes32'],
				[words[0]!, words[1]!, words[2]!, request.detailsDigest],
			),
		);
		expect(requestIdOf({ ...request, requester: doctor.address })).toBe(requestId);
		const registry = contracts.consentRegistry;
		const answer = { registry, grantee: doctor.address, hospital: hospital.address, requestId };
		const expiresAt = (await now()) + day;
		await done(grantAccess(otherPatient.wallet, { ...answer, expiresAt, keysDigest: digest('keys') }));
		await done(denyRequest(otherPatient.wallet, { registry, requester: doctor.address, requestId }));
		const events = await history(otherPatient.address, fromBlock);
		expect(events.map((event) => 'requestId' in event && [event.name, event.requestId])).toEqual([
			['AccessRequested', requestId],
			['AccessGranted', requestId],
			['RequestDenied', requestId],
		]);
	});

	test('of a record is the one under which the contract has it, with an audit root or without', async () => {
		const { client, contracts, otherPatient, done } = network;
		const registry = contracts.recordRegistry;
		const first = { ...ownRecord(network, otherPatient, 'with'), epoch: 5 };
		const amends = recordIdOf({ ...first, author: otherPatient.address });
		const second = { ...ownRecord(network, otherPatient, 'without'), auditRoot: null, epoch: 5, amends };
		const { blockNumber: fromBlock } = await done(addRecord(otherPatient.wallet, first));
		await done(addRecord(otherPatient.wallet, second));
		const events = await history(otherPatient.address, fromBlock);
		const added = events.filter((event) => event.name === 'RecordAdded');
		expect(added).toHaveLength(2);
		for (const { recordId } of added) {
			expect(await readRecord(client, { registry, recordId })).toMatchObject({ patient: otherPatient.address });
		}
		// The contract reckoned both of these itself, or looked them up.
		expect(events.at(-1)).toMatchObject({
			name: 'RecordAmended',
			amended: added[0]?.recordId,
			recordId: added[1]?.recordId,
		});
	});
});
