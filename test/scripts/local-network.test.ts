/** That nothing of a local network outlives it, however it ends. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startLocalNetwork } from '../../scripts/network/local-network.ts';
import { root } from '../../scripts/run.ts';

const patience = { timeout: 20_000, interval: 200 };

/** Starts a network in a process of its own, which says where everything is. */
const program = `
	import { startLocalNetwork } from './scripts/network/local-network.ts';
	const { config, dataDir } = await startLocalNetwork();
	console.log(JSON.stringify({ dataDir, urls: [config.chain.rpcUrls[0], ...config.clouds.map((cloud) => cloud.gateway ?? cloud.endpoint)] }));
	process.once('SIGTERM', () => process.exit(0));
`;

interface Started {
	dataDir: string;
	urls: string[];
}

async function startElsewhere(): Promise<Started & { end: (signal: NodeJS.Signals) => void }> {
	const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
		cwd: root,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const line = await new Promise<string>((done, fail) => {
		let said = '';
		child.stdout.setEncoding('utf8').on('data', (text: string) => {
			said += text;
			if (said.includes('\n')) done(said);
		});
		child.once('exit', () => fail(new Error('The network did not start.')));
	});
	return { ...(JSON.parse(line) as Started), end: (signal) => child.kill(signal) };
}

async function answers(url: string): Promise<boolean> {
	return fetch(url).then(
		() => true,
		() => false,
	);
}

async function expectNothingLeft(urls: string[]): Promise<void> {
	expect(urls).toHaveLength(4);
	for (const url of urls) await expect.poll(() => answers(url), patience).toBe(false);
}

describe('a local network', () => {
	test('answers everywhere, and leaves no process and no data when stopped', async () => {
		const network = await startLocalNetwork();
		const { config, dataDir } = network;
		const urls = [
			...config.chain.rpcUrls,
			...config.clouds.map((cloud) =>
				cloud.kind === 'ipfs' ? cloud.gateway : cloud.kind === 's3' ? cloud.endpoint : '',
			),
		];
		expect(await Promise.all(urls.map(answers))).toEqual([true, true, true, true]);
		expect(config.demo?.accounts.map(({ role }) => role)).toEqual(
			expect.arrayContaining(['registrar', 'hospital', 'clinician', 'patient']),
		);
		expect(existsSync(join(dataDir, 'ipfs'))).toBe(true);
		await Promise.all([network.stop(), network.stop()]);
		await expectNothingLeft(urls);
		expect(existsSync(dataDir)).toBe(false);
	});

	test.each(['SIGTERM', 'SIGKILL'] as const)('leaves no process when whoever started it ends by %s', async (signal) => {
		const { urls, dataDir, end } = await startElsewhere();
		expect(await Promise.all(urls.map(answers))).toEqual([true, true, true, true]);
		end(signal);
		await expectNothingLeft(urls);
		// Its data goes when the next network starts.
		const next = await startLocalNetwork();
		expect(existsSync(dataDir)).toBe(false);
		await next.stop();
	});
});
