/** Two or three endpoints, one of which lies: each lie is found, and the liar named. */
import { numberToHex } from 'viem';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
	crossCheck,
	readHistory,
	readTransaction,
	recordInWord,
	recordWordPlace,
	type ChainClient,
	type CrossCheck,
	type EventOf,
} from '#lib/chain/index.ts';
import { addOwnRecord, settle, startNetwork, type Network } from './network.ts';
import {
	answering,
	changingBlocks,
	changingLogs,
	honest,
	startTamperingProxy,
	type TamperingProxy,
} from './tampering-proxy.ts';

let network: Network;
let liar: TamperingProxy;
let third: TamperingProxy;
let record: EventOf<'RecordAdded'>;
let truthful: string;

beforeAll(async () => {
	network = await startNetwork();
	await settle(network);
	for (let i = 0; i < 3; i++) await network.done(addOwnRecord(network, network.patient, `header ${i}`));
	liar = await startTamperingProxy(network.node.url);
	third = await startTamperingProxy(network.node.url);
	truthful = new URL(network.node.url).host;
	const added = (await eventsOf(network.client)).filter((event) => event.name === 'RecordAdded');
	record = added[1]!;
});
afterEach(() => {
	liar.tamper = honest;
	third.tamper = honest;
});
afterAll(() => Promise.all([liar.stop(), third.stop(), network.node.stop()]));

const eventsOf = (client: ChainClient) => readHistory(client, network.contracts, { patient: network.patient.address });

function check(urls = [network.node.url, liar.url]): Promise<CrossCheck> {
	const word = recordWordPlace(network.contracts, record.recordId);
	return crossCheck({ ...network.config, rpcUrls: urls }, { events: eventsOf, word });
}
const faultsOf = ({ endpoints }: CrossCheck, host: string) => endpoints.find((each) => each.host === host)?.faults;
const isOfRecord = ({ transactionHash }: { transactionHash: string }) => transactionHash === record.transactionHash;

describe('endpoints that tell the truth', () => {
	test('agree, on a block and on proved state', async () => {
		const result = await check([network.node.url, liar.url, third.url]);
		expect(result.verdict).toBe('agree');
		expect(result.endpoints.map(({ faults, state, events }) => ({ faults, state, events }))).toEqual(
			Array(3).fill({ faults: [], state: 'proved', events: 4 }),
		);
		expect(recordInWord(result.word!)).toMatchObject({ patient: network.patient.address, erased: false });
		expect(result.block!.number).toBeGreaterThanOrEqual(record.blockNumber);
	});
	test('with one alone, nothing was compared, and it says so', async () => {
		const result = await check([network.node.url]);
		expect(result.verdict).toBe('alone');
		expect(result.endpoints).toMatchObject([{ host: truthful, state: 'proved', faults: [] }]);
	});
	test('two on one host are told apart', async () => {
		const { endpoints } = await check([liar.url, `${liar.url}/second`]);
		expect(endpoints.map(({ host }) => host)).toEqual([liar.host, `${liar.host} (2)`]);
	});
	test('without proofs, the state was not checked', async () => {
		liar.tamper = answering('eth_getProof', { error: { code: -32601, message: 'the method does not exist' } });
		const result = await check();
		expect(result.verdict).toBe('agree');
		expect(result.endpoints.map(({ state }) => state)).toEqual(['proved', 'not-offered']);
		const alone = await check([liar.url]);
		expect(alone).toMatchObject({ word: null, endpoints: [{ state: 'not-offered' }] });
	});
	test('a transaction is compared too', async () => {
		const events = async (client: ChainClient) =>
			(await readTransaction(client, network.contracts, record.transactionHash))?.events ?? [];
		const config = { ...network.config, rpcUrls: [network.node.url, liar.url] };
		expect(await crossCheck(config, { events })).toMatchObject({ verdict: 'agree', word: null });
		liar.tamper = answering('eth_getTransactionReceipt', { result: null });
		const result = await crossCheck(config, { events });
		expect(faultsOf(result, liar.host)).toMatchObject([{ kind: 'leaves-out', evidence: 'block' }]);
	});
});

describe('an endpoint that lies about events is named, and the block proves it', () => {
	test('it drops one', async () => {
		liar.tamper = changingLogs((logs) => logs.filter((log) => !isOfRecord(log)));
		const result = await check();
		expect(result.verdict).toBe('differ');
		expect(faultsOf(result, liar.host)).toMatchObject([
			{ kind: 'leaves-out', event: { recordId: record.recordId }, evidence: 'block' },
		]);
		expect(faultsOf(result, truthful)).toEqual([]);
	});
	test('it adds one', async () => {
		liar.tamper = changingLogs((logs) =>
			logs.flatMap((log) => (isOfRecord(log) ? [log, { ...log, logIndex: '0x7' }] : [log])),
		);
		const result = await check();
		expect(faultsOf(result, liar.host)).toMatchObject([{ kind: 'makes-up', evidence: 'block' }]);
		expect(faultsOf(result, truthful)).toEqual([]);
	});
	test('it changes one', async () => {
		liar.tamper = changingLogs((logs) =>
			logs.map((log) => (isOfRecord(log) ? { ...log, data: `0x${'5'.repeat(64)}${log.data.slice(66)}` } : log)),
		);
		const result = await check();
		expect(faultsOf(result, liar.host)).toMatchObject([
			{ kind: 'changes', event: { headerDigest: `0x${'5'.repeat(64)}` }, evidence: 'block' },
		]);
		expect(faultsOf(result, truthful)).toEqual([]);
	});
	test('it moves one into another block', async () => {
		liar.tamper = changingLogs((logs) =>
			logs.map((log) => (isOfRecord(log) ? { ...log, blockNumber: numberToHex(Number(log.blockNumber) - 1) } : log)),
		);
		const kinds = faultsOf(await check(), liar.host)?.map(({ kind }) => kind);
		expect(kinds?.sort()).toEqual(['changes', 'leaves-out']);
	});
	test('it gives a wrong time', async () => {
		liar.tamper = changingLogs((logs) =>
			logs.map((log) => (isOfRecord(log) ? { ...log, blockTimestamp: '0x1' } : log)),
		);
		expect(faultsOf(await check(), liar.host)).toMatchObject([{ kind: 'changes', event: { timestamp: 1 } }]);
	});
	test('it sends what is no event', async () => {
		liar.tamper = changingLogs((logs) => logs.map((log) => ({ ...log, data: '0x1234' })));
		const result = await check();
		expect(faultsOf(result, liar.host)).toMatchObject([{ kind: 'no-answer' }]);
		expect(result.verdict).toBe('too-few');
	});
});

