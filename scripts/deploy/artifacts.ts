/** Compiled contracts: brought up to date when a source changed, and read from the compiler's output. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from '@nomicfoundation/ignition-core';
import { root, run } from '../run.ts';

export const contractNames = ['HospitalRegistry', 'PatientRegistry', 'ConsentRegistry', 'RecordRegistry'] as const;
export type ContractName = (typeof contractNames)[number];

const output = join(root, '.cache/hardhat');
const stamp = join(output, 'sources.sha256');
const hardhat = join(root, 'node_modules/hardhat/dist/src/cli.js');

/** Compiles the contracts unless the last compilation was of the same sources and settings. */
export async function compileContracts(): Promise<void> {
	const current = await digestOfSources();
	if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === current) return;
	const { code, output: said } = await run('node', [hardhat, 'build', '--quiet']);
	if (code !== 0) throw new Error(`The contracts do not compile.\n${said}`);
	await mkdir(output, { recursive: true });
	await writeFile(stamp, current);
}

/** What the compiler made of a contract. */
export async function readArtifact(name: string): Promise<Artifact> {
	return JSON.parse(await readFile(join(output, `artifacts/contracts/${name}.sol/${name}.json`), 'utf8')) as Artifact;
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
