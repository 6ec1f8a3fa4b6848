/** What the local clouds' HTTP servers share: listening on loopback, and ending. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Problem } from '../problem.ts';

export const host = '127.0.0.1';

/** A cloud that runs in this process. */
export interface Cloud {
	port: number;
	/** Where another IPFS node reaches it; an IPFS cloud only. */
	multiaddr?: string;
	stop: () => Promise<void>;
}

/** Serves on a port of loopback, a free one when 0. A Problem when the port is in use. */
export async function listen(handler: RequestListener, port: number): Promise<Cloud> {
	const server = createServer(handler);
	await new Promise<void>((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => {
			const inUse = error.code === 'EADDRINUSE';
			reject(
				inUse
					? new Problem(`Port ${port} is in use by another program: end that program, or choose another port.`)
					: error,
			);
		});
		server.listen(port, host, resolve);
	});
	const stop = () =>
		new Promise<void>((resolve) => {
			server.close(() => resolve());
			server.closeAllConnections();
		});
	return { port: (server.address() as AddressInfo).port, stop };
}