describe('where no block can prove it', () => {
	const withoutReceipts = answering('eth_getTransactionReceipt', { error: { code: -32601, message: 'no' } });

	test('of three, the two that say the same are believed', async () => {
		const dropping = changingLogs((logs) => logs.filter((log) => !isOfRecord(log)));
		liar.tamper = (question, answer) => withoutReceipts(question, dropping(question, answer));
		third.tamper = withoutReceipts;
		const fourth = await startTamperingProxy(network.node.url, withoutReceipts);
		const result = await check([fourth.url, liar.url, third.url]);
		await fourth.stop();
		expect(faultsOf(result, liar.host)).toMatchObject([{ kind: 'leaves-out', evidence: 'majority' }]);
		expect(faultsOf(result, third.host)).toEqual([]);
	});
	test('of two, both are named with what they say', async () => {
		const dropping = changingLogs((logs) => logs.filter((log) => !isOfRecord(log)));
		liar.tamper = (question, answer) => withoutReceipts(question, dropping(question, answer));
		third.tamper = withoutReceipts;
		const result = await check([liar.url, third.url]);
		expect(faultsOf(result, liar.host)).toMatchObject([{ kind: 'leaves-out', evidence: 'none' }]);
		expect(faultsOf(result, third.host)).toMatchObject([{ kind: 'makes-up', evidence: 'none' }]);
	});
});

describe('an endpoint that lies about the chain is named', () => {
	test('it is on another chain', async () => {
		liar.tamper = answering('eth_chainId', { result: '0x1' });
		const result = await check();
		expect(result.verdict).toBe('too-few');
		expect(faultsOf(result, liar.host)).toEqual([{ kind: 'wrong-chain', chainId: 1 }]);
		expect(faultsOf(result, truthful)).toEqual([]);
	});
	test('its block has another hash', async () => {
		liar.tamper = changingBlocks((block) => ({ ...block, hash: `0x${'6'.repeat(64)}` }));
		const result = await check();
		expect(faultsOf(result, liar.host)).toMatchObject([
			{ kind: 'other-block', hash: `0x${'6'.repeat(64)}`, evidence: 'block' },
		]);
		expect(faultsOf(result, truthful)).toEqual([]);
		expect(result.word).not.toBeNull();
	});
	test('its block has the right hash over another state', async () => {
		liar.tamper = changingBlocks((block) => ({ ...block, stateRoot: `0x${'6'.repeat(64)}` }));
		const result = await check();
		expect(faultsOf(result, liar.host)).toMatchObject([{ kind: 'other-block', evidence: 'block' }]);
	});
	test('it has stood still', async () => {
		const now = (await network.client.request({ method: 'eth_getBlockByNumber', params: ['latest', false] }))!;
		await network.pass(600);
		liar.tamper = ({ method, params }, answer) =>
			method === 'eth_getBlockByNumber' && ['latest', 'finalized'].includes(String(params[0]))
				? { ...answer, result: now }
				: answer;
		const result = await check([network.node.url, liar.url, third.url]);
		expect(faultsOf(result, liar.host)).toMatchObject([{ kind: 'behind', block: Number(now.number) }]);
		expect(result.endpoints.map(({ events }) => events)).toEqual([4, null, 4]);
		const withTwo = await check();
		expect(faultsOf(withTwo, liar.host)).toMatchObject([{ kind: 'behind' }]);
		expect(withTwo.block?.number).toBe(Number(now.number));
	});
	test('it does not answer', async () => {
		liar.tamper = () => {
			throw new Error('silent');
		};
		const result = await check();
		expect(result.verdict).toBe('too-few');
		expect(faultsOf(result, liar.host)).toMatchObject([{ kind: 'no-answer' }]);
		const gone = await check([network.node.url, 'http://127.0.0.1:9']);
		expect(faultsOf(gone, '127.0.0.1:9')).toMatchObject([{ kind: 'no-answer' }]);
	});
	test('it proves a state that is not the block’s', async () => {
		const other = recordWordPlace(network.contracts, `0x${'7'.repeat(64)}`);
		const params = [other.address, [other.slot], 'latest'];
		const result = await network.client.request({ method: 'eth_getProof' as never, params: params as never });
		const forged = result as { storageProof: { proof: string[] }[] };
		forged.storageProof[0]!.proof[0] = `${forged.storageProof[0]!.proof[0]!.slice(0, -2)}00`;
		liar.tamper = answering('eth_getProof', { result: forged });
		const checked = await check();
		expect(faultsOf(checked, liar.host)).toMatchObject([{ kind: 'wrong-state' }]);
		expect(checked.endpoints.map(({ state }) => state)).toEqual(['proved', 'wrong']);
	});
});
