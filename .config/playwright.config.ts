/** End-to-end tests: the built site in Chromium, on local networks of their own (one for each worker, started once for the run). */
import { defineConfig } from '@playwright/test';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromiumLaunch } from '../scripts/chromium.ts';

const inRepository = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const report = process.env.PLAYWRIGHT_JSON_OUTPUT_NAME;

export default defineConfig({
	testDir: inRepository('test/e2e'),
	testMatch: '**/*.spec.ts',
	outputDir: inRepository('test-results'),
	globalSetup: inRepository('test/e2e/networks.ts'),
	workers: Math.min(2, availableParallelism()),
	forbidOnly: true,
	retries: 0,
	// Only for what hangs: how long a step takes is the machine's business.
	timeout: 300_000,
	expect: { timeout: 30_000 },
	reporter: report ? [['line'], ['json', { outputFile: report }]] : 'list',
	use: {
		browserName: 'chromium',
		launchOptions: chromiumLaunch(),
		locale: 'en-GB',
		timezoneId: 'UTC',
		screenshot: 'only-on-failure',
		// Recording takes a quarter of the time that the runner computes. To see what went wrong: `--trace retain-on-failure`.
		trace: 'off',
	},
});
