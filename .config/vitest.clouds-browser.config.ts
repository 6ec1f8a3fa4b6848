/** The clouds' conformance from a page in a real Chromium: CORS and all. Runs under `scripts/conformance.ts` alone. */
import { playwright } from '@vitest/browser-playwright';
import { fileURLToPath } from 'node:url';
import { defineProject } from 'vitest/config';
import { chromiumLaunch } from '../scripts/chromium.ts';
import { tested } from './vitest.clouds.config.ts';

export default defineProject({
	root: fileURLToPath(new URL('..', import.meta.url)),
	// All that is loaded late, so that no page is loaded anew in the middle of a test.
	optimizeDeps: {
		include: [
			'valibot',
			'viem',
			'viem/accounts',
			'viem/actions',
			'@filoz/synapse-core/abis',
			'@filoz/synapse-core/chains',
			'@filoz/synapse-core/piece',
			'@filoz/synapse-core/typed-data',
			'@filoz/synapse-core/warm-storage',
		],
	},
	test: {
		name: 'clouds-browser',
		include: tested.length > 0 ? ['test/clouds/*.browser.test.ts'] : [],
		provide: { clouds: tested },
		testTimeout: 60_000,
		browser: {
			enabled: true,
			headless: true,
			screenshotFailures: false,
			provider: playwright({ launchOptions: chromiumLaunch() }),
			instances: [{ browser: 'chromium' }],
		},
	},
});
