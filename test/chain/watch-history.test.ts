import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectChain, watchHistory, type ChainEvent } from '#lib/chain/index.ts';
import type { AppError } from '#lib/errors.ts';
import { addOwnRecord, digest, settle, startNetwork, type Network } from './network.ts';
import { startRpcProxy, type RpcProxy } from './rpc-proxy.ts';

let network: Network;
const proxies: RpcProxy[] = [];

beforeAll(async () => {
	network = await startNetwork();
	await settle(network);
});
afterEach(async () => {
	await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
});
afterAll(() => network.node.stop());

describe('watchHistory', () => {
	test('tells of each new event of the patient once, and of no other', async () => {
		const { client, contracts, patient, otherPatient, done } = network;
		const seen: ChainEvent[] = [];
		const fromBlock = (await network.latest()) + 1;
		const unwatch = watchHistory(client, contracts, {
			patient: patient.address,
			fromBlock,
			onChange: (events) => void seen.push(...events),
		});
		try {
			await done(addOwnRecord(network, patient, 'watched 1'));
			await done(addOwnRecord(network, otherPatient, 'not watched'));
			await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(1);
			await done(addOwnRecord(network, patient, 'watched 2'));
			await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(2);
		} finally {
			unwatch();
		}
		expect(seen.map((event) => event.name === 'RecordAdded' && event.headerDigest)).toEqual(
			['watched 1', 'watched 2'].map(digest),
		);
		await done(addOwnRecord(network, patient, 'after the watch'));
		await new Promise((finished) => setTimeout(finished, 3 * client.pollingInterval));
		expect(seen.length).toBe(2);
	});

	test('tells of failures, and goes on', async () => {
		const { contracts, patient, done } = network;
		let down = true;
		const proxy = await startRpcProxy(network.node.url, () =>
			down ? { error: { code: -32000, message: 'down' } } : null,
		);
		proxies.push(proxy);
		const client = connectChain({ ...network.config, rpcUrls: [proxy.url] });
		const errors: AppError[] = [];
		const seen: ChainEvent[] = [];
		const unwatch = watchHistory(client, contracts, {
			patient: patient.address,
			fromBlock: (await network.latest()) + 1,
			onChange: (events) => void seen.push(...events),
			onError: (error) => void errors.push(error),
		});
		try {
			await expect.poll(() => errors.length, { timeout: 10_000 }).toBeGreaterThan(0);
			down = false;
			await done(addOwnRecord(network, patient, 'after the fault'));
			await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(1);
		} finally {
			unwatch();
		}
	});
});
