/** The wallet journey in the Playwright that Synpress is made for, once with each wallet; `scripts/metamask.ts` chooses. */
import { defineConfig } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { chromiumLaunch } from '../../scripts/chromium.ts';
import { testSite } from './site.ts';

const report = process.env.PLAYWRIGHT_JSON_OUTPUT_NAME;

export default defineConfig({
	outputDir: fileURLToPath(new URL('../../test-results/metamask', import.meta.url)),
	workers: 1,
	forbidOnly: true,
	retries: 0,
	reporter: report ? [['line'], ['json', { outputFile: report }]] : 'list',
	expect: { timeout: 30_000 },
	use: { baseURL: testSite().url, locale: 'en-GB', timezoneId: 'UTC', screenshot: 'only-on-failure' },
	projects: [
		{
			name: 'our-wallet',
			testMatch: 'our-wallet.spec.ts',
			timeout: 180_000,
			use: { launchOptions: chromiumLaunch() },
		},
		// MetaMask takes seconds for each of its windows; and it runs in the Chromium that Playwright fetched, not in ours.
		{ name: 'metamask', testMatch: 'metamask.spec.ts', timeout: 8 * 60_000 },
	],
});
