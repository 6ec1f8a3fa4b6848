/** The clouds' conformance in Node. Nothing to run but under `scripts/conformance.ts`, which starts the clouds and names them. */
import { fileURLToPath } from 'node:url';
import { defineProject } from 'vitest/config';
import type { TestedCloud } from '../test/clouds/tested.ts';

/** The clouds of this run. */
export const tested = JSON.parse(process.env['AMANA_CLOUDS'] ?? '[]') as TestedCloud[];

export default defineProject({
	root: fileURLToPath(new URL('..', import.meta.url)),
	test: {
		name: 'clouds',
		environment: 'node',
		include: tested.length > 0 ? ['test/clouds/*.test.ts'] : [],
		exclude: ['test/clouds/*.browser.test.ts'],
		provide: { clouds: tested },
		testTimeout: 60_000,
		hookTimeout: 60_000,
	},
});
