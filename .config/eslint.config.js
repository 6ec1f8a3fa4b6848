/** ESLint: typescript-eslint's strict type-checked rules, Svelte's, and none that Prettier already settles. */
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import { fileURLToPath } from 'node:url';
import ts from 'typescript-eslint';
import svelteConfig from '../svelte.config.js';

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig(
	{
		ignores: [
			'**/node_modules/',
			'build/',
			'coverage/',
			'test-results/',
			'.svelte-kit/',
			'.cache/',
			'static/',
			'src/lib/i18n/paraglide/',
			'src/lib/chain/abi/',
			'test/metamask/',
			'test/vectors/',
		],
	},
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	ts.configs.strictTypeChecked,
	svelte.configs.recommended,
	prettier,
	svelte.configs.prettier,
	{
		languageOptions: {
			globals: { ...globals.browser, ...globals.node },
			parserOptions: { projectService: true, tsconfigRootDir: root, extraFileExtensions: ['.svelte'] },
		},
		rules: {
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
			// Numbers and bigints read well in templates; anything else must be made text on purpose.
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: false }],
			'@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
			// `while (true)` with a break is how a bounded retry reads best.
			'@typescript-eslint/no-unnecessary-condition': [
				'error',
				{ allowConstantLoopConditions: 'only-allowed-literals' },
			],
			'no-console': 'error',
			eqeqeq: 'error',
			'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' }],
		},
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
		rules: {
			// SvelteKit's `resolve` would make absolute what must work from a sub-path and from IPFS; see ui/link.
			'svelte/no-navigation-without-resolve': 'off',
		},
	},
	// Tools want default exports in their configuration; scripts talk to a terminal.
	{ files: ['*.ts', '*.js', '.config/**'], rules: { 'no-restricted-syntax': 'off' } },
	{ files: ['scripts/**'], rules: { 'no-console': 'off' } },
	{ files: ['test/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
);
