/**
 * Three local clouds, each a process of its own on loopback: an IPFS node behind a gateway, and two S3 servers.
 * Their credentials are known to everybody and they hold nothing but ciphertext. Data lies in `dataDir/{ipfs,s3-a,s3-b}`.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IpfsConfig, S3Config } from '../../src/lib/storage/store.ts';
import { Problem } from '../problem.ts';
import type { CloudMessage, CloudOptions } from './cloud-process.ts';
import { host } from './server.ts';

export type CloudName = 'ipfs' | 's3-a' | 's3-b';
export const cloudNames: readonly CloudName[] = ['ipfs', 's3-a', 's3-b'];

const bucket = 'amana';
const token = 'amana-local';
const startMs = 30_000;
const program = fileURLToPath(new URL('cloud-process.ts', import.meta.url));

export interface CloudsOptions {
	dataDir: string;
	/** A free port where none, or 0, is given. */
	ports?: { ipfs?: number; s3A?: number; s3B?: number };
}

export interface Clouds {
	/** How to write to and read from them: the IPFS node, the first and the second S3 server. */
	configs: [IpfsConfig, S3Config, S3Config];
	/** Where another IPFS node reaches the first; it changes when that cloud is turned off and on. */
	multiaddr: string;
	/** Ends one of them, as if it were down. */
	turnOff: (name: CloudName) => Promise<void>;
	/** Starts it again with what it had, on the same port. */
	turnOn: (name: CloudName) => Promise<void>;
	/** Ends all of them. */
	stop: () => Promise<void>;
}

interface Running {
	child: ChildProcess;
	port: number;
	multiaddr: string;
}

/** Starts the clouds; resolves when all answer. A Problem with one clear sentence when one cannot start, and then none is left running. */
export async function startClouds({ dataDir, ports = {} }: CloudsOptions): Promise<Clouds> {
	const wanted: Record<CloudName, number> = { ipfs: ports.ipfs ?? 0, 's3-a': ports.s3A ?? 0, 's3-b': ports.s3B ?? 0 };
	const running = new Map<CloudName, Running>();

	async function turnOn(name: CloudName): Promise<void> {
		if (running.has(name)) return;
		const folder = join(dataDir, name);
		await mkdir(folder, { recursive: true });
		const cloud = await startProcess(optionsOf(name, folder, wanted[name]));
		wanted[name] = cloud.port;
		running.set(name, cloud);
	}

	async function turnOff(name: CloudName): Promise<void> {
		const cloud = running.get(name);
		running.delete(name);
		if (cloud) await end(cloud.child);
	}

	async function stop(): Promise<void> {
		await Promise.all(cloudNames.map(turnOff));
	}

	const started = await Promise.allSettled(cloudNames.map(turnOn));
	const failed = started.find((result) => result.status === 'rejected');
	if (failed) {
		await stop();
		throw failed.reason;
	}
	return {
		configs: [ipfsConfig(wanted.ipfs), s3Config('s3-a', wanted['s3-a']), s3Config('s3-b', wanted['s3-b'])],
		get multiaddr() {
			return running.get('ipfs')?.multiaddr ?? '';
		},
		turnOff,
		turnOn,
		stop,
	};
}

function ipfsConfig(port: number): IpfsConfig {
	const base = `http://${host}:${port}`;
	return { kind: 'ipfs', label: 'Local IPFS', gateway: `${base}/ipfs/`, uploadUrl: `${base}/upload`, token };
}

/** Starts one S3 server with the keys of `s3-a`, in a folder of its own and on a free port. */
export async function startS3Cloud(folder: string): Promise<{ port: number; stop: () => Promise<void> }> {
	await mkdir(folder, { recursive: true });
	const { child, port } = await startProcess(optionsOf('s3-a', folder, 0));
	return { port, stop: () => end(child) };
}

/** How to write to a local S3 server and read from it. */
export function s3Config(name: 's3-a' | 's3-b', port: number): S3Config {
	const endpoint = `http://${host}:${port}`;
	const label = name === 's3-a' ? 'Local S3 A' : 'Local S3 B';
	return {
		kind: 's3',
		label,
		endpoint,
		bucket,
		region: 'us-east-1',
		...keysOf(name),
		publicBase: `${endpoint}/${bucket}/`,
	};
}

function keysOf(name: CloudName): { accessKeyId: string; secretAccessKey: string } {
	return { accessKeyId: `amana-${name}`, secretAccessKey: `amana-${name}-secret` };
}

function optionsOf(name: CloudName, folder: string, port: number): CloudOptions {
	return name === 'ipfs'
		? { kind: 'ipfs', folder, port, token }
		: { kind: 's3', folder, port, bucket, ...keysOf(name) };
}

function startProcess(options: CloudOptions): Promise<Running> {
	const child = fork(program, [JSON.stringify(options)], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
	let complaints = '';
	child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints = (complaints + text).slice(-2000)));
	return new Promise<Running>((resolve, reject) => {
		const fail = (reason: string) => {
			clearTimeout(timer);
			child.kill('SIGKILL');
			reject(new Problem(reason));
		};
		const timer = setTimeout(() => fail(`A local cloud did not start in ${startMs / 1000} seconds.`), startMs);
		child.once('error', (error) => fail(`A local cloud could not be started: ${error.message}`));
		child.once('exit', () => fail(`A local cloud ended at once.\n${complaints.trim()}`.trimEnd()));
		child.once('message', (message: CloudMessage) => {
			if ('problem' in message) {
				fail(message.problem);
				return;
			}
			clearTimeout(timer);
			child.removeAllListeners('exit');
			resolve({ child, port: message.port, multiaddr: message.multiaddr ?? '' });
		});
	});
}

/** A cloud ends by itself once its channel closes; one that does not is killed. */
async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
	await new Promise<void>((resolve) => {
		child.once('exit', () => resolve());
		if (child.connected) child.disconnect();
	});
	clearTimeout(timer);
}
