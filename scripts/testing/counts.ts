/**
 * How many tests each runner ran, from its own report. A run that failed without a failed test (a file that does not load, a
 * runner that crashed) counts as one failure, so that no failure is ever lost between the reports.
 */
import { existsSync, readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { RunResult } from '../run.ts';

export interface Counts {
	passed: number;
	failed: number;
	skipped: number;
}

/** Hardhat prints `12 passing`, `1 failing`, `2 skipped`, once for each of its runners or in all. */
export function countHardhat(result: RunResult): Counts {
	const output = stripVTControlCharacters(result.output);
	const sum = (word: string) =>
		[...output.matchAll(new RegExp(`^\\s*(\\d+) ${word}`, 'gm'))]
			.map((match) => Number(match[1]))
			.reduce((total, count) => total + count, 0);
	return atLeastOneFailure(result, {
		passed: sum('passing'),
		failed: sum('failing'),
		skipped: sum('(?:skipped|pending)'),
	});
}

/** Vitest's JSON report. */
export function countVitest(path: string): (result: RunResult) => Counts {
	return (result) => {
		const report = readReport(path);
		return atLeastOneFailure(result, {
			passed: numberIn(report, 'numPassedTests'),
			failed: numberIn(report, 'numFailedTests'),
			skipped: numberIn(report, 'numPendingTests') + numberIn(report, 'numTodoTests'),
		});
	};
}

/** Playwright's JSON report. A test that passed only when tried again counts as failed. */
export function countPlaywright(path: string): (result: RunResult) => Counts {
	return (result) => {
		const stats = (readReport(path) as { stats?: unknown } | null)?.stats ?? null;
		return atLeastOneFailure(result, {
			passed: numberIn(stats, 'expected'),
			failed: numberIn(stats, 'unexpected') + numberIn(stats, 'flaky'),
			skipped: numberIn(stats, 'skipped'),
		});
	};
}

function atLeastOneFailure(result: RunResult, counts: Counts): Counts {
	if (result.code !== 0 && counts.failed === 0) return { ...counts, failed: 1 };
	return counts;
}

function readReport(path: string): unknown {
	if (!existsSync(path)) return null;
	try {
		return JSON.parse(readFileSync(path, 'utf8'));
	} catch {
		return null;
	}
}

function numberIn(report: unknown, name: string): number {
	if (typeof report !== 'object' || report === null || !(name in report)) return 0;
	const value: unknown = report[name as keyof typeof report];
	return typeof value === 'number' ? value : 0;
}
