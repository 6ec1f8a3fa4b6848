/**
 * `npm test`: everything that can be checked on this machine, from formatting to a browser, as named steps. Steps overlap where
 * they do not wait for each other, all run even when one fails, and the last line says `N passed, N failed`.
 *
 *     npm test                 all steps
 *     npm test -- unit lint    these steps, and what they need
 *     npm run check            what reads the sources without running them
 *     npm run test:long        contracts and unit tests with properties tried far more often, on chains far longer (`test/slow.ts`)
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { exitWith, Problem } from './problem.ts';
import { endAll, root, run } from './run.ts';
import type { Counts } from './testing/counts.ts';
import { allSteps, type Step } from './testing/steps.ts';

/** Steps at the same time, beside one in the background: one a core on the smallest machine that continuous integration gives. */
const atOnce = 2;

interface Result {
	step: Step;
	counts: Counts;
	ok: boolean;
	/** What the step says that it left out, by name: its lines that begin with `Skipped: `. */
	leftOut?: string[];
}

const args = process.argv.slice(2);
const isLong = args.includes('--long');
/** For one step; the long run's has thousands of random stories on a real chain node. */
const timeoutMs = (isLong ? 6 * 60 : 10) * 60_000;

const reports = join(root, '.cache/test');

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => {
		endAll(signal);
		setTimeout(() => process.exit(130), 2000);
	});
}

try {
	const began = performance.now();
	rmSync(reports, { recursive: true, force: true });
	mkdirSync(reports, { recursive: true });
	if (isLong) process.env['SLOW'] = '1';
	const results = await runSteps(chosen(args.filter((arg) => arg !== '--long')));
	const sum = (name: keyof Counts) => results.reduce((total, { counts }) => total + counts[name], 0);
	const seconds = Math.round((performance.now() - began) / 1000);
	const failed = results.filter(({ ok }) => !ok).map(({ step }) => step.name);
	console.log(`\n${results.length} steps in ${Math.floor(seconds / 60)} min ${seconds % 60} s`);
	for (const { leftOut = [] } of results) for (const line of leftOut) console.log(line);
	if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}`);
	const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
	console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
	process.exitCode = failed.length > 0 ? 1 : 0;
} catch (error) {
	exitWith(error);
}

/** The steps that the arguments name, and those that they need, in the order of the list. */
function chosen(names: string[]): Step[] {
	const all = allSteps();
	if (names.length === 0) return all;
	const wanted = new Set<string>();
	const want = (name: string) => {
		const step = all.find((candidate) => candidate.name === name);
		if (!step)
			throw new Problem(`There is no step "${name}". Steps: check, ${all.map((each) => each.name).join(', ')}`);
		wanted.add(name);
		step.needs?.forEach(want);
	};
	for (const name of names) {
		if (name === 'check') all.filter((step) => step.check).forEach((step) => want(step.name));
		else want(name);
	}
	return all.filter((step) => wanted.has(step.name));
}

/** Runs steps as soon as what they need is done and a place is free. */
async function runSteps(steps: Step[]): Promise<Result[]> {
	const results = new Map<string, Result>();
	const running = new Map<string, Promise<void>>();
	const waiting = [...steps];
	while (waiting.length > 0 || running.size > 0) {
		for (let next = ready(); next; next = ready()) {
			const step = next;
			waiting.splice(waiting.indexOf(step), 1);
			running.set(
				step.name,
				runStep(step, results).then((result) => {
					results.set(step.name, result);
					running.delete(step.name);
				}),
			);
		}
		await Promise.race(running.values());
	}
	return [...results.values()];

	/** The next step that can start: one in the background, or where there is a place one before it. */
	function ready(): Step | undefined {
		const can = waiting.filter((step) => step.needs?.every((name) => results.has(name)) ?? true);
		const under = steps.filter((step) => running.has(step.name));
		const before = under.filter((step) => !step.background);
		if (before.length === under.length) {
			const background = can.find((step) => step.background);
			if (background) return background;
		}
		if (before.length >= atOnce || before.some((step) => step.alone)) return undefined;
		const first = can.find((step) => !step.background);
		return first?.alone && before.length > 0 ? undefined : first;
	}
}

async function runStep(step: Step, results: Map<string, Result>): Promise<Result> {
	const broken = step.needs?.filter((name) => results.get(name)?.ok === false) ?? [];
	if (broken.length > 0) {
		console.log(`✗ ${step.name.padEnd(12)} not run, because of ${broken.join(', ')}`);
		return { step, ok: false, counts: { passed: 0, failed: 1, skipped: 0 } };
	}
	const [program, ...rest] = step.command;
	const { background } = step;
	const env = { CI: '1', FORCE_COLOR: '0', ...step.env };
	const options = { env, background, timeoutMs: background ? 3 * timeoutMs : timeoutMs };
	const result = await run(program, rest, options);
	const ok = result.code === 0;
	const counts = step.count?.(result) ?? { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
	const tests = step.count ? `  ${counts.passed} passed, ${counts.failed} failed` : '';
	console.log(`${ok ? '✓' : '✗'} ${step.name.padEnd(12)}${result.seconds.toFixed(1).padStart(6)} s${tests}`);
	if (!ok) console.log(indented(result.output));
	else if (step.name === 'size' || (isLong && step.count)) console.log(indented(result.output));
	return { step, ok, counts, leftOut: result.output.match(/^Skipped: .*$/gm) ?? [] };
}

function indented(text: string): string {
	return text.trim().replace(/^/gm, '    ');
}
