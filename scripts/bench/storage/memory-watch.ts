/** How much memory a browser's page holds at most, as Linux tells it. */
import { readdirSync, readFileSync } from 'node:fs';

const everyMs = 50;

/** Watches the pages of a browser until it is stopped; the largest one's peak in bytes, or null where nothing is to be known. */
export function watchMemory(browser: number): { stop: () => number | null } {
	let peak = 0;
	const timer = setInterval(() => {
		peak = Math.max(peak, ...pagesOf(browser).map(heldBytes));
	}, everyMs);
	return {
		stop() {
			clearInterval(timer);
			return peak > 0 ? peak : null;
		},
	};
}

function pagesOf(browser: number): string[] {
	try {
		return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isPage(pid) && isBelow(Number(pid), browser));
	} catch {
		return [];
	}
}

function isPage(pid: string): boolean {
	return read(`/proc/${pid}/cmdline`).includes('--type=renderer');
}

function isBelow(pid: number, ancestor: number): boolean {
	if (pid <= 1) return false;
	// The name in brackets may hold anything; behind it come state and parent.
	const parent = Number(read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[1]);
	return parent === ancestor || isBelow(parent, ancestor);
}

/** What is the process's own, and what it shares with the browser's others; not the program itself. */
function heldBytes(pid: string): number {
	const status = read(`/proc/${pid}/status`);
	const kibibytes = ['RssAnon', 'RssShmem'].map((name) =>
		Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0),
	);
	return 1024 * kibibytes.reduce((sum, value) => sum + value, 0);
}

function read(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return ''; // it has ended meanwhile
	}
}
