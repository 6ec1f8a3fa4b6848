/** A link of so many bits a second to a server on loopback: a TCP proxy that lets bytes through no faster, in each direction. */
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const host = '127.0.0.1';
/** How far sending may be ahead of the clock, so that timers that come late do not slow the link. */
const burstMs = 20;
/** Shorter waits than this are left to add up. */
const shortestWaitMs = 2;

export interface Link {
	port: number;
	stop: () => Promise<void>;
}

/** Starts a link to a port; connections share it. */
export async function startLink(port: number, bitsPerSecond: number): Promise<Link> {
	const [up, down] = [pace(bitsPerSecond), pace(bitsPerSecond)];
	const sockets = new Set<Socket>();
	const server = createServer((client) => {
		const upstream = connect(port, host);
		for (const socket of [client, upstream]) {
			sockets.add(socket.setNoDelay());
			socket.on('close', () => sockets.delete(socket));
		}
		void pump(client, upstream, up);
		void pump(upstream, client, down);
	});
	await new Promise<void>((resolve) => server.listen(0, host, resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('A link has no port.');
	return {
		port: address.port,
		async stop() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** Waits until so many bytes may have passed. */
function pace(bitsPerSecond: number): (bytes: number) => Promise<void> {
	const bytesPerMs = bitsPerSecond / 8 / 1000;
	let free = 0;
	return async (bytes) => {
		const now = performance.now();
		free = Math.max(now - burstMs, free) + bytes / bytesPerMs;
		if (free - now > shortestWaitMs) await sleep(free - now);
	};
}

async function pump(from: Socket, to: Socket, passed: (bytes: number) => Promise<void>): Promise<void> {
	try {
		for await (const chunk of from as AsyncIterable<Buffer>) {
			await passed(chunk.length);
			if (!to.write(chunk)) await new Promise((resolve) => to.once('drain', resolve).once('close', resolve));
		}
		to.end();
	} catch {
		to.destroy(); // one end broke off
	}
}
