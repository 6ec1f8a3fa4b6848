/**
 * A WalletConnect relay of our own, as much of its protocol as a site and a phone need: mailboxes named by topic, over JSON-RPC on a web
 * socket (specs.walletconnect.com, "Relay RPC"). It sees only what both sides encrypted.
 */
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

interface Call {
	id: number;
	method?: string;
	params?: { topic?: string; topics?: string[]; message?: string; tag?: number; id?: string };
}

export interface Relay {
	url: string;
	/** Methods that were called, in order. */
	calls: string[];
	stop(): Promise<void>;
}

/** Starts a relay. A `silent` one takes connections and never answers, as WalletConnect's does on a bad day. */
export async function startRelay({ silent = false } = {}): Promise<Relay> {
	const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
	const subscribers = new Map<string, Map<WebSocket, string>>();
	const mailboxes = new Map<string, { topic: string; message: string; publishedAt: number; tag: number }[]>();
	const calls: string[] = [];

	function subscribe(socket: WebSocket, topic: string): string {
		const id = `${topic.slice(0, 8)}-${String(calls.length)}`;
		subscribers.set(topic, (subscribers.get(topic) ?? new Map<WebSocket, string>()).set(socket, id));
		for (const letter of mailboxes.get(topic) ?? []) deliver(socket, id, letter);
		return id;
	}

	function deliver(socket: WebSocket, id: string, data: object): void {
		const params = { id, data };
		socket.send(JSON.stringify({ id: letterId(), jsonrpc: '2.0', method: 'irn_subscription', params }));
	}

	function publish(from: WebSocket, { topic = '', message = '', tag = 0 }: NonNullable<Call['params']>): boolean {
		const letter = { topic, message, tag, publishedAt: Date.now() };
		mailboxes.set(topic, [...(mailboxes.get(topic) ?? []), letter]);
		for (const [socket, id] of subscribers.get(topic) ?? []) if (socket !== from) deliver(socket, id, letter);
		return true;
	}

	function answer(socket: WebSocket, { method, params = {} }: Call): unknown {
		switch (method) {
			case 'irn_subscribe':
				return subscribe(socket, params.topic ?? '');
			case 'irn_batchSubscribe':
				return (params.topics ?? []).map((topic) => subscribe(socket, topic));
			case 'irn_publish':
				return publish(socket, params);
			case 'irn_fetchMessages':
			case 'irn_batchFetchMessages':
				return { messages: [], hasMore: false };
			default:
				return true;
		}
	}

	server.on('connection', (socket) => {
		socket.on('close', () => {
			for (const sockets of subscribers.values()) sockets.delete(socket);
		});
		socket.on('message', (bytes) => {
			const call = JSON.parse((bytes as Buffer).toString()) as Call;
			if (!call.method) return; // a receipt for what was delivered
			calls.push(call.method);
			if (!silent) socket.send(JSON.stringify({ id: call.id, jsonrpc: '2.0', result: answer(socket, call) }));
		});
	});
	await new Promise((resolve) => server.once('listening', resolve));
	return {
		url: `ws://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
		calls,
		stop: () =>
			new Promise((resolve) => {
				for (const socket of server.clients) socket.terminate();
				server.close(() => resolve());
			}),
	};
}

/** As WalletConnect makes them: microseconds, so that no two are the same. */
let last = 0;
function letterId(): number {
	last = Math.max(last + 1, Date.now() * 1000);
	return last;
}
