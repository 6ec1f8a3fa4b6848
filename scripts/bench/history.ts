/**
 * How long the access log of one patient takes to open in Chromium on a chain that is mostly other people's:
 * `npm run bench:history [events] [foreign]`, 500 and 50,000 unless given. Twice: on a node that answers for any range of blocks, and on
 * one that, like many public ones, refuses long ranges and is 20 ms away, so that the page goes along the pointers. Writes
 * `docs/history.md`.
 */
import { chromium, type Browser } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { argv } from 'node:process';
import { createTestClient, createWalletClient, http, keccak256, numberToHex, toBytes } from 'viem';
import { addRecord, addRecords, chainOf, type Address, type ChainConfig, type Hash } from '#lib/chain/index.ts';
import { chromiumLaunch } from '../chromium.ts';
import { startLocalNetwork } from '../network/local-network.ts';
import { exitWith } from '../problem.ts';
import { root } from '../run.ts';
import { serveSite } from '../serve.ts';

const own = Number(argv[2] ?? 500);
const foreign = Number(argv[3] ?? 50_000);
const perTransaction = 200;
const longestRange = 1000;
const distanceMs = 20;
const loads = 5;
const targetMs = 2000;

await main().then(() => process.exit(0), exitWith);

async function main(): Promise<void> {
	const network = await startLocalNetwork({ site: true });
	const browser = await chromium.launch(chromiumLaunch());
	const limited = await startLimitedNode(network.chain.url);
	try {
		const { chain } = network.config;
		const patient = await fill(network.chain, chain);
		const generous = await medianLoad(browser, network.url ?? '', patient);
		const config = { ...network.config, chain: { ...chain, rpcUrls: [limited.url] } };
		const other = await serveSite({ folder: join(root, 'build'), port: 0, config });
		const walking = await medianLoad(browser, other.url, patient);
		await other.close();
		const blocks = Number(await requestOf(network.chain.url, 'eth_blockNumber'));
		const lines = [
			['node', 'log opens after (median)', 'target'],
			['answers for any range of blocks', `${generous} ms`, `${targetMs} ms`],
			[`refuses more than ${longestRange} blocks, ${distanceMs} ms away`, `${walking} ms`, ''],
		];
		const table = lines.map((line) => `| ${line.join(' | ')} |`);
		table.splice(1, 0, '| --- | --- | --- |');
		const text = `# Opening a history

The access log of one patient with ${own} events, on a chain of ${blocks} blocks with ${foreign} events of others, in headless Chromium with an empty
cache: from the navigation until the count of lines is on the page. Median of ${loads} loads. Written by \`npm run bench:history\`.

${table.join('\n')}
`;
		console.log(text);
		writeFileSync(join(root, 'docs/history.md'), text);
	} finally {
		await browser.close();
		limited.server.close();
		await network.stop();
	}
}

/** The patient's events, one a block, spread among those of others. */
async function fill(
	node: Awaited<ReturnType<typeof startLocalNetwork>>['chain'],
	config: ChainConfig,
): Promise<Address> {
	const [, , , , , , stranger, patient] = node.accounts;
	if (!stranger || !patient) throw new Error('The node has too few accounts.');
	const transport = http(node.url);
	const chain = chainOf(config);
	const wallets = [stranger, patient].map((account) => createWalletClient({ account, chain, transport }));
	const [strangers, patients] = wallets as [(typeof wallets)[number], (typeof wallets)[number]];
	const control = createTestClient({ mode: 'hardhat', transport });
	await control.request({ method: 'evm_setBlockGasLimit' as never, params: ['0x1fffffff'] as never });
	const registry = config.contracts.recordRegistry;
	let salt = 0;
	const digest = (): Hash => keccak256(toBytes(`record ${salt++}`));
	const batches = Math.ceil(foreign / perTransaction);
	for (let batch = 0, done = 0; batch < batches; batch++) {
		const entries = Array.from({ length: perTransaction }, () => ({ headerDigest: digest(), auditRoot: null }));
		const address = stranger.address.toLowerCase() as Address;
		await addRecords(strangers, { registry, patient: address, hospital: null, entries, epoch: 0 });
		const due = Math.round(((batch + 1) / batches) * own);
		for (; done < due; done++) {
			const record = { headerDigest: digest(), auditRoot: null, epoch: 0, amends: null };
			const person = patient.address.toLowerCase() as Address;
			await addRecord(patients, { registry, patient: person, hospital: null, ...record });
		}
		// Blocks in which nothing happens: most of a public chain's.
		await control.mine({ blocks: 200 });
	}
	return patient.address.toLowerCase() as Address;
}

async function medianLoad(browser: Browser, site: string, patient: Address): Promise<number> {
	const times: number[] = [];
	for (let load = 0; load < loads; load++) {
		const context = await browser.newContext({ baseURL: site, locale: 'en-GB' });
		const page = await context.newPage();
		const began = performance.now();
		await page.goto(`log?of=${patient}`);
		await page.getByText(`${own} lines`).first().waitFor({ timeout: 120_000 });
		times.push(performance.now() - began);
		await context.close();
	}
	return Math.round(times.sort((a, b) => a - b)[loads >> 1] ?? 0);
}

interface Request {
	id: number;
	method: string;
	params: { fromBlock?: Hash; toBlock?: string }[];
}

/** The node behind a door that refuses long ranges, and is some way off. */
function startLimitedNode(target: string): Promise<{ url: string; server: Server }> {
	const headers = {
		'content-type': 'application/json',
		'access-control-allow-origin': '*',
		'access-control-allow-headers': '*',
	};
	const answer = async (body: string): Promise<unknown> => {
		await new Promise((done) => setTimeout(done, distanceMs));
		const asked = JSON.parse(body) as Request | Request[];
		return Array.isArray(asked) ? Promise.all(asked.map(answerOne)) : answerOne(asked);
	};
	const answerOne = async (request: Request): Promise<unknown> => {
		const { fromBlock, toBlock } = request.params[0] ?? {};
		if (request.method === 'eth_getLogs' && fromBlock) {
			const last = toBlock === 'latest' ? await requestOf(target, 'eth_blockNumber') : (toBlock ?? numberToHex(0));
			if (Number(last) - Number(fromBlock) >= longestRange) {
				const error = { code: -32005, message: 'The range of blocks is too long.' };
				return { jsonrpc: '2.0', id: request.id, error };
			}
		}
		const body = JSON.stringify(request);
		return (await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).json();
	};
	const server = createServer((request, response) => {
		if (request.method === 'OPTIONS') {
			response.writeHead(204, headers).end();
			return;
		}
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			answer(Buffer.concat(chunks).toString()).then(
				(said) => response.writeHead(200, headers).end(JSON.stringify(said)),
				() => response.writeHead(502, headers).end(),
			);
		});
	});
	return new Promise((resolve) => {
		server.listen(0, '127.0.0.1', () => {
			const { port } = server.address() as { port: number };
			resolve({ url: `http://127.0.0.1:${port}`, server });
		});
	});
}

async function requestOf(url: string, method: string): Promise<string> {
	const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] });
	const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
	return ((await response.json()) as { result: string }).result;
}
