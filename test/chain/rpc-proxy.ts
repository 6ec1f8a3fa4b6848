/** Stands between a client and a real node, so that the node seems to have the limits and faults of public ones. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface RpcRequest {
	id: number;
	method: string;
	params: readonly unknown[];
}

/** What to do instead of asking the node: a JSON-RPC error, a result, an HTTP status, or null to ask it after all. */
export type Instead = { error: { code: number; message: string } } | { result: unknown } | { status: number } | null;

export interface RpcProxy {
	url: string;
	/** All requests so far, those of batches one by one; set its length to 0 to begin anew. */
	requests: RpcRequest[];
	stop: () => Promise<void>;
}

/** Starts a proxy before `target` on a free port. */
export async function startRpcProxy(target: string, instead: (request: RpcRequest) => Instead): Promise<RpcProxy> {
	const requests: RpcRequest[] = [];
	const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
		const chunks: Buffer[] = [];
		for await (const chunk of incoming) chunks.push(chunk as Buffer);
		const asked = JSON.parse(Buffer.concat(chunks).toString()) as RpcRequest | RpcRequest[];
		const batch = [asked].flat();
		requests.push(...batch);
		const others = batch.map(instead);
		for (const other of others) {
			if (!other || !('status' in other)) continue;
			response.writeHead(other.status).end('no');
			return;
		}
		const answers = await Promise.all(batch.map((request, index) => answerOne(request, others[index] ?? null)));
		response.writeHead(200, jsonHeaders).end(JSON.stringify(Array.isArray(asked) ? answers : answers[0]));
	};
	const answerOne = async (request: RpcRequest, other: Instead): Promise<unknown> => {
		if (other) return { jsonrpc: '2.0', id: request.id, ...other };
		const body = JSON.stringify(request);
		return (await fetch(target, { method: 'POST', headers: jsonHeaders, body })).json();
	};
	const server = createServer((incoming, response) => {
		answer(incoming, response).catch(() => response.destroy());
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const { port } = server.address() as { port: number };
	const stop = () =>
		new Promise<void>((done) => {
			server.close(() => done());
			server.closeAllConnections();
		});
	return { url: `http://127.0.0.1:${port}`, requests, stop };
}

const jsonHeaders = { 'content-type': 'application/json' };

/** A public node's limit on the range of blocks in one query for logs. */
export function limitedTo(blocks: number, latest: () => number): (request: RpcRequest) => Instead {
	return ({ method, params }) => {
		if (method !== 'eth_getLogs') return null;
		const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
		const last = toBlock === 'latest' ? latest() : Number(toBlock);
		if (last - Number(fromBlock) < blocks) return null;
		// Some say it under -32005, which viem takes for a passing limit, and asks again twice.
		return { error: { code: -32602, message: `query exceeds the range of ${blocks} blocks` } };
	};
}
