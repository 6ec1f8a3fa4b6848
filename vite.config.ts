import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

const site = [
	paraglideVitePlugin({
		project: './src/lib/i18n/project.inlang',
		outdir: './src/lib/i18n/paraglide',
		strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
		emitTsDeclarations: true,
	}),
	sveltekit(),
];

export default defineConfig({
	// Tests bring their own plugins (.config/vitest.*.config.ts): they need neither routes nor a fresh translation each time.
	plugins: process.env.VITEST ? [] : site,
	worker: { format: 'es' },
	build: { target: 'es2023' },
	test: { projects: ['.config/vitest.node.config.ts', '.config/vitest.browser.config.ts'] },
});
