/** What names a member of a hospital as the other party has no pointer: on a node that refuses long ranges it is looked for. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
	addRecord,
	allowAdding,
	breakGlass,
	confirmReading,
	connectChain,
	deliverKeys,
	denyRequest,
	grantAccess,
	offerAdministration,
	readHistory,
	readMemberships,
	requestAccess,
	requestIdOf,
	revokeAccess,
	withdrawRequest,
	type ChainClient,
	type EventName,
} from '#lib/chain/index.ts';
import { addOwnRecord, day, digest, ownRecord, settle, startNetwork, type Network } from './network.ts';
import { limitedTo, startRpcProxy, type RpcProxy } from './rpc-proxy.ts';

const limit = 64;

let network: Network;
let proxy: RpcProxy;
let poor: ChainClient;
let latest = 0;
/** The block in which the doctor joined. */
let joined = 0;

beforeAll(async () => {
	network = await startNetwork();
	await network.mine(1000);
	await settle(network);
	proxy = await startRpcProxy(
		network.node.url,
		limitedTo(limit, () => latest),
	);
	poor = connectChain({ ...network.config, rpcUrls: [proxy.url] });
	await work();
	latest = await network.latest();
	const [joining] = await readHistory(network.client, network.contracts, { account: network.doctor.address });
	joined = joining?.blockNumber ?? 0;
});
beforeEach(() => {
	proxy.requests.length = 0;
});
afterAll(async () => {
	await proxy.stop();
	await network.node.stop();
});

/** Everything that can name a member, at long intervals. */
async function work(): Promise<void> {
	const { contracts, patient, doctor, paramedic, stranger, hospital, now, done, mine } = network;
	const consents = contracts.consentRegistry;
	const inHospital = { patient: patient.address, hospital: hospital.address };
	const request = { ...inHospital, registry: contracts.hospitalRegistry, durationDays: 10 };
	const requestId = requestIdOf({ ...inHospital, requester: doctor.address, detailsDigest: digest('asked') });
	const expiresAt = (await now()) + 100 * day;
	const toDoctor = { registry: consents, grantee: doctor.address, keysDigest: digest('keys') };
	const terms = { ...toDoctor, hospital: null, requestId, expiresAt };
	for (const step of [
		() => requestAccess(doctor.wallet, { ...request, detailsDigest: digest('asked') }),
		() => requestAccess(doctor.wallet, { ...request, detailsDigest: digest('not any more') }),
		() => withdrawRequest(doctor.wallet, { ...request, detailsDigest: digest('not any more') }),
		() => grantAccess(patient.wallet, terms),
		() => grantAccess(patient.wallet, { ...terms, grantee: stranger.address, requestId: null }),
		() => deliverKeys(patient.wallet, toDoctor),
		() => confirmReading(doctor.wallet, { ...inHospital, registry: consents, recordId: digest('record') }),
		() => allowAdding(patient.wallet, { ...inHospital, registry: consents, expiresAt }),
		() => addRecord(doctor.wallet, { ...ownRecord(network, patient, 'treatment'), hospital: hospital.address }),
		() => breakGlass(paramedic.wallet, { ...inHospital, registry: consents, reasonHash: digest('reason') }),
		() => offerAdministration(hospital.wallet, { ...inHospital, registry: request.registry, account: doctor.address }),
		() => addOwnRecord(network, patient, 'by the patient'),
		() => revokeAccess(patient.wallet, toDoctor),
		() => denyRequest(patient.wallet, { registry: consents, requester: doctor.address, requestId }),
	]) {
		await done(step());
		await mine(100);
	}
}

const read = (client: ChainClient, filter: Parameters<typeof readHistory>[2]) =>
	readHistory(client, network.contracts, filter);
/** Queries for more than one block. */
const searches = () =>
	proxy.requests
		.filter(({ method }) => method === 'eth_getLogs')
		.map(({ params }) => params[0] as { fromBlock: string; toBlock: string })
		.filter(({ fromBlock, toBlock }) => toBlock !== 'latest' && fromBlock !== toBlock);

test('everything that names a member is found', async () => {
	const { client, doctor, paramedic } = network;
	const expected: [typeof doctor, EventName[]][] = [
		[
			doctor,
			[
				'MemberAdded',
				'KeysPublished',
				'AccessRequested',
				'AccessRequested',
				'RequestWithdrawn',
				'AccessGranted',
				'KeysDelivered',
				'ReadingConfirmed',
				'RecordAdded',
				'AdministratorOffered',
				'AccessRevoked',
				'RequestDenied',
			],
		],
		[paramedic, ['MemberAdded', 'GlassBroken']],
	];
	for (const [{ address: account }, names] of expected) {
		const found = await read(poor, { account });
		expect(found.map(({ name }) => name)).toEqual(names);
		expect(found).toEqual(await read(client, { account }));
	}
});

test('nobody looks before the day of joining', async () => {
	await read(poor, { account: network.doctor.address });
	const from = searches().map(({ fromBlock }) => Number(fromBlock));
	expect(from.length).toBeGreaterThan(0);
	expect(Math.min(...from)).toBe(joined);
});

test('it is found whatever else the filter leaves out', async () => {
	const { client, doctor, patient, hospital } = network;
	const all = await read(client, { account: doctor.address });
	const afterJoining = all.find(({ name }) => name === 'KeysDelivered')?.blockNumber;
	for (const filter of [
		{ registries: ['consentRegistry' as const] },
		{ registries: ['patientRegistry' as const] },
		{ names: ['AccessRequested' as const, 'RecordAdded' as const] },
		{ fromBlock: afterJoining },
		{ fromBlock: afterJoining, names: ['RequestDenied' as const], registries: ['consentRegistry' as const] },
		{ patient: patient.address },
		{ hospital: hospital.address },
	]) {
		const expected = await read(client, { account: doctor.address, ...filter });
		expect(expected.length).toBeGreaterThan(0);
		expect(await read(poor, { account: doctor.address, ...filter }), JSON.stringify(filter)).toEqual(expected);
	}
});

test('where only pointers are needed, nothing is looked for', async () => {
	const { client, contracts, doctor, patient, stranger, hospital } = network;
	const member = { member: doctor.address };
	expect(await readMemberships(poor, contracts, member)).toEqual(await readMemberships(client, contracts, member));
	for (const filter of [
		{ account: patient.address },
		{ patient: patient.address },
		{ patient: doctor.address },
		{ hospital: hospital.address },
		{ account: doctor.address, names: ['KeysPublished' as const] },
	]) {
		expect(await read(poor, filter)).toEqual(await read(client, filter));
	}
	// Who is no member finds what was granted in the history of who granted it.
	expect(await read(poor, { account: stranger.address })).toEqual([]);
	expect(
		(await read(poor, { patient: patient.address })).some(
			(event) => 'grantee' in event && event.grantee === stranger.address,
		),
	).toBe(true);
	expect(searches()).toEqual([]);
});
