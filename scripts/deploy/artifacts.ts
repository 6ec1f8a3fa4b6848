/** Compiled contracts: brought up to date when a source changed, and read from the compiler's output. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from '@nomicfoundation/ignition-core';
import { withLock } from '../lock.ts';
import { root, run } from '../run.ts';

export const contractNames = [
	'HospitalRegistry',
	'PatientRegistry',
	'ConsentRegistry',
	'RecordRegistry',
	'PossessionAudit',
] as const;
export type ContractName = (typeof contractNames)[number];

const output = join(root, '.cache/hardhat');
const stamp = join(output, 'sources.sha256');
const hardhat = join(root, 'node_modules/hardhat/dist/src/cli.js');

/** Compiles the contracts unless the last compilation was of the same sources and settings; one process at a time. */
export async function compileContracts(): Promise<void> {
	const current = await digestOfSources();
	const isCurrent = async () => existsSync(stamp) && (await readFile(stamp, 'utf8')) === current;
	if (await isCurrent()) return;
	await withLock(join(root, '.cache/hardhat.lock'), async () => {
		if (await isCurrent()) return;
		const { code, output: said } = await run('node', [hardhat, 'build', '--quiet']);
		if (code !== 0) throw new Error(`The contracts do not compile.\n${said}`);
		await mkdir(output, { recursive: true });
		await writeFile(stamp, current);
	});
}

/** What the compiler made of a contract. */
export async function readArtifact(name: string): Promise<Artifact> {
	return JSON.parse(await readFile(join(output, `artifacts/contracts/${name}.sol/${name}.json`), 'utf8')) as Artifact;
}

export interface Compilation {
	/** The compiler's whole input ("standard JSON"): sources and settings. */
	input: unknown;
	/** Such as `0.8.37+commit.f401782d`. */
	compilerVersion: string;
	/** The contract within the input. */
	identifier: string;
}

/** From what a contract's code was made. Each contract names its own compilation: they differ in settings. */
export async function readCompilation(name: ContractName): Promise<Compilation> {
	const { buildInfoId, inputSourceName } = (await readArtifact(name)) as Artifact & Record<string, string>;
	const info = JSON.parse(await readFile(join(output, `artifacts/build-info/${buildInfoId}.json`), 'utf8')) as {
		input: unknown;
		solcLongVersion: string;
	};
	return { input: info.input, compilerVersion: info.solcLongVersion, identifier: `${inputSourceName}:${name}` };
}

async function digestOfSources(): Promise<string> {
	const files = await readdir(join(root, 'contracts'), { recursive: true });
	const sources = files.filter((file) => file.endsWith('.sol')).map((file) => join('contracts', file));
	const hash = createHash('sha256');
	for (const file of ['hardhat.config.ts', 'package-lock.json', ...sources.sort()]) {
		hash.update(`${file}\0`).update(await readFile(join(root, file)));
	}
	return hash.digest('hex');
}
