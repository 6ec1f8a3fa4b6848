/** The clouds' conformance from a page in a real Chromium: CORS and all. Runs under `scripts/conformance.ts` alone. */
import { playwright } from '@vitest/browser-playwright';
import { fileURLToPath } from 'node:url';
import { defineProject } from 'vitest/config';
import { chromiumLaunch } from '../scripts/chromium.ts';
import { tested } from './vitest.clouds.config.ts';

export default defineProject({
	root: fileURLToPath(new URL('..', import.meta.url)),
	optimizeDeps: { include: ['valibot'] },
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
