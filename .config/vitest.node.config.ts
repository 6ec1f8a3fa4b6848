/** Unit, property and integration tests that run in Node: everything in `test/` but what needs a browser or has a runner of its own. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineProject } from 'vitest/config';

export default defineProject({
	root: fileURLToPath(new URL('..', import.meta.url)),
	// For state classes in `.svelte.ts` files.
	plugins: [svelte({ configFile: false })],
	test: {
		name: 'node',
		environment: 'node',
		include: ['test/**/*.test.ts'],
		exclude: ['test/**/*.browser.test.ts', 'test/e2e/**', 'test/contracts/**', 'test/metamask/**'],
		testTimeout: 30_000,
		hookTimeout: 60_000,
	},
});
