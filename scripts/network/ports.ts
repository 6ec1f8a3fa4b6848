/**
 * Ports of the local network: fixed ones for `npm start` (each can be set in the environment), free ones for tests, so that
 * any number of networks run side by side.
 */
import { createServer, type Server } from 'node:net';
import { Problem } from '../problem.ts';

export interface Ports {
	site: number;
	chain: number;
	ipfs: number;
	s3A: number;
	s3B: number;
}

const settings: Record<keyof Ports, { port: number; variable: string; use: string }> = {
	site: { port: 4173, variable: 'AMANA_SITE_PORT', use: 'the site' },
	chain: { port: 8545, variable: 'AMANA_CHAIN_PORT', use: 'the chain node' },
	ipfs: { port: 9101, variable: 'AMANA_IPFS_PORT', use: 'the IPFS cloud' },
	s3A: { port: 9102, variable: 'AMANA_S3_A_PORT', use: 'the first S3 cloud' },
	s3B: { port: 9103, variable: 'AMANA_S3_B_PORT', use: 'the second S3 cloud' },
};
const names = Object.keys(settings) as (keyof Ports)[];

/** The default ports, or those that the environment names. A Problem when one is not a port or is in use. */
export async function defaultPorts(environment: NodeJS.ProcessEnv = process.env): Promise<Ports> {
	const ports = Object.fromEntries(names.map((name) => [name, configured(name, environment)])) as unknown as Ports;
	for (const name of names) {
		const other = names.find((each) => each !== name && ports[each] === ports[name]);
		if (other) throw new Problem(`${settings[name].variable} and ${settings[other].variable} name the same port.`);
		await assertFree(name, ports[name]);
	}
	return ports;
}

/** Whatever is free. */
export const anyPorts: Ports = { site: 0, chain: 0, ipfs: 0, s3A: 0, s3B: 0 };

function configured(name: keyof Ports, environment: NodeJS.ProcessEnv): number {
	const { port, variable } = settings[name];
	const text = environment[variable];
	if (text === undefined || text === '') return port;
	const value = Number(text);
	if (Number.isInteger(value) && value > 0 && value < 65536) return value;
	throw new Problem(`${variable} is not a port: it must be a whole number from 1 to 65535.`);
}

async function assertFree(name: keyof Ports, port: number): Promise<void> {
	const { variable, use } = settings[name];
	try {
		await close(await listen(port));
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		if (code === 'EACCES')
			throw new Problem(`Port ${port}, for ${use}, is not open to you: set ${variable} to another.`);
		if (code !== 'EADDRINUSE') throw error;
		throw new Problem(
			`Port ${port}, for ${use}, is in use by another program: end that program, or set ${variable} to another port.`,
		);
	}
}

function listen(port: number): Promise<Server> {
	return new Promise((done, fail) => {
		const server = createServer();
		server.once('error', fail);
		server.listen({ port, host: '127.0.0.1', exclusive: true }, () => done(server));
	});
}

function close(server: Server): Promise<void> {
	return new Promise((done) => server.close(() => done()));
}
