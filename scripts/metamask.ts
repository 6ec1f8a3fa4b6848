/**
 * `npm run test:metamask`: the wallet journey of the browser tests with MetaMask, which Synpress fetches, sets up once and drives
 * (`test/metamask`, a package of its own). Needs the internet the first time.
 *
 *     npm run test:metamask                      with MetaMask
 *     npm run test:metamask -- --our-wallet      types of it all, and the journey by Synpress with our own wallet: part of `npm test`
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { siteVariable, type TestSite } from '../test/metamask/site.ts';
import { ensureChromium } from './chromium.ts';
import { startLocalNetwork, type LocalNetwork } from './network/local-network.ts';
import { install, needsInstall } from './packages.mjs';
import { exitWith, Problem } from './problem.ts';
import { root, run, type RunResult } from './run.ts';

const folder = join(root, 'test/metamask');
const playwright = join(folder, 'node_modules/@playwright/test/cli.js');
const synpress = join(folder, 'node_modules/@synthetixio/synpress/dist/cli.js');

/** Where Synpress keeps MetaMask, and a browser profile in which it is set up. */
const cache = join(folder, '.cache-synpress');
const readyMark = join(cache, 'ready');

// Without windows, unless a person wants to watch (`HEADLESS= npm run test:metamask`).
const headless = { HEADLESS: process.env.HEADLESS ?? '1' };

// Where that Playwright looks for its Chromium was given up since.
const downloads = {
	PLAYWRIGHT_DOWNLOAD_HOST:
		process.env.PLAYWRIGHT_DOWNLOAD_HOST ?? 'https://cdn.playwright.dev/dbazure/download/playwright',
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

await main().catch(exitWith);

async function main(): Promise<void> {
	const ourWallet = readArguments();
	await installPackages();
	const env: Record<string, string> = ourWallet ? { CHROMIUM_PATH: await ensureChromium() } : headless;
	if (!ourWallet) await prepareMetaMask();
	const network = await startLocalNetwork({ site: true, onStep: console.log });
	try {
		const project = ourWallet ? 'our-wallet' : 'metamask';
		// With the paths of test/metamask/tsconfig.json, which are for types, Playwright would import itself a second time.
		const options = [`--project=${project}`, `--tsconfig=${join(root, 'tsconfig.json')}`];
		const specs = run('node', [playwright, 'test', ...options], {
			cwd: folder,
			env: { ...env, [siteVariable]: JSON.stringify(siteOf(network)) },
		});
		const types = ourWallet ? [run('tsc', ['--noEmit', '--project', folder])] : [];
		for (const { code, output } of await Promise.all([specs, ...types])) {
			console.log(output.trim());
			if (code !== 0) process.exitCode = 1;
		}
	} finally {
		await network.stop();
	}
}

function readArguments(): boolean {
	try {
		return parseArgs({ options: { 'our-wallet': { type: 'boolean', default: false } } }).values['our-wallet'];
	} catch (error) {
		throw new Problem(`${(error as Error).message} Known is --our-wallet.`);
	}
}

async function installPackages(): Promise<void> {
	if (!needsInstall(folder)) return;
	console.log('installing the packages of test/metamask (only when its lock file changes)');
	await install(folder, process.execPath).catch((error: unknown) => {
		throw error instanceof Error ? new Problem(error.message, { cause: error }) : error;
	});
}

/** Fetches MetaMask and the Chromium that it runs in, and sets MetaMask up; each only where it is not there yet. */
async function prepareMetaMask(): Promise<void> {
	// Synpress takes whatever lies there for whole, also what an interruption left behind.
	if (!existsSync(readyMark)) rmSync(cache, { recursive: true, force: true });
	rmSync(readyMark, { force: true });
	console.log('fetching MetaMask and its Chromium, setting MetaMask up (once)');
	const fetchExtension = `import { prepareExtension } from '@synthetixio/synpress-cache'; await prepareExtension();`;
	const extension = await run('node', ['--input-type=module', '--eval', fetchExtension], { cwd: folder });
	if (extension.code !== 0) throw notDownloaded('MetaMask', extension);
	const chromium = await run('node', [playwright, 'install', 'chromium'], { cwd: folder, env: downloads });
	if (chromium.code !== 0) throw notDownloaded('The Chromium that MetaMask runs in', chromium);
	const setup = await run('node', [synpress, 'wallet-setup'], { cwd: folder, env: headless });
	if (setup.code !== 0) throw new Problem(`MetaMask could not be set up:\n${setup.output.trim()}`);
	writeFileSync(readyMark, '');
}

function notDownloaded(what: string, { output }: RunResult): Problem {
	const cause = /\b(E[A-Z_]{4,}|status code \d+)\b/.exec(output)?.[0] ?? output.trim();
	return new Problem(`${what} could not be downloaded (${cause}): connect to the internet and run it again.`);
}

function siteOf({ url, config, chain }: LocalNetwork): TestSite {
	const account = config.demo?.accounts.find(({ name }) => name === 'A new patient');
	if (!url || !account) throw new Error('The local network came without a site or without a new patient.');
	return { url, rpcUrl: chain.url, chainId: chain.chainId, privateKey: account.privateKey };
}
