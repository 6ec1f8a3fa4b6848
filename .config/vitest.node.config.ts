/** Unit, property and integration tests that run in Node: everything in `test/` but what needs a browser or has a runner of its own. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineProject } from 'vitest/config';

/** Set by `npm run test:long`: how long a test takes there is the test's own affair. */
const isSlow = Boolean(process.env['SLOW']);

export default defineProject({
	root: fileURLToPath(new URL('..', import.meta.url)),
	// For state classes in `.svelte.ts` files.
	plugins: [svelte({ configFile: false })],
	test: {
		name: 'node',
		environment: 'node',
		globalSetup: 'test/chain/shared-nodes.ts',
		include: ['test/**/*.test.ts'],
		exclude: ['test/**/*.browser.test.ts', 'test/e2e/**', 'test/clouds/**', 'test/contracts/**', 'test/metamask/**'],
		// Only for what hangs: how long a test takes is the machine's business.
		testTimeout: isSlow ? 60 * 60_000 : 180_000,
		hookTimeout: isSlow ? 60 * 60_000 : 180_000,
	},
});
