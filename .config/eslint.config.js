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
			parserOptions: { projectService: true, tsconfigRootDir: root },
		},
		rules: {
			'@typescript-eslint/consistent-type-imports': [
				'error',
				{ fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
			],
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
			// Numbers and bigints read well in templates; anything else must be made text on purpose.
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: false }],
			'@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
			// `while (true)` with a break is how a bounded retry reads best.
			'@typescript-eslint/no-unnecessary-condition': [
				'error',
				{ allowConstantLoopConditions: 'only-allowed-literals' },
			],
			// Node's test runner waits for what these return by itself.
			'@typescript-eslint/no-floating-promises': [
				'error',
				{
					allowForKnownSafeCalls: [
						{ from: 'package', name: ['describe', 'it', 'test', 'suite'], package: 'node:test' },
					],
				},
			],
			'no-console': 'error',
			eqeqeq: 'error',
			'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' }],
		},
	},
	{
		files: ['**/*.svelte'],
		languageOptions: {
			parserOptions: {
				parser: ts.parser,
				svelteConfig,
				extraFileExtensions: ['.svelte'],
				// The program is made anew for each component (0.5 s; with all scripts and tests in it, twice that).
				projectService: false,
				project: '.config/tsconfig.svelte.json',
			},
		},
		rules: {
			// SvelteKit's `resolve` would make absolute what must work from a sub-path and from IPFS; see ui/link.
			'svelte/no-navigation-without-resolve': 'off',
			// The content policy refuses them.
			'svelte/no-inline-styles': ['error', { allowTransitions: true }],
		},
	},
	{ files: ['**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } } },
	// dependency-cruiser sees values that a component imports, not types.
	{
		files: ['src/routes/**'],
		rules: {
			'no-restricted-imports': [
				'error',
				{ patterns: [{ group: ['#lib/crypto/*', '#lib/storage/*', '#lib/chain/*', '#lib/wallet/*'] }] },
			],
		},
	},
	{
		files: ['src/lib/ui/**'],
		rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '^#lib/(?!ui/|i18n/)' }] }] },
	},
	{
		files: ['src/lib/ui/viewers/**'],
		rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '^#lib/(?!ui/|i18n/|fhir/)' }] }] },
	},
	// Tools want default exports in their configuration; scripts talk to a terminal.
	{ files: ['*.ts', '*.js', '.config/**', 'scripts/deploy/modules/**'], rules: { 'no-restricted-syntax': 'off' } },
	{ files: ['scripts/**'], rules: { 'no-console': 'off' } },
	// What JSON.parse gives has its type in a comment there, which these rules do not read.
	{
		files: ['**/*.mjs'],
		rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-return': 'off' },
	},
	{ files: ['test/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
);
