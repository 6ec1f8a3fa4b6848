/** Tests of what only a browser has (workers, OPFS, IndexedDB, components), in a real Chromium. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { fileURLToPath } from 'node:url';
import { defineProject } from 'vitest/config';
import { chromiumLaunch } from '../scripts/chromium.ts';

export default defineProject({
	root: fileURLToPath(new URL('..', import.meta.url)),
	plugins: [svelte({ configFile: false })],
	worker: { format: 'es' },
	// Known from the start: a dependency that is found while tests run makes Vite reload them.
	optimizeDeps: {
		include: ['axe-core', 'dicom-parser', 'mcl-wasm/dist/mcl_c.js', 'valibot'],
		exclude: ['@lucide/svelte'],
	},
	test: {
		name: 'browser',
		include: ['test/**/*.browser.test.ts'],
		exclude: ['test/clouds/**'],
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
