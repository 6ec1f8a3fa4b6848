/**
 * `npm run bench:abe`: how long attribute-based encryption takes with either pairing library, in Node and in Chromium, beside its
 * targets, and the group operations it takes. Writes the table of `docs/performance.md`.
 *
 *   --runtime node|chromium   measure there alone; write nothing
 *   --json                    print the figures and nothing else; write nothing (Chromium unless a runtime is named)
 *   --runs N                  how often (15)
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { exitWith, Problem } from '../problem.ts';
import { root } from '../run.ts';
import { measureAbe, type Report } from './abe/measure.ts';
import { tablesOf } from './abe/tables.ts';
import { openBench } from './storage/browser.ts';

type Runtime = 'node' | 'chromium';

const path = join(root, 'docs/performance.md');
const [begin, end] = ['<!-- npm run bench:abe -->', '<!-- end of bench:abe -->'];

await main().then(() => process.exit(0), exitWith);

async function main(): Promise<void> {
	const { json, runtime, runs } = readArguments();
	if (json) {
		console.log(JSON.stringify(await measureIn(runtime ?? 'chromium', runs)));
		return;
	}
	const runtimes: Runtime[] = runtime ? [runtime] : ['chromium', 'node'];
	const reports: [string, Report][] = [];
	for (const where of runtimes) reports.push([where === 'node' ? 'Node' : 'Chromium', await measureIn(where, runs)]);
	const tables = tablesOf(reports);
	console.log(tables);
	if (!runtime) await writeTables(tables);
}

function readArguments(): { json: boolean; runtime: Runtime | undefined; runs: number } {
	const options = {
		json: { type: 'boolean', default: false },
		runtime: { type: 'string' },
		runs: { type: 'string', default: '15' },
	} as const;
	try {
		const { json, runtime, runs } = parseArgs({ options }).values;
		if (runtime !== undefined && runtime !== 'node' && runtime !== 'chromium') throw new Error('No such runtime.');
		if (!(Number(runs) >= 1)) throw new Error('Runs are a number.');
		return { json, runtime, runs: Number(runs) };
	} catch (error) {
		throw new Problem(`${(error as Error).message} Known are --json, --runtime node|chromium and --runs N.`);
	}
}

async function measureIn(runtime: Runtime, runs: number): Promise<Report> {
	if (runtime === 'node') return measureAbe(runs);
	const bench = await openBench('/scripts/bench/abe/');
	try {
		return await bench.inPage<Report>('measure', 'measureAbe', runs);
	} finally {
		await bench.stop();
	}
}

async function writeTables(tables: string): Promise<void> {
	const text = await readFile(path, 'utf8');
	const [before, rest] = text.split(begin);
	const after = rest?.split(end)[1];
	if (before === undefined || after === undefined) throw new Problem(`docs/performance.md lacks ${begin} or ${end}.`);
	const whole = `${before}${begin}\n\n${tables}\n\n${end}${after}`;
	await writeFile(path, await format(whole, { ...(await resolveConfig(path)), filepath: path }));
}
