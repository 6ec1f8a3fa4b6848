/** The deployment as a person runs it, against a chain node of its own: what it spends, writes, prints and refuses. */
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, http, parseEther, parseGwei, zeroAddress, type Client, type Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount, type HDAccount } from 'viem/accounts';
import { getBalance, getBlock, getBlockNumber, getCode, getTransactionCount, sendTransaction } from 'viem/actions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSiteConfig } from '#lib/records/config.ts';
import { readArguments } from '../../scripts/deploy/arguments.ts';
import { compileContracts } from '../../scripts/deploy/artifacts.ts';
import { deployContracts } from '../../scripts/deploy/deploy-contracts.ts';
import { dataFeeOf } from '../../scripts/deploy/estimate.ts';
import { networks } from '../../scripts/deploy/networks.ts';
import { siteConfigOf } from '../../scripts/deploy/site-config.ts';
import { startChainNode, type ChainNode } from '../../scripts/network/chain-node.ts';
import { Problem } from '../../scripts/problem.ts';
import { root } from '../../scripts/run.ts';

const contractNames = ['HospitalRegistry', 'PatientRegistry', 'ConsentRegistry', 'RecordRegistry', 'PossessionAudit'];
/** Hardhat's first account, known to everybody. */
const key = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const stranger = '0x90F79bf6EB2c4f870365E785982E1f101E93b906';
const arbSys = '0x0000000000000000000000000000000000000064';
const nobodyListens = 'http://127.0.0.1:9';
/** For the compiler, where contracts changed since it ran, on a busy machine. */
const compileMs = 300_000;

let node: ChainNode;
let client: Client;
let folder: string;
let file: string;

beforeAll(async () => {
	await compileContracts();
	node = await startChainNode();
	client = createClient({ transport: http(node.url), cacheTime: 0, pollingInterval: 20 });
	folder = await mkdtemp(join(tmpdir(), 'amana-deploy-'));
	file = join(folder, 'deployments.json');
}, compileMs);

afterAll(async () => {
	await node.stop();
	await rm(folder, { recursive: true, force: true });
});

interface Ended {
	code: number | null;
	stdout: string;
	stderr: string;
}

