/**
 * The steps of `npm test`, in the order they start; each is one program, and passes when that ends with 0. The longest start first, so that
 * the short ones fill what is left beside them.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, type RunResult } from '../run.ts';
import { countHardhat, countPlaywright, countVitest, type Counts } from './counts.ts';

export interface Step {
	name: string;
	/** Part of `npm run check`: what reads the sources without running them. */
	check?: true;
	/** Steps whose result it uses; it does not run when one of them failed. */
	needs?: string[];
	/** Runs with nothing beside it but what is in the background, because it measures time or uses both cores. */
	alone?: true;
	/** Runs at the lowest priority beside all others, one at a time: it reads the sources, and waits for nobody and nobody for it. */
	background?: true;
	command: [string, ...string[]];
	env?: Record<string, string>;
	/** Tests passed, failed and skipped; a step without it counts as one. */
	count?: (result: RunResult) => Counts;
}

const reports = '.cache/test';
const eslint = ['--config', '.config/eslint.config.js', '--cache', '--cache-location', '.cache/eslint/'];

/** All steps that apply to this tree. */
export function allSteps(): Step[] {
	return [
		{ name: 'chromium', command: ['node', 'scripts/chromium.ts'] },
		{ name: 'translate', check: true, command: ['node', 'scripts/translate.ts'] },
		{ name: 'sync', check: true, needs: ['translate'], command: ['svelte-kit', 'sync'] },
		{ name: 'compile', command: ['node', 'scripts/compile.ts'] },
		{ name: 'unit', needs: ['sync', 'compile'], ...vitest('node', '--maxWorkers=2') },
		{
			name: 'contracts',
			needs: ['compile'],
			command: ['hardhat', 'test'],
			env: { HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true' },
			count: countHardhat,
		},
		{ name: 'lint', check: true, background: true, needs: ['sync'], command: ['eslint', ...eslint, '.'] },
		{
			name: 'types',
			check: true,
			background: true,
			needs: ['sync'],
			command: ['svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human'],
		},
		{ name: 'browser', needs: ['sync', 'chromium'], ...vitest('browser') },
		{
			name: 'clouds',
			needs: ['sync', 'chromium'],
			command: [
				'node',
				'scripts/conformance.ts',
				'--reporter=dot',
				'--reporter=json',
				`--outputFile.json=${join(root, reports, 'clouds.json')}`,
			],
			count: countVitest(join(root, reports, 'clouds.json')),
		},
		{ name: 'format', check: true, background: true, command: ['prettier', '--check', '--log-level=warn', '.'] },
		{
			name: 'boundaries',
			check: true,
			background: true,
			needs: ['sync'],
			command: ['depcruise', 'src', '--config', '.config/dependency-cruiser.js'],
		},
		{
			name: 'solidity',
			check: true,
			background: true,
			command: [
				'solhint',
				'--config',
				'.config/solhint.json',
				'--max-warnings',
				'0',
				'--disc',
				'--noPoster',
				'contracts/**/*.sol',
			],
		},
		{
			name: 'build',
			needs: ['sync'],
			command: ['node', 'scripts/build.ts', '--force'],
			env: { AMANA_TRANSLATED: '1' },
		},
		{ name: 'size', needs: ['build'], command: ['node', 'scripts/checks/size.ts'] },
		{ name: 'policy', needs: ['build'], command: ['node', 'scripts/checks/policy.ts'] },
		{
			name: 'e2e',
			needs: ['build', 'chromium', 'compile'],
			alone: true,
			command: ['playwright', 'test', '--config', '.config/playwright.config.ts'],
			env: { PLAYWRIGHT_JSON_OUTPUT_NAME: join(root, reports, 'e2e.json') },
			count: countPlaywright(join(root, reports, 'e2e.json')),
		},
		...(existsSync(join(root, 'test/metamask/package.json')) ? [metamask()] : []),
	];
}

function vitest(project: string, ...options: string[]): Pick<Step, 'command' | 'count'> {
	const report = join(root, reports, `${project}.json`);
	return {
		command: [
			'vitest',
			'run',
			'--project',
			project,
			...options,
			'--reporter=dot',
			'--reporter=json',
			`--outputFile.json=${report}`,
		],
		count: countVitest(report),
	};
}

/** The wallet journey again, through Synpress with our own wallet: what needs no download. */
function metamask(): Step {
	const report = join(root, reports, 'metamask.json');
	return {
		name: 'metamask',
		needs: ['build', 'chromium', 'compile'],
		alone: true,
		command: ['node', 'scripts/metamask.ts', '--our-wallet'],
		env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
		count: countPlaywright(report),
	};
}
