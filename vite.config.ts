import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { paraglideOptions } from './.config/paraglide.ts';

export default defineConfig({
	// Tests bring their own plugins (.config/vitest.*.config.ts): they need neither routes nor a fresh translation each time.
	// And `npm test` translates once, before anything reads what that writes.
	plugins: process.env.VITEST
		? []
		: process.env.AMANA_TRANSLATED
			? [sveltekit()]
			: [paraglideVitePlugin(paraglideOptions), sveltekit()],
	worker: { format: 'es' },
	build: {
		target: 'es2023',
		// The first browsers with light-dark(). For older ones it would be rewritten, and a dark part of a light page would stay light.
		cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
	},
	test: { projects: ['node', 'browser', 'clouds', 'clouds-browser'].map((name) => `.config/vitest.${name}.config.ts`) },
});
