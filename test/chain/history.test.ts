import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
	addRecords,
	allowAdding,
	connectChain,
	readEvents,
	readHistory,
	readHospitals,
	readKeys,
	readMemberships,
	requestAccess,
	type ChainClient,
	type ChainEvent,
} from '#lib/chain/index.ts';
import { addOwnRecord, day, digest, settle, startNetwork, type Network } from './network.ts';
import { limitedTo, startRpcProxy, type Instead, type RpcProxy, type RpcRequest } from './rpc-proxy.ts';

let network: Network;
let latest = 0;
const proxies: RpcProxy[] = [];

/** A client that reaches the node only through a proxy with such limits or faults. */
async function through(instead: (request: RpcRequest) => Instead): Promise<{ client: ChainClient; proxy: RpcProxy }> {
	const proxy = await startRpcProxy(network.node.url, instead);
	proxies.push(proxy);
	return { client: connectChain({ ...network.config, rpcUrls: [proxy.url] }), proxy };
}

const limited = (blocks: number) => through(limitedTo(blocks, () => latest));
const places = (events: readonly ChainEvent[]) =>
	events.map((event) => [event.name, event.blockNumber, event.logIndex]);

beforeAll(async () => {
	network = await startNetwork();
	await settle(network);
	const { contracts, doctor, patient, otherPatient, hospital, done, mine, now } = network;
	for (let i = 0; i < 7; i++) {
		await done(addOwnRecord(network, patient, `record ${i}`));
		await done(addOwnRecord(network, otherPatient, `other ${i}`));
		await mine(40 * i);
	}
	const entries = ['one', 'two'].map((header) => ({ headerDigest: digest(header), auditRoot: null }));
	const batch = { registry: contracts.recordRegistry, patient: patient.address, hospital: null, epoch: 0 };
	await done(addRecords(patient.wallet, { ...batch, entries }));
	for (let i = 0; i < 6; i++) {
		await done(
			requestAccess(doctor.wallet, {
				registry: contracts.hospitalRegistry,
				patient: i % 2 ? patient.address : otherPatient.address,
				hospital: hospital.address,
				detailsDigest: digest(`details ${i}`),
				durationDays: 30,
			}),
		);
	}
	const expiresAt = (await now()) + day;
	const consent = { registry: contracts.consentRegistry, hospital: hospital.address, expiresAt };
	await done(allowAdding(patient.wallet, consent));
	latest = await network.latest();
});
afterEach(async () => {
	await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
});
afterAll(() => network.node.stop());

