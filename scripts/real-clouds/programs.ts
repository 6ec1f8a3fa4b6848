/** What starting a real cloud's programs takes: run one to its end, keep one running, wait until something works. */
import { execFile, spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { promisify } from 'node:util';

/** An S3 server that is not ours. */
export interface RealCloud {
	endpoint: string;
	region: string;
	accessKeyId: string;
	secretAccessKey: string;
	stop: () => Promise<void>;
}

export interface Server {
	/** What it said last; null while it runs. */
	ended: () => string | null;
	stop: () => Promise<void>;
}

const patienceMs = 20_000;

/** Runs a program; gives what it printed. Throws when it fails. */
export async function program(
	name: string,
	args: string[],
	cwd: string,
	env: Record<string, string> = {},
): Promise<string> {
	// prettier-ignore
	const { stdout } = await promisify(execFile)(name, args, { cwd, env: { ...process.env, ...env }, timeout: patienceMs });
	return stdout;
}

/** Starts a program that keeps running, and ends with this one. */
export function serve(name: string, args: string[], cwd: string, env: Record<string, string> = {}): Server {
	const child = spawn(name, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
	let said = '';
	let over = false;
	for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000))); // prettier-ignore
	const kill = () => child.kill('SIGKILL');
	process.once('exit', kill);
	const ended = new Promise<void>((resolve) => {
		const end = () => {
			over = true;
			process.off('exit', kill);
			resolve();
		};
		child.once('error', (error) => {
			said += error.message;
			end();
		});
		child.once('exit', end);
	});
	return {
		ended: () => (over ? `${name} ended: ${said.trim()}` : null),
		stop: async () => {
			child.kill('SIGTERM');
			const timer = setTimeout(kill, 3000);
			await ended;
			clearTimeout(timer);
		},
	};
}

/** Tries until it works. Throws what it threw last when time is up or a server has ended. */
export async function until(work: () => Promise<unknown>, servers: readonly Server[], limitMs: number): Promise<void> {
	const end = performance.now() + limitMs;
	for (;;) {
		try {
			await work();
			return;
		} catch (error) {
			const ended = servers.map((server) => server.ended()).find((said) => said !== null);
			if (ended) throw new Error(ended, { cause: error });
			if (performance.now() > end) throw error;
			await new Promise((resolve) => setTimeout(resolve, 200));
		}
	}
}

/** Waits until something answers over HTTP. */
export function ready(url: string, servers: readonly Server[], limitMs: number): Promise<void> {
	return until(() => fetch(url, { signal: AbortSignal.timeout(2000) }).then((response) => response.text()), servers, limitMs); // prettier-ignore
}

/** Ports of loopback that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
	const servers = Array.from({ length: count }, () => createServer());
	await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))));
	const ports = servers.map((server) => (server.address() as AddressInfo).port);
	await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
	return ports;
}
