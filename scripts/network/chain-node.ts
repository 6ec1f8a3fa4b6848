/**
 * A chain node of one's own: Hardhat's, with chain id 31337, blocks mined at once, and twenty funded accounts whose keys
 * everybody knows. It forgets everything when it stops.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { mnemonicToAccount, type HDAccount } from 'viem/accounts';
import { Problem } from '../problem.ts';
import { root } from '../run.ts';

const hardhat = join(root, 'node_modules/hardhat/dist/src/cli.js');
const endWithParent = new URL('end-with-parent.mjs', import.meta.url).href;
const host = '127.0.0.1';
const readyMs = 60_000;
const attempts = 4;
const accountCount = 20;
/** Hardhat's default, known to everybody. */
const mnemonic = 'test test test test test test test test test test test junk';

export interface ChainNode {
	url: string;
	chainId: 31337;
	/** The node's accounts, each able to sign by itself. The first deploys, the second is the registrar. */
	accounts: HDAccount[];
	/** Ends the node; resolves when it has ended. */
	stop: () => Promise<void>;
}

export interface ChainNodeOptions {
	/** A free port unless given. A given port that is in use is a Problem. */
	port?: number;
	signal?: AbortSignal;
}

/** Starts a node and resolves when it answers. */
export async function startChainNode(options: ChainNodeOptions = {}): Promise<ChainNode> {
	const given = options.port ?? 0;
	for (let attempt = 1; ; attempt++) {
		const port = await freePort(given);
		try {
			return await startAt(port, options.signal);
		} catch (error) {
			// Between finding a free port and listening on it, any connection of this machine can be given that port.
			const lostIt = given === 0 && error instanceof Problem && error.message.includes('EADDRINUSE');
			if (!lostIt || attempt === attempts) throw error;
		}
	}
}

async function startAt(port: number, signal: AbortSignal | undefined): Promise<ChainNode> {
	const url = `http://${host}:${port}`;
	const command = ['--import', endWithParent, hardhat, 'node', '--hostname', host, '--port', String(port)];
	const child = spawn(process.execPath, command, {
		cwd: root,
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	let complaints = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints = (complaints + text).slice(-2000)));
	const stop = () => end(child);
	const killNow = () => child.kill('SIGKILL');
	process.once('exit', killNow);
	child.once('exit', () => process.off('exit', killNow));
	try {
		await untilAnswering(url, child, signal);
	} catch (error) {
		await stop();
		throw error instanceof Problem && complaints ? new Problem(`${error.message}\n${complaints.trim()}`) : error;
	}
	return { url, chainId: 31337, accounts: testAccounts(), stop };
}

/** The accounts of every node. */
export function testAccounts(): HDAccount[] {
	return Array.from({ length: accountCount }, (_, addressIndex) => mnemonicToAccount(mnemonic, { addressIndex }));
}

async function untilAnswering(url: string, child: ChildProcess, signal: AbortSignal | undefined): Promise<void> {
	const deadline = Date.now() + readyMs;
	while (Date.now() < deadline) {
		signal?.throwIfAborted();
		if (child.exitCode !== null || child.signalCode !== null) throw new Problem('The chain node ended at once.');
		if (await answers(url)) return;
		await new Promise((done) => setTimeout(done, 50));
	}
	throw new Problem(`The chain node did not answer in ${readyMs / 1000} seconds.`);
}

async function answers(url: string): Promise<boolean> {
	try {
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
		});
		return response.ok && ((await response.json()) as { result?: string }).result === '0x7a69';
	} catch {
		return false;
	}
}

/** The port if nobody listens on it, any free one for 0. */
function freePort(port: number): Promise<number> {
	return new Promise((done, fail) => {
		const server = createServer();
		server.once('error', (error: NodeJS.ErrnoException) => {
			const taken = `Port ${port}, for the chain node, is in use by another program.`;
			fail(error.code === 'EADDRINUSE' ? new Problem(taken) : error);
		});
		server.listen({ port, host, exclusive: true }, () => {
			const { port: free } = server.address() as { port: number };
			server.close(() => done(free));
		});
	});
}

async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = new Promise((done) => child.once('exit', done));
	child.kill('SIGTERM');
	const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
	await ended;
	clearTimeout(timer);
}
