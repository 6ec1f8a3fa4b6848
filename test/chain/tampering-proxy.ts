/**
 * An endpoint that lies: it stands before a real node and changes some of its answers. Browsers may ask it too. What it is told to change
 * can be replaced while it runs.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface TamperedAnswer {
	jsonrpc: '2.0';
	id: number;
	result?: unknown;
	error?: { code: number; message: string };
}

export interface Question {
	method: string;
	params: readonly unknown[];
}

/** Gives another answer than the node's, or the same. Throwing means not to answer at all. */
export type Tamper = (question: Question, answer: TamperedAnswer) => TamperedAnswer;

export interface TamperingProxy {
	url: string;
	/** As it is named where endpoints are. */
	host: string;
	tamper: Tamper;
	stop: () => Promise<void>;
}

export const honest: Tamper = (_, answer) => answer;

const headers = {
	'content-type': 'application/json',
	'access-control-allow-origin': '*',
	'access-control-allow-headers': '*',
};

/** Starts one before `target`, at first without a lie. */
export async function startTamperingProxy(target: string, tamper: Tamper = honest): Promise<TamperingProxy> {
	const server = createServer((incoming, response) => {
		answer(incoming, response).catch(() => response.destroy());
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const { port } = server.address() as { port: number };
	const host = `127.0.0.1:${port}`;
	const proxy: TamperingProxy = {
		url: `http://${host}`,
		host,
		tamper,
		stop: () =>
			new Promise<void>((done) => {
				server.close(() => done());
				server.closeAllConnections();
			}),
	};
	async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
		if (incoming.method === 'OPTIONS') {
			response.writeHead(204, headers).end();
			return;
		}
		const chunks: Buffer[] = [];
		for await (const chunk of incoming) chunks.push(chunk as Buffer);
		const asked = JSON.parse(Buffer.concat(chunks).toString()) as Question | Question[];
		const changed = await Promise.all([asked].flat().map(answerOne));
		response.writeHead(200, headers).end(JSON.stringify(Array.isArray(asked) ? changed : changed[0]));
	}
	async function answerOne(question: Question): Promise<TamperedAnswer> {
		const body = JSON.stringify(question);
		const said = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
		return proxy.tamper(question, (await said.json()) as TamperedAnswer);
	}
	return proxy;
}

interface Log {
	topics: string[];
	data: string;
	blockNumber: string;
	logIndex: string;
	transactionHash: string;
}

/** Changes the logs in answers to queries for them; everything else stays. */
export function changingLogs(change: (logs: Log[]) => Log[]): Tamper {
	return ({ method }, answer) => {
		if (method === 'eth_getLogs' && answer.result) return { ...answer, result: change(answer.result as Log[]) };
		const receipt = answer.result as { logs: Log[] } | null | undefined;
		if (method === 'eth_getTransactionReceipt' && receipt) {
			return { ...answer, result: { ...receipt, logs: change(receipt.logs) } };
		}
		return answer;
	};
}

/** Changes fields of blocks. */
export function changingBlocks(change: (block: Record<string, unknown>) => Record<string, unknown>): Tamper {
	return ({ method }, answer) =>
		method === 'eth_getBlockByNumber' && answer.result
			? { ...answer, result: change(answer.result as Record<string, unknown>) }
			: answer;
}

/** Answers a method with something of its own, or refuses it. */
export function answering(method: string, other: Pick<TamperedAnswer, 'result' | 'error'>): Tamper {
	return (question, { jsonrpc, id, ...answer }) => ({ jsonrpc, id, ...(question.method === method ? other : answer) });
}