describe('readHistory', () => {
	test("a patient's events come in order, with their places and times", async () => {
		const { client, contracts, patient } = network;
		const events = await readHistory(client, contracts, { patient: patient.address });
		expect(events.map((event) => event.name)).toEqual([
			'KeysPublished',
			...Array<string>(9).fill('RecordAdded'),
			...Array<string>(3).fill('AccessRequested'),
			'AddingAllowed',
		]);
		const added = events[1];
		if (added?.name !== 'RecordAdded') throw new Error('The second event is no RecordAdded.');
		const block = await client.request({
			method: 'eth_getBlockByNumber',
			params: [`0x${added.blockNumber.toString(16)}`, false],
		});
		expect(added).toMatchObject({
			patient: patient.address,
			author: patient.address,
			headerDigest: digest('record 0'),
			auditRoot: digest('root of record 0'),
			address: contracts.recordRegistry,
			timestamp: Number(block?.timestamp),
		});
		expect(block?.transactions).toContain(added.transactionHash);
	});

	test('a node that refuses long ranges gives the same history, along the pointers', async () => {
		const { client, contracts, patient, otherPatient, doctor, hospital, stranger } = network;
		const { client: poor } = await limited(100);
		for (const { address } of [patient, otherPatient, doctor, hospital, stranger]) {
			const whole = await readHistory(client, contracts, { account: address });
			expect(await readHistory(poor, contracts, { account: address })).toEqual(whole);
		}
	});

	test('along the pointers, the work grows with the events, not with the chain', async () => {
		const { contracts, patient, mine } = network;
		const { client: poor, proxy } = await limited(1);
		const costs: number[] = [];
		for (const blocks of [0, 20_000]) {
			await mine(blocks);
			latest = await network.latest();
			proxy.requests.length = 0;
			await readHistory(poor, contracts, { patient: patient.address });
			costs.push(proxy.requests.length);
		}
		expect(costs[1]).toBe(costs[0]);
	});

	test('without an account, a limited node is asked piece by piece', async () => {
		const { client, contracts } = network;
		const whole = await readHistory(client, contracts);
		const { client: poor, proxy } = await limited(1000);
		expect(places(await readHistory(poor, contracts))).toEqual(places(whole));
		expect(proxy.requests.filter(({ method }) => method === 'eth_getLogs').length).toBeGreaterThan(10);
		expect(await readHospitals(poor, contracts)).toEqual(await readHospitals(client, contracts));
	});

	test('keys and memberships are found on a limited node too', async () => {
		const { client, contracts, patient, doctor } = network;
		const { client: poor } = await limited(1);
		expect(await readKeys(poor, contracts, patient.address)).toEqual(
			await readKeys(client, contracts, patient.address),
		);
		const member = { member: doctor.address };
		expect(await readMemberships(poor, contracts, member)).toEqual(await readMemberships(client, contracts, member));
	});

	test('names, registries, a first block and a hospital narrow it, on both ways', async () => {
		const { client, contracts, patient, hospital } = network;
		const { client: poor } = await limited(1);
		const all = await readHistory(client, contracts, { patient: patient.address });
		const fromBlock = all[4]?.blockNumber ?? 0;
		for (const reader of [client, poor]) {
			const read = (filter: Parameters<typeof readHistory>[2]) =>
				readHistory(reader, contracts, { patient: patient.address, ...filter });
			expect(places(await read({ names: ['AddingAllowed'] }))).toEqual(places(all.slice(-1)));
			expect(places(await read({ registries: ['patientRegistry'] }))).toEqual(places(all.slice(0, 1)));
			expect(places(await read({ fromBlock }))).toEqual(places(all.slice(4)));
			const ofHospital = await read({ hospital: hospital.address });
			expect(ofHospital.map(({ name }) => name)).toEqual([
				...Array<string>(3).fill('AccessRequested'),
				'AddingAllowed',
			]);
		}
	});

	test('a node that names its limit as a passing one is asked again, then in pieces', async () => {
		const { client, contracts, patient } = network;
		const { client: poor, proxy } = await through((request) => {
			const refusal = limitedTo(100, () => latest)(request);
			return refusal && { error: { code: -32005, message: 'query returned more than 10000 results' } };
		});
		const filter = { account: patient.address, names: ['AddingAllowed' as const] };
		expect(await readEvents(poor, contracts, filter)).toEqual(await readEvents(client, contracts, filter));
		expect(proxy.requests.length).toBeGreaterThan(10);
	});

	test("events of the admin's office are nobody's history", async () => {
		const { client, contracts, registrar } = network;
		const events = await readEvents(client, contracts, { account: registrar.address });
		expect(events.map((event) => event.name)).toEqual(['HospitalApproved']);
	});

	test('a node that has lost old events is noticed', async () => {
		const { contracts, patient } = network;
		const { client: forgetful } = await through((request) => {
			const refusal = limitedTo(1, () => latest)(request);
			return refusal ?? (request.method === 'eth_getLogs' ? { result: [] } : null);
		});
		await expect(readHistory(forgetful, contracts, { patient: patient.address })).rejects.toMatchObject({
			code: 'chain.not-found',
		});
		await expect(readKeys(forgetful, contracts, patient.address)).rejects.toMatchObject({ code: 'chain.not-found' });
	});

	test('a node that does not answer is unreachable, and is not asked piece by piece', async () => {
		const { contracts, patient, config } = network;
		const { proxy } = await limited(1);
		await proxy.stop();
		const client = connectChain({ ...config, rpcUrls: [proxy.url] });
		await expect(readHistory(client, contracts, { patient: patient.address })).rejects.toMatchObject({
			code: 'chain.unreachable',
		});
	});

	test('a node that refuses even single blocks is unreachable', async () => {
		const { contracts } = network;
		const { client } = await through(({ method }) => (method === 'eth_getLogs' ? { status: 400 } : null));
		await expect(readHistory(client, contracts)).rejects.toMatchObject({ code: 'chain.unreachable' });
	});

	test('cancelling stops a long search', async () => {
		const { contracts } = network;
		const { client: poor, proxy } = await limited(10);
		const stop = new AbortController();
		const reading = readHistory(poor, contracts, { signal: stop.signal });
		setTimeout(() => stop.abort(), 50);
		await expect(reading).rejects.toMatchObject({ code: 'general.cancelled' });
		const asked = proxy.requests.length;
		await new Promise((done) => setTimeout(done, 200));
		expect(proxy.requests.length).toBeLessThanOrEqual(asked + 1);
	});
});
