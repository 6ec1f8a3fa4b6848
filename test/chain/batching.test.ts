/** Requests of one moment travel together, and endpoints that do not take that are asked one by one. */
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectChain, latestBlock, readEpoch, readHistory, type ChainClient } from '#lib/chain/index.ts';
import { addOwnRecord, settle, startNetwork, type Network } from './network.ts';
import { limitedTo, startRpcProxy } from './rpc-proxy.ts';

let network: Network;
const servers: Server[] = [];

beforeAll(async () => {
	network = await startNetwork();
	await settle(network);
});
afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
});
afterAll(() => network.node.stop());

interface Answer {
	jsonrpc: '2.0';
	id: number;
	result?: unknown;
	error?: unknown;
}
/** What an endpoint makes of a batch: a body, or an HTTP status. */
type OnBatch = (answers: Answer[]) => unknown;

/** An endpoint before the real node, with something of its own to say to batches; and how many questions each HTTP request brought. */
async function endpoint(
	onBatch: OnBatch = (answers) => answers,
): Promise<{ client: ChainClient; sizes: (number | 'alone')[] }> {
	const sizes: (number | 'alone')[] = [];
	const ask = async (question: unknown) => {
		const body = JSON.stringify(question);
		const headers = { 'content-type': 'application/json' };
		return (await (await fetch(network.node.url, { method: 'POST', headers, body })).json()) as Answer;
	};
	const server = createServer((incoming, response) => {
		let text = '';
		incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
		incoming.on('end', () => {
			const asked: unknown = JSON.parse(text);
			sizes.push(Array.isArray(asked) ? asked.length : 'alone');
			const answering = Array.isArray(asked) ? Promise.all(asked.map(ask)).then(onBatch) : ask(asked);
			void answering.then((said) => {
				if (typeof said === 'number') response.writeHead(said).end('{}');
				else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
			});
		});
	});
	servers.push(server);
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const { port } = server.address() as { port: number };
	return { client: connectChain({ ...network.config, rpcUrls: [`http://127.0.0.1:${port}`] }), sizes };
}

const epochs = (client: ChainClient, count: number) =>
	Promise.all(
		Array.from({ length: count }, () =>
			readEpoch(client, { registry: network.contracts.consentRegistry, authority: network.patient.address }),
		),
	);

describe('an endpoint that takes batches', () => {
	test('gets what is asked in one moment in one request, at most ten at a time', async () => {
		const { client, sizes } = await endpoint();
		expect(await epochs(client, 25)).toEqual(Array.from({ length: 25 }, () => 0));
		expect(sizes).toEqual([10, 10, 5]);
	});

	test('gets what is asked alone alone', async () => {
		const { client, sizes } = await endpoint();
		await epochs(client, 1);
		await latestBlock(client);
		expect(sizes).toEqual(['alone', 'alone']);
	});

	test('may answer in any order', async () => {
		const { client, sizes } = await endpoint((answers) => [...answers].reverse());
		const [epoch, block] = await Promise.all([
			readEpoch(client, { registry: network.contracts.consentRegistry, authority: network.patient.address }),
			latestBlock(client),
		]);
		expect({ epoch, block }).toEqual({ epoch: 0, block: await network.latest() });
		expect(sizes).toEqual([2]);
	});

	test('is asked again about the one question that failed', async () => {
		const { client } = await endpoint();
		const nobody = readEpoch(client, { registry: network.patient.address, authority: network.patient.address });
		const [wrong, right] = await Promise.allSettled([nobody, epochs(client, 1)]);
		expect(wrong).toMatchObject({ status: 'rejected', reason: { name: 'AppError' } });
		expect(right).toMatchObject({ status: 'fulfilled', value: [0] });
	});
});

describe('an endpoint that does not take batches is asked one by one from then on, whether it', () => {
	const error = { code: -32600, message: 'Batches are not supported.' };
	test.each<[string, OnBatch]>([
		['answers with one error', () => ({ jsonrpc: '2.0', id: null, error })],
		['answers with an error for each', (answers) => answers.map(({ id }) => ({ jsonrpc: '2.0', id, error }))],
		['refuses by 400', () => 400],
		['refuses by 413', () => 413],
		['breaks, 500', () => 500],
		['answers only the first', (answers) => answers.slice(0, 1)],
		['answers nothing', () => []],
		['answers null', () => null],
	])('%s', async (_, onBatch) => {
		const { client, sizes } = await endpoint(onBatch);
		expect(await epochs(client, 3)).toEqual([0, 0, 0]);
		sizes.length = 0;
		expect(await epochs(client, 3)).toEqual([0, 0, 0]);
		expect(sizes).toEqual(['alone', 'alone', 'alone']);
	});
});

test('a history along the pointers is the same in batches, in less than half of the requests', async () => {
	for (let i = 0; i < 12; i++) await network.done(addOwnRecord(network, network.patient, `record ${i}`));
	await network.mine(2000);
	const latest = await network.latest();
	const limited = await startRpcProxy(
		network.node.url,
		limitedTo(1000, () => latest),
	);
	let posts = 0;
	const { fetch: real } = globalThis;
	globalThis.fetch = (target, init) => {
		posts += new Request(target, init).url.startsWith(limited.url) ? 1 : 0;
		return real(target, init);
	};
	try {
		const client = connectChain({ ...network.config, rpcUrls: [limited.url] });
		const account = network.patient.address;
		const walked = await readHistory(client, network.contracts, { account });
		expect(walked).toEqual(await readHistory(network.client, network.contracts, { account }));
		expect(walked.length).toBeGreaterThan(12);
		expect(posts).toBeLessThan(limited.requests.length / 2);
	} finally {
		globalThis.fetch = real;
		await limited.stop();
	}
});
