/**
 * One patient's history on a chain full of others' events, from a node that answers for few blocks at a time: along the pointers it takes
 * one round for each five of the patient's own events, however many others there are, and finds what a scan of everything finds.
 * The long run (`SLOW`) has 50,000 events of others and 500 of the patient, and prints how long both ways take.
 */
import { custom, http, type Transport } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
	addRecords,
	allowAdding,
	changeKeyring,
	connectChain,
	readEvents,
	readHistory,
	requestAccess,
	type Address,
	type ChainClient,
	type ChainEvent,
} from '#lib/chain/index.ts';
import { isSlow } from '../slow.ts';
import { addOwnRecord, day, digest, settle, startNetwork, type Network } from './network.ts';
import { limitedTo, startRpcProxy, type RpcProxy } from './rpc-proxy.ts';

const own = isSlow ? 500 : 60;
const foreignBetween = isSlow ? 100 : 5;
/** As many blocks as some public nodes answer for at once. */
const limit = 1000;
const blocksBetween = isSlow ? 100 : 20;

let network: Network;
let proxy: RpcProxy;
let latest = 0;

beforeAll(async () => {
	network = await startNetwork();
	await settle(network);
	for (let i = 0; i < own; i++) {
		await network.done(ownEvent(i));
		await foreignEvents(i);
		await network.mine(blocksBetween);
	}
	latest = await network.latest();
	proxy = await startRpcProxy(
		network.node.url,
		limitedTo(limit, () => latest),
	);
}, 20 * 60_000);
afterAll(async () => {
	await proxy.stop();
	await network.node.stop();
});

/** Mostly records, as with people; and now and then something at each of the other registries. */
async function ownEvent(i: number): Promise<`0x${string}`> {
	const { contracts, patient, doctor, hospital, now } = network;
	const inHospital = { patient: patient.address, hospital: hospital.address };
	switch (i % 10) {
		case 3:
			return requestAccess(doctor.wallet, {
				...inHospital,
				registry: contracts.hospitalRegistry,
				detailsDigest: digest(`request ${i}`),
				durationDays: 10,
			});
		case 6: {
			const expiresAt = (await now()) + day;
			return allowAdding(patient.wallet, { ...inHospital, registry: contracts.consentRegistry, expiresAt });
		}
		case 9:
			return changeKeyring(patient.wallet, {
				registry: contracts.patientRegistry,
				keyringDigest: digest(`keyring ${i}`),
				clouds: ['https://a.example/'],
			});
		default:
			return addOwnRecord(network, patient, `record ${i}`);
	}
}

/** A whole folder of another patient's, in one transaction. */
async function foreignEvents(i: number): Promise<void> {
	const { contracts, otherPatient, stranger, done } = network;
	const { wallet, address: patient } = i % 2 ? otherPatient : stranger;
	const entries = Array.from({ length: foreignBetween }, (_, index) => ({
		headerDigest: digest(`foreign ${i} ${index}`),
		auditRoot: null,
	}));
	await done(addRecords(wallet, { registry: contracts.recordRegistry, patient, hospital: null, entries, epoch: 0 }));
}

interface Round {
	registry: string;
	blocks: Set<string>;
}

/**
 * A client that keeps the rounds of its walks. What a walk asks at once it asks in one turn of the event loop, and it asks nothing more
 * before the answers are there.
 */
function countingClient(): { client: ChainClient; rounds: Round[] } {
	const rounds: Round[] = [];
	let open: Round[] = [];
	const note = ({ address, fromBlock, toBlock }: { address: string[]; fromBlock: string; toBlock: string }) => {
		if (address.length !== 1 || fromBlock !== toBlock) return;
		const registry = address[0]!;
		let round = open.find((each) => each.registry === registry);
		if (!round) {
			round = { registry, blocks: new Set() };
			rounds.push(round);
			if (open.length === 0) setImmediate(() => (open = []));
			open.push(round);
		}
		round.blocks.add(fromBlock);
	};
	const counting =
		(transport: Transport): Transport =>
		(options) => {
			const inner = transport(options);
			const request = (question: { method: string; params?: unknown }) => {
				if (question.method === 'eth_getLogs') note((question.params as [Parameters<typeof note>[0]])[0]);
				return inner.request(question);
			};
			return custom({ request }, { retryCount: 0 })(options);
		};
	const base = connectChain({ ...network.config, rpcUrls: [proxy.url] });
	const { request } = counting(http(proxy.url))({ chain: base.chain! });
	return { client: { ...base, request: request }, rounds };
}

async function timed<Answer>(work: () => Promise<Answer>): Promise<{ answer: Answer; seconds: number }> {
	const began = performance.now();
	const answer = await work();
	return { answer, seconds: (performance.now() - began) / 1000 };
}

const isAbout = (event: ChainEvent, account: Address) =>
	('patient' in event && event.patient === account) || ('account' in event && event.account === account);

test(
	'a history takes a round for each five events, and is what a full scan finds',
	{ timeout: 20 * 60_000 },
	async () => {
		const { contracts, config, patient } = network;
		const { client, rounds } = countingClient();
		const walk = await timed(() => readHistory(client, contracts, { patient: patient.address }));
		const events = walk.answer;
		expect(events).toHaveLength(own + 1);
		expect(rounds.length).toBeLessThanOrEqual(events.length / 5 + 3);
		expect(Math.max(...rounds.map(({ blocks }) => blocks.size))).toBe(5);

		const scanner = connectChain({ ...config, rpcUrls: [proxy.url] });
		const scan = await timed(() => readEvents(scanner, contracts));
		expect(scan.answer.length).toBeGreaterThan(own * (foreignBetween + 1));
		expect(events).toEqual(scan.answer.filter((event) => isAbout(event, patient.address)));
		if (isSlow) report({ events, all: scan.answer, rounds, walk: walk.seconds, scan: scan.seconds });
	},
);

function report(found: { events: unknown[]; all: unknown[]; rounds: Round[]; walk: number; scan: number }): void {
	const { events, all, rounds, walk, scan } = found;
	// eslint-disable-next-line no-console -- what the long run is for
	console.log(
		`${events.length} events of a patient among ${all.length} in ${latest} blocks: ` +
			`${rounds.length} rounds along the pointers in ${walk.toFixed(1)} s, a full scan in ${scan.toFixed(1)} s.`,
	);
}
