/**
 * A reverse proxy in front of a real cloud, that can be told to misbehave: what clouds do on bad days, over real HTTP.
 * The Host header is passed on as it came, so signed requests stay valid.
 */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault =
	/** This status, with these headers. */
	| { status: number; headers?: Record<string, string>; body?: string }
	/** One byte of what is read is changed. */
	| 'lie'
	/** One byte of what is written is changed. */
	| 'spoil'
	/** The connection breaks after half of the promised body. */
	| 'truncate'
	/** Half of the body, with a Content-Length that fits it. */
	| 'shorten'
	/** The whole object, whatever part was asked for. */
	| 'whole'
	/** No answer at all. */
	| 'stall'
	/** The connection is closed at once. */
	| 'hang-up';

export interface FaultyServer {
	/** The base of the proxy: `http://127.0.0.1:PORT`. */
	url: string;
	/** Which fault a request meets; null: none. Asked for each, with the number of requests so far. */
	fault: (request: IncomingMessage, count: number) => Fault | null;
	requests: string[];
	/** Bytes of bodies that were handed on to those who asked. */
	bytesGiven: number;
	stop: () => Promise<void>;
}

/** Starts a proxy to the server at `target` (a base like `http://127.0.0.1:9000`), which so far does nothing wrong. */
export async function faultyServer(target: string): Promise<FaultyServer> {
	const server = createServer((incoming, outgoing) => {
		incoming.on('error', () => undefined);
		const fault = faulty.fault(incoming, faulty.requests.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`));
		if (fault === 'hang-up') outgoing.destroy();
		else if (fault === 'stall') incoming.resume();
		else if (typeof fault === 'object' && fault) {
			incoming.resume();
			outgoing.writeHead(fault.status, { 'access-control-allow-origin': '*', ...fault.headers }).end(fault.body ?? '');
		} else pass(target, incoming, outgoing, fault, (bytes) => (faulty.bytesGiven += bytes));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const faulty: FaultyServer = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		fault: () => null,
		requests: [],
		bytesGiven: 0,
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
	return faulty;
}

function pass(
	target: string,
	incoming: IncomingMessage,
	outgoing: ServerResponse,
	fault: 'lie' | 'spoil' | 'truncate' | 'shorten' | 'whole' | null,
	count: (bytes: number) => void,
): void {
	const { range, ...others } = incoming.headers;
	const forward = request(
		new URL(incoming.url ?? '/', target),
		{ method: incoming.method, headers: { ...others, ...(range && fault !== 'whole' && { range }) } },
		(answer) => {
			const parts: Buffer[] = [];
			answer.on('data', (part: Buffer) => parts.push(part));
			answer.on('end', () => {
				const body = Buffer.concat(parts);
				const half = body.length >> 1;
				count(body.length);
				if (fault === 'lie' && body.length > 0) body[half] = (body[half] ?? 0) ^ 1;
				const headers = { ...answer.headers };
				if (fault === 'shorten') headers['content-length'] = String(half);
				outgoing.writeHead(answer.statusCode ?? 502, headers);
				if (fault === 'truncate') outgoing.write(body.subarray(0, half), () => outgoing.destroy());
				else outgoing.end(fault === 'shorten' ? body.subarray(0, half) : body);
			});
		},
	);
	forward.on('error', () => outgoing.destroy());
	if (fault !== 'spoil') {
		incoming.pipe(forward);
		return;
	}
	const parts: Buffer[] = [];
	incoming.on('data', (part: Buffer) => parts.push(part));
	incoming.on('end', () => {
		const body = Buffer.concat(parts);
		const last = body.length - 1;
		if (last >= 0) body[last] = (body[last] ?? 0) ^ 1;
		forward.end(body);
	});
}
