/**
 * The Chromium that tests and screenshots run in: the system's where there is one, else the one that Playwright fetched.
 */
import { existsSync } from 'node:fs';

const systemPaths = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

// Containers run as root and have little shared memory; and nothing that a test did not ask for may use the network.
const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking', '--no-first-run'];

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
