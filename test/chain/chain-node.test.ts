import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startChainNode, type ChainNode } from '../../scripts/network/chain-node.ts';

const nodes: ChainNode[] = [];
const servers: Server[] = [];

afterEach(async () => {
	await Promise.all(nodes.splice(0).map((node) => node.stop()));
	for (const server of servers.splice(0)) server.close();
});

async function start(options: Parameters<typeof startChainNode>[0] = {}): Promise<ChainNode> {
	const node = await startChainNode(options);
	nodes.push(node);
	return node;
}

async function ask(url: string, method: string): Promise<unknown> {
	const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] });
	const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
	return ((await response.json()) as { result: unknown }).result;
}

test('two nodes run side by side, and each is gone when stopped', async () => {
	const [first, second] = await Promise.all([start(), start()]);
	expect(first.url).not.toBe(second.url);
	expect(await ask(first.url, 'eth_chainId')).toBe('0x7a69');
	await first.stop();
	await expect(ask(first.url, 'eth_chainId')).rejects.toThrow();
	expect(await ask(second.url, 'eth_chainId')).toBe('0x7a69');
	await first.stop();
});

test('its accounts are those that it says', async () => {
	const node = await start();
	const accounts = (await ask(node.url, 'eth_accounts')) as string[];
	expect(node.accounts.map(({ address }) => address.toLowerCase())).toEqual(accounts);
});

test('a port in use is one clear sentence', async () => {
	const server = createServer();
	servers.push(server);
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const { port } = server.address() as { port: number };
	await expect(start({ port })).rejects.toMatchObject({
		name: 'Problem',
		message: `Port ${port}, for the chain node, is in use by another program.`,
	});
});

test('starting can be cancelled', async () => {
	await expect(start({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
});

test('a page of another origin may ask it', async () => {
	const node = await start();
	const response = await fetch(node.url, {
		method: 'OPTIONS',
		headers: { origin: 'http://127.0.0.1:4173', 'access-control-request-method': 'POST' },
	});
	expect(response.headers.get('access-control-allow-origin')).toBe('*');
});