/** Runs the script; on the local network it finds this test's node. */
function deploy(args: string[], env: Record<string, string> = {}): Promise<Ended> {
	const child = spawn(process.execPath, [join(root, 'scripts/deploy.ts'), '--file', file, ...args], {
		cwd: root,
		env: { PATH: process.env.PATH, AMANA_RPC_LOCAL: node.url, ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let [stdout, stderr] = ['', ''];
	child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
	child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
	return new Promise((done) => child.once('close', (code) => done({ code, stdout, stderr })));
}

/** Refused: nothing on standard output, one sentence beside it. */
async function expectRefusal(ended: Promise<Ended>, sentence: RegExp | string): Promise<void> {
	const { code, stdout, stderr } = await ended;
	expect(stderr).toMatch(sentence);
	expect(stderr.trim().split('\n'), stderr).toHaveLength(1);
	expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
}

function request(method: string, params: unknown[]): Promise<unknown> {
	return client.request({ method, params } as Parameters<typeof client.request>[0]);
}

const local = ['--network', 'local'];
const withKey = { AMANA_DEPLOYER_KEY: key };

describe('a dry run', () => {
	test('says what and how much, needs no key, spends nothing', async () => {
		const [deployer] = node.accounts as [HDAccount];
		const before = [await getBlockNumber(client), await getBalance(client, deployer)];
		const { code, stdout, stderr } = await deploy([...local, '--dry-run']);
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		for (const name of contractNames) expect(stdout).toMatch(new RegExp(`${name} +\\d,\\d{3},\\d{3} +0\\.\\d+ ETH`));
		expect(stdout).toContain(`Estimated by ${new URL(node.url).host}`);
		expect(stdout).toContain('Still needed to deploy: AMANA_DEPLOYER_KEY.');
		expect([await getBlockNumber(client), await getBalance(client, deployer)]).toEqual(before);
		expect(existsSync(file)).toBe(false);
	});

	test('with a key, says what the account has', async () => {
		const { stdout } = await deploy([...local, '--dry-run'], withKey);
		expect(stdout).toMatch(/0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 has \d+ ETH/);
		expect(stdout).not.toContain(key.slice(2));
	});

	test('without an RPC, measures on a local node and says so', async () => {
		const { code, stdout } = await deploy(['--network', 'base-sepolia', '--dry-run'], {
			AMANA_RPC_BASE_SEPOLIA: nobodyListens,
		});
		expect(code).toBe(0);
		expect(stdout).toContain('Measured on a local node, at an assumed 0.006 gwei');
		expect(stdout).toContain('AMANA_DEPLOYER_KEY and --registrar');
	});

	test('without an RPC of Filecoin, names no cost', async () => {
		const rpc = { AMANA_RPC_FILECOIN_CALIBRATION: nobodyListens };
		const { code, stdout } = await deploy(['--network', 'filecoin-calibration', '--dry-run'], rpc);
		expect(code).toBe(0);
		expect(stdout).toContain('no cost');
		expect(stdout).not.toContain('FIL\n');
	});
});

describe('a refusal is one sentence:', () => {
	test.each<[string, string[], string]>([
		['no network', [], 'Say which network: --network with one of local, sepolia'],
		['an unknown network', ['--network', 'arbitrum'], 'There is no network “arbitrum” here: known are local,'],
		['an unknown option', ['--netwrk', 'local'], 'Known are --network,'],
		['a word too many', [...local, 'now'], 'Unexpected argument'],
		['a registrar that is none', [...local, '--registrar', '0x12'], '--registrar is not an address: “0x12”.'],
		['an admin that is nobody', [...local, '--admin', zeroAddress], '--admin must be an address that someone holds.'],
		['verifying a dry run', [...local, '--dry-run', '--verify'], 'A dry run deploys nothing'],
	])('%s', (_, args, sentence) => {
		expect(() => readArguments(args)).toThrow(Problem);
		expect(() => readArguments(args)).toThrow(sentence);
	});

	test.each<[string, string[], Record<string, string>, RegExp | string]>([
		['a wrong argument', ['--network', 'arbitrum'], {}, 'There is no network “arbitrum” here: known are local,'],
		['no key', local, {}, 'Set AMANA_DEPLOYER_KEY'],
		['a key that is none', local, { AMANA_DEPLOYER_KEY: 'hello' }, 'AMANA_DEPLOYER_KEY is not a private key'],
		['no registrar', ['--network', 'sepolia'], withKey, 'Say who approves hospitals on Sepolia'],
		['the configuration of nothing', [...local, '--config'], {}, 'says nothing of Local network'],
		[
			'no answer',
			local,
			{ ...withKey, AMANA_RPC_LOCAL: nobodyListens },
			'Local network does not answer at 127.0.0.1:9',
		],
		['no address of an RPC', local, { ...withKey, AMANA_RPC_LOCAL: 'node' }, 'AMANA_RPC_LOCAL is not the address'],
		[
			'a key without funds',
			local,
			{ AMANA_DEPLOYER_KEY: generatePrivateKey() },
			/ has nothing on Local network, and needs 0\.\d+ ETH: send it some\./,
		],
	])('%s', async (_, args, env, sentence) => {
		await expectRefusal(deploy(args, env), sentence);
	});

	test('an RPC of another chain', async () => {
		const args = ['--network', 'sepolia', '--registrar', stranger];
		await expectRefusal(
			deploy(args, { ...withKey, AMANA_RPC_SEPOLIA: node.url }),
			'answers for chain 31337, and Sepolia is',
		);
	});

	test('an RPC whose address is a secret, which is not printed', async () => {
		const args = ['--network', 'sepolia', '--registrar', stranger];
		const { stderr } = await deploy(args, { ...withKey, AMANA_RPC_SEPOLIA: 'http://127.0.0.1:9/v3/secret' });
		expect(stderr).toContain('Sepolia does not answer at 127.0.0.1:9: set AMANA_RPC_SEPOLIA');
		expect(stderr).not.toContain('secret');
	});

	test('a chain that numbers blocks as Arbitrum does; the contracts refuse it by themselves, too', async () => {
		await request('hardhat_setCode', [arbSys, '0x00']);
		try {
			await expectRefusal(deploy(local, withKey), 'like Arbitrum it numbers blocks as another chain does');
			await expectRefusal(deploy([...local, '--dry-run']), 'like Arbitrum it numbers blocks as another chain does');
			await expect(deployContracts(node.url)).rejects.toThrow('Reverted with custom error ForeignBlockNumbers()');
		} finally {
			await request('hardhat_setCode', [arbSys, '0x']);
		}
	});

	test('a file of deployments that is not one', async () => {
		await writeFile(file, '[');
		await expectRefusal(deploy(local, withKey), 'is not a JSON object: correct it or take it away.');
		await writeFile(file, '{"local":{"chainId":1}}');
		await expectRefusal(deploy(local, withKey), 'is not a deployment on chain 31337');
		await rm(file);
	});
});

describe('a deployment', () => {
	let first: Ended;

	async function recorded(): Promise<Record<string, { contracts: Record<string, Hex | number> }>> {
		return JSON.parse(await readFile(file, 'utf8')) as Record<string, { contracts: Record<string, Hex | number> }>;
	}

	test('writes addresses where code is, and prints what the site reads', async () => {
		await writeFile(file, '{"sepolia":{"kept":true}}');
		const before = Number(await getBlockNumber(client));
		first = await deploy([...local, '--admin', stranger], withKey);
		expect(first.code, first.stderr).toBe(0);
		expect(first.stderr).toContain('Read back: code at each address');
		const { local: deployment, sepolia } = await recorded();
		expect(sepolia).toEqual({ kept: true });
		const { deployedAt, ...addresses } = deployment?.contracts ?? {};
		expect(deployedAt).toBe(before + 1);
		expect(Object.keys(addresses)).toHaveLength(5);
		for (const address of Object.values(addresses))
			expect(await getCode(client, { address: address as Hex })).toBeDefined();
		expect(parseSiteConfig(JSON.parse(first.stdout))?.chain).toEqual({
			chainId: 31337,
			name: 'Local network',
			currency: { name: 'Ether', symbol: 'ETH' },
			rpcUrls: [node.url],
			contracts: deployment?.contracts,
		});
	});

	test('never shows its key', async () => {
		expect(first.stdout + first.stderr + (await readFile(file, 'utf8'))).not.toContain(key.slice(2));
	});

	test('is not repeated', async () => {
		const before = [await getBlockNumber(client), await readFile(file, 'utf8')];
		await expectRefusal(deploy(local, withKey), 'Local network has the contracts already');
		expect([await getBlockNumber(client), await readFile(file, 'utf8')]).toEqual(before);
		expect((await deploy([...local, '--dry-run'])).stdout).toContain('It has the contracts already.');
	});

	test('prints its configuration again when asked', async () => {
		const { code, stdout } = await deploy([...local, '--config']);
		expect({ code, stdout }).toEqual({ code: 0, stdout: first.stdout });
	});

	test('is repeated where the chain has forgotten it', async () => {
		const all = await recorded();
		const gone = `0x${'11'.repeat(20)}`;
		await writeFile(file, JSON.stringify(all).replaceAll(String(all.local?.contracts.recordRegistry), gone));
		const { code, stderr } = await deploy(local, withKey);
		expect(code, stderr).toBe(0);
		expect(stderr).toContain('are not on Local network any more: deploying anew.');
		expect((await recorded()).local?.contracts.hospitalRegistry).not.toBe(all.local?.contracts.hospitalRegistry);
	});

	test('that stops half-way says why, and begins anew', async () => {
		const deployer = privateKeyToAccount(generatePrivateKey());
		const [rich] = node.accounts as [HDAccount];
		const fund = (value: bigint) =>
			sendTransaction(client, { account: rich, to: deployer.address, value, chain: null });
		// Enough for the largest contract at the price that is reserved for it, not for all.
		const { baseFeePerGas } = await getBlock(client);
		await fund(4_000_000n * (2n * (baseFeePerGas ?? 0n) + parseGwei('1')));
		const stopped = deployContracts(node.url, { deployer, registrar: stranger });
		await expect(stopped).rejects.toThrow(Problem);
		await expect(stopped).rejects.toThrow(/^The deployment stopped half-way: .*funds/);
		const sent = await getTransactionCount(client, deployer);
		expect(sent).toBeGreaterThan(0);
		await fund(parseEther('1'));
		const { recordRegistry } = await deployContracts(node.url, { deployer, registrar: stranger });
		expect(await getCode(client, { address: recordRegistry })).toBeDefined();
		expect(await getTransactionCount(client, deployer)).toBe(sent + 6);
	});
});

describe('verification', () => {
	interface Submission {
		stdJsonInput: { settings: { viaIR?: boolean } };
		compilerVersion: string;
		contractIdentifier: string;
	}
	const submissions = new Map<string, Submission>();
	let sourcify: Server;
	let env: Record<string, string>;
	let outcome: object = { contract: { match: 'exact_match' } };

	beforeAll(async () => {
		let asked = 0;
		sourcify = createServer((incoming, response) => {
			let body = '';
			incoming.setEncoding('utf8').on('data', (text: string) => (body += text));
			incoming.on('end', () => {
				const [, , , , address] = incoming.url?.split('/') ?? [];
				if (incoming.method === 'POST') submissions.set(address ?? '', JSON.parse(body) as Submission);
				const pending = incoming.method === 'GET' && asked++ % 2 === 0;
				const answer = incoming.method === 'POST' ? { verificationId: 'id' } : { isJobCompleted: !pending, ...outcome };
				response.writeHead(incoming.method === 'POST' ? 202 : 200).end(JSON.stringify(answer));
			});
		});
		await new Promise<void>((done) => sourcify.listen(0, '127.0.0.1', done));
		env = { AMANA_SOURCIFY_URL: `http://127.0.0.1:${(sourcify.address() as AddressInfo).port}` };
	});

	afterAll(() => sourcify.close());

	test('submits each contract with its own compilation, which gives the deployed code again', async () => {
		const { code, stderr } = await deploy([...local, '--verify'], env);
		expect(code, stderr).toBe(0);
		for (const name of contractNames) expect(stderr).toContain(`${name}: verified to the letter`);
		const entries = [...submissions];
		expect(entries.map(([, { contractIdentifier }]) => contractIdentifier.split(':')[1])).toEqual(contractNames);
		const [address = '', hospital] = entries[0] ?? [];
		expect(hospital?.stdJsonInput.settings.viaIR ?? false).toBe(false);
		expect(entries[1]?.[1].stdJsonInput.settings.viaIR).toBe(true);
		const { default: solc } = (await import('solc')) as {
			default: { version(): string; compile(input: string): string };
		};
		expect(solc.version()).toContain(hospital?.compilerVersion);
		const output = JSON.parse(solc.compile(JSON.stringify(hospital?.stdJsonInput))) as {
			contracts: Record<string, Record<string, { evm: { deployedBytecode: { object: string } } }>>;
		};
		const [source = '', name = ''] = hospital?.contractIdentifier.split(':') ?? [];
		expect(await getCode(client, { address: address as Hex })).toBe(
			`0x${output.contracts[source]?.[name]?.evm.deployedBytecode.object}`,
		);
	});

	test('that fails says why, once for all contracts', async () => {
		outcome = { contract: { match: null }, error: { message: 'The deployed and recompiled bytecode differ.' } };
		const { code, stdout, stderr } = await deploy([...local, '--verify'], env);
		expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
		expect(stderr).toContain('Not verified. HospitalRegistry: The deployed and recompiled bytecode differ.');
	});

	test('is not for a chain that Sourcify does not know', async () => {
		await expectRefusal(deploy([...local, '--verify']), 'not a chain that Sourcify knows: set AMANA_SOURCIFY_URL');
	});
});

describe('the networks', () => {
	test('have names, chains and variables of their own', () => {
		for (const of of ['name', 'chainId', 'rpcVariable'] as const) {
			expect(new Set(networks.map((network) => network[of])).size).toBe(networks.length);
		}
		expect(networks.map(({ name, chainId }) => `${name} ${chainId}`)).toEqual([
			'local 31337',
			'sepolia 11155111',
			'base-sepolia 84532',
			'filecoin-calibration 314159',
		]);
	});

	test.each(networks)('$name has a configuration that the site accepts', (network) => {
		const address = (digit: string): Hex => `0x${digit.repeat(40)}`;
		const contracts = {
			hospitalRegistry: address('1'),
			patientRegistry: address('2'),
			consentRegistry: address('3'),
			recordRegistry: address('4'),
			possessionAudit: address('5'),
			deployedAt: 7,
		};
		const deployment = { chainId: network.chainId, deployer: address('1'), registrar: address('2'), contracts };
		const config = siteConfigOf(network, deployment);
		expect(parseSiteConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
	});

	test('an OP Stack chain’s fee for bytes comes from its oracle', async () => {
		// Answers 42 to anything.
		await request('hardhat_setCode', ['0x420000000000000000000000000000000000000F', '0x602a60005260206000f3']);
		const step = { name: 'a', creates: true, data: '0x00', gas: 1n } as const;
		expect(await dataFeeOf(client, [step, step])).toBe(84n);
	});
});
