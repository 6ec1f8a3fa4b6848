/**
 * Chain nodes with the registries on them, kept between test files: starting one and deploying takes longer than most files' tests. Runs
 * beside the tests (Vitest's `globalSetup`) and starts a node when a file asks and none is idle, so there are as many as files run at once.
 * A file gets the chain as it was right after deployment, at the present time.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import type { Contracts } from '#lib/chain/index.ts';
import { deployContracts } from '../../scripts/deploy/deploy-contracts.ts';
import { startChainNode } from '../../scripts/network/chain-node.ts';

/** What a file is told of its node. */
export interface SharedNode {
	url: string;
	contracts: Contracts;
}

declare module 'vitest' {
	interface ProvidedContext {
		/** Where to ask for a node. */
		sharedNodes: string;
	}
}

interface KeptNode extends SharedNode {
	snapshot: string;
	stop: () => Promise<void>;
}

// eslint-disable-next-line no-restricted-syntax -- Vitest asks for it
export default async function keepNodes({ provide }: TestProject): Promise<() => Promise<void>> {
	const all: Promise<KeptNode>[] = [];
	const idle: KeptNode[] = [];
	const taken = new Map<string, KeptNode>();

	const take = async (): Promise<SharedNode> => {
		let node = idle.pop();
		if (!node) {
			const starting = startNode();
			all.push(starting);
			node = await starting;
		}
		taken.set(node.url, node);
		await toPresent(node.url);
		return { url: node.url, contracts: node.contracts };
	};
	const giveBack = async (url: string) => {
		const node = taken.get(url);
		if (!node) throw new Error('This node was not lent.');
		taken.delete(url);
		await ask(url, 'evm_revert', node.snapshot);
		node.snapshot = await ask(url, 'evm_snapshot'); // one is good for once
		idle.push(node);
		return null;
	};

	const server = createServer((request, response) => {
		const work = request.url === '/take' ? take() : textOf(request).then(giveBack);
		work.then(
			(answer) => response.end(JSON.stringify(answer)),
			(error: unknown) => response.writeHead(500).end(String(error)),
		);
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	provide('sharedNodes', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
	return async () => {
		server.closeAllConnections();
		server.close();
		const started = await Promise.allSettled(all);
		await Promise.all(started.flatMap((node) => (node.status === 'fulfilled' ? [node.value.stop()] : [])));
	};
}

async function startNode(): Promise<KeptNode> {
	const { url, stop } = await startChainNode();
	try {
		const contracts = await deployContracts(url);
		return { url, contracts, stop, snapshot: await ask(url, 'evm_snapshot') };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** A chain that went back stands at the time of its snapshot; the browser's clock, which screens compare with, went on. */
async function toPresent(url: string): Promise<void> {
	const { timestamp } = await ask<{ timestamp: string }>(url, 'eth_getBlockByNumber', 'latest', false);
	const next = Math.max(Math.floor(Date.now() / 1000), Number(timestamp) + 1);
	await ask(url, 'evm_setNextBlockTimestamp', next);
	await ask(url, 'evm_mine');
}

async function ask<Answer = string>(url: string, method: string, ...params: unknown[]): Promise<Answer> {
	const response = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
	});
	const { result, error } = (await response.json()) as { result: Answer; error?: { message: string } };
	if (error) throw new Error(`${method}: ${error.message}`);
	return result;
}

async function textOf(request: IncomingMessage): Promise<string> {
	let text = '';
	for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
	return text;
}
