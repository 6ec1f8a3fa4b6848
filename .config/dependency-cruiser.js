/**
 * Who may import whom under `src`. A folder may use what its row names (and itself); outsiders see its `index.ts` alone.
 * The picture of it is in `src/README.md`.
 */

/** @type {Record<string, string[]>} folders (or files) of `src/lib` that each may import */
const table = {
	'bytes.ts': [],
	'errors.ts': [],
	crypto: ['errors.ts', 'bytes.ts'],
	storage: ['errors.ts', 'bytes.ts'],
	chain: ['errors.ts', 'bytes.ts'],
	fhir: ['errors.ts', 'bytes.ts'],
	wallet: ['chain', 'errors.ts'],
	'audit/tree': ['errors.ts', 'bytes.ts'],
	audit: ['crypto', 'storage', 'chain', 'errors.ts', 'bytes.ts'],
	records: ['audit', 'wallet', 'fhir', 'chain', 'storage', 'crypto', 'errors.ts', 'bytes.ts'],
	i18n: ['errors.ts'],
	state: ['records', 'audit', 'wallet', 'errors.ts'],
	ui: ['i18n'],
};

/** What routes may use. */
const routes = ['state', 'records', 'audit', 'ui', 'i18n', 'errors.ts', 'bytes.ts'];

/**
 * Sealing happens while spreading, so these files take the stream's key and format from `crypto`, and the audit tree, which is made of
 * the same bytes in the same pass.
 */
const spreading =
	'^src/lib/storage/(spread|gather|stripe|repair|seal-(audits|batch|pieces)|sealer|erasure|manifest)\\.ts$';
const sealedFormats = ['^src/lib/crypto/(stream|domains)\\.ts$', '^src/lib/audit/tree/index\\.ts$'];

/** Viewers read the formats that they show; the rest of `ui` knows only its props. */
const viewers = '^src/lib/ui/viewers/';

/** @type {Record<string, string>} what in a folder has rules of its own */
const apart = { storage: spreading, ui: viewers, audit: '^src/lib/audit/tree/' };

/** @param {string[]} names */
const pattern = (names) =>
	names.map((name) => (name.endsWith('.ts') ? `${name.replace('.', '\\.')}$` : `${name}/`)).join('|');

const folderRules = Object.entries(table).map(([name, allowed]) => ({
	name: `${name.replace('.ts', '')}-imports`,
	comment: `src/lib/${name} may import ${allowed.join(', ') || 'nothing of ours'}.`,
	severity: 'error',
	from: {
		path: `^src/lib/${pattern([name])}`,
		...(apart[name] && { pathNot: apart[name] }),
	},
	to: { path: '^(src|scripts|test|contracts)/', pathNot: `^src/lib/(${pattern([name, ...allowed])})` },
}));

export default {
	forbidden: [
		...folderRules,
		{
			name: 'spreading-imports',
			comment: 'What seals while spreading may import errors, bytes, the stream format of crypto, and the audit tree.',
			severity: 'error',
			from: { path: spreading },
			to: { path: '^src/', pathNot: [`^src/lib/(${pattern(['storage', 'errors.ts', 'bytes.ts'])})`, ...sealedFormats] },
		},
		{
			name: 'viewers-imports',
			comment: 'Viewers may import ui, i18n, and fhir, which reads records and tells files apart.',
			severity: 'error',
			from: { path: viewers },
			to: { path: '^(src|scripts|test|contracts)/', pathNot: `^src/lib/(${pattern(['ui', 'i18n', 'fhir'])})` },
		},
		{
			name: 'routes-imports',
			comment: `Routes may import ${routes.join(', ')}; never crypto, storage or chain.`,
			severity: 'error',
			from: { path: '^src/routes/' },
			to: { path: '^(src|scripts|test|contracts)/', pathNot: ['^src/routes/', `^src/lib/(${pattern(routes)})`] },
		},
		{
			name: 'through-the-index',
			comment:
				"Another folder's index.ts is its door. (ui's components are imported one by one; ABE and the audit tree have doors of their own.)",
			severity: 'error',
			from: { path: '^src/(?:lib/([^/]+)|routes)/', pathNot: spreading },
			to: {
				path: '^src/lib/[^/]+/',
				pathNot: [
					'^src/lib/$1/',
					'^src/lib/[^/]+/index\\.ts$',
					'^src/lib/crypto/abe/index\\.ts$',
					'^src/lib/audit/tree/index\\.ts$',
					'^src/lib/state/public\\.ts$',
					'^src/lib/ui/',
				],
			},
		},
		{
			name: 'no-circular',
			comment: 'Two files that need each other are one file, or lack a third.',
			severity: 'error',
			from: { path: '^src/' },
			to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
		},
		{
			name: 'not-to-unresolvable',
			comment: 'An import that leads nowhere passes every other rule.',
			severity: 'error',
			from: {},
			to: { couldNotResolve: true, pathNot: '^\\$(app|env|service-worker)(/|$)|^virtual:' },
		},
		{
			name: 'not-to-dev-packages',
			comment: 'The site is built from dependencies alone.',
			severity: 'error',
			from: { path: '^src/' },
			to: {
				dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
				pathNot: ['node_modules/svelte/', 'node_modules/@sveltejs/', '@types'],
			},
		},
	],
	options: {
		doNotFollow: { path: ['node_modules', '^src/lib/i18n/paraglide/'] },
		exclude: { path: '^src/lib/i18n/paraglide/' },
		tsPreCompilationDeps: true,
		// Not the tsconfig: `#lib/*` is resolved through package.json, as Node does.
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['svelte', 'import', 'browser', 'default'],
			extensions: ['.ts', '.js', '.svelte', '.svelte.ts', '.d.ts', '.json'],
		},
	},
};
