/**
 * Clouds that are not ours, for the conformance tests: Ceph's and OpenStack's S3 servers from the distribution's packages. Where they are not
 * installed and cannot be (no apt-get, not root, no network in time), a cloud is left out, and said so by name.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { run } from '../run.ts';
import { cephPackages, cephPrograms, startCeph } from './ceph.ts';
import type { RealCloud } from './programs.ts';
import { startSwift, swiftPackages, swiftPrograms } from './swift.ts';

/** For all packages together. */
const installMs = 240_000;

const kinds = [
	{ name: 'Ceph RGW', programs: cephPrograms, packages: cephPackages, start: startCeph },
	{ name: 'OpenStack Swift', programs: swiftPrograms, packages: swiftPackages, start: startSwift },
];

export interface RealClouds {
	started: { name: string; cloud: RealCloud }[];
	/** Names of the clouds that are left out, each with the reason. */
	skipped: { name: string; why: string }[];
	stop: () => Promise<void>;
}

/** Installs what is missing, where that can be done, and starts the clouds. Throws nothing: what does not work is in `skipped`. */
export async function startRealClouds(): Promise<RealClouds> {
	const missing = kinds.filter(({ programs }) => !programs.every(isThere)).flatMap(({ packages }) => packages);
	const whyNot = missing.length > 0 ? await install(missing) : null;
	const folder = await mkdtemp(join(tmpdir(), 'amana-real-'));
	const started: RealClouds['started'] = [];
	const skipped: RealClouds['skipped'] = [];
	await Promise.all(
		kinds.map(async ({ name, programs, start }) => {
			const lacks = programs.find((each) => !isThere(each));
			if (lacks) {
				skipped.push({ name, why: whyNot ?? `${lacks} is not there.` });
				return;
			}
			try {
				started.push({ name, cloud: await start(await mkdtemp(join(folder, 'cloud-'))) });
			} catch (error) {
				skipped.push({ name, why: `It did not start: ${lastLine(String(error))}` });
			}
		}),
	);
	const stop = async () => {
		await Promise.all(started.map(({ cloud }) => cloud.stop()));
		await rm(folder, { recursive: true, force: true });
	};
	return { started, skipped, stop };
}

/** Null when the packages are installed; else why not. */
async function install(packages: string[]): Promise<string | null> {
	if (!isThere('apt-get')) return 'There is no apt-get here.';
	if (process.getuid?.() !== 0) return 'Only root can install packages.';
	const env = { DEBIAN_FRONTEND: 'noninteractive' };
	const began = performance.now();
	for (const args of [
		['update', '-q'],
		['install', '-y', '-q', '--no-install-recommends', ...packages],
	]) {
		const timeoutMs = installMs - (performance.now() - began);
		const { code, output } = await run('apt-get', args, { env, timeoutMs });
		if (code !== 0) return `apt-get ${args[0] ?? ''} failed: ${lastLine(output)}`;
	}
	return null;
}

function isThere(program: string): boolean {
	try {
		execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}

function lastLine(text: string): string {
	return stripVTControlCharacters(text).trim().split('\n').at(-1)?.slice(0, 200) ?? '';
}
