/** Runs a program to its end, with what it printed kept. No program outlives the script that ran it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

export interface RunResult {
	code: number;
	/** Standard output and standard error, in the order they came. */
	output: string;
	seconds: number;
}

export interface RunOptions {
	/** Default: the repository's folder. */
	cwd?: string;
	env?: Record<string, string>;
	timeoutMs?: number;
	/** It, and what it starts, has only the time that nobody else wants. */
	background?: boolean | undefined;
}

const running = new Set<ChildProcess>();

process.once('exit', () => endAll('SIGKILL'));

/** Ends every program under way, and what each of them started. */
export function endAll(signal: NodeJS.Signals): void {
	for (const child of running) {
		// Each has a process group of its own, so that a runner's workers and browsers end with it.
		if (child.pid) tryKill(-child.pid, signal);
	}
}

/** Runs a program of `node_modules/.bin`, of the path, or `node`. A program that cannot be started has code 127, one that ran out of time 124. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
	const { cwd = root, env = {}, timeoutMs = 10 * 60_000, background = false } = options;
	const began = performance.now();
	return new Promise((done) => {
		const child = spawn(program === 'node' ? process.execPath : program, args, {
			cwd,
			env: { ...process.env, PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter), ...env },
			stdio: ['ignore', 'pipe', 'pipe'],
			detached: true,
		});
		running.add(child);
		if (background && child.pid) yieldTo(child.pid);
		let output = '';
		let timedOut = false;
		const timer = setTimeout(() => {
			timedOut = true;
			output += `\nNo end after ${timeoutMs / 60_000} minutes: stopped.\n`;
			if (child.pid) tryKill(-child.pid, 'SIGKILL');
		}, timeoutMs);
		const finish = (code: number) => {
			clearTimeout(timer);
			running.delete(child);
			done({ code, output, seconds: (performance.now() - began) / 1000 });
		};
		child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
		child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
		child.on('error', (error) => {
			output += error.message;
			finish(127);
		});
		child.on('close', (code) => finish(timedOut ? 124 : (code ?? 1)));
	});
}

/** Gives a program the lowest priority; also its session's, by which Linux shares time between sessions before it looks at programs. */
function yieldTo(pid: number): void {
	try {
		setPriority(pid, constants.priority.PRIORITY_LOW);
		writeFileSync(`/proc/${pid}/autogroup`, String(constants.priority.PRIORITY_LOW));
	} catch {
		// Another system, or one that does not let us: then it takes its share.
	}
}

function tryKill(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(pid, signal);
	} catch {
		// It has ended already.
	}
}
