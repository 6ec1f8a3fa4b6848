/**
 * The Chromium that tests and screenshots run in: the system's where there is one, else the one that Playwright fetched.
 * Run as a script it installs one where there is none: by apt when root on Debian, else by Playwright.
 */
import { existsSync } from 'node:fs';
import { exitWith, Problem } from './problem.ts';
import { run } from './run.ts';

const systemPaths = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

// Containers run as root and have little shared memory; and nothing that a test did not ask for may use the network.
const args = [
	'--no-sandbox',
	'--disable-dev-shm-usage',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-domain-reliability',
	'--no-first-run',
];

/** The path of a Chromium on this machine (`CHROMIUM_PATH` first), or null: then Playwright's own is to be used. */
export function findChromium(): string | null {
	const own = process.env.CHROMIUM_PATH;
	if (own) return own;
	return systemPaths.find((path) => existsSync(path)) ?? null;
}

/** Launch options for Playwright and for Vitest's browser mode. */
export function chromiumLaunch(): { args: string[]; executablePath?: string } {
	const executablePath = findChromium();
	return executablePath ? { args, executablePath } : { args };
}

/** The path of a Chromium, installed if need be. */
export async function ensureChromium(): Promise<string> {
	const { chromium } = await import('@playwright/test');
	const found = findChromium() ?? (existsSync(chromium.executablePath()) ? chromium.executablePath() : null);
	if (found) return found;
	if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
		const env = { DEBIAN_FRONTEND: 'noninteractive' };
		await run('apt-get', ['update'], { env });
		await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { env });
		const installed = findChromium();
		if (installed) return installed;
	}
	const { code, output } = await run('playwright', ['install', 'chromium']);
	if (code === 0) return chromium.executablePath();
	throw new Problem(
		`Chromium is missing and could not be fetched: install it, or connect and run it again.\n${output}`,
	);
}

if (import.meta.main) {
	await ensureChromium().then((path) => console.log(path), exitWith);
}
