/** One process at a time: a file with the number of the process that is at it. One whose process has ended holds nobody up. */
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const askAgainMs = 200;

/** Does the work while no other process does it under the same file. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
	mkdirSync(dirname(file), { recursive: true });
	while (!take(file)) await new Promise((done) => setTimeout(done, askAgainMs));
	try {
		return await work();
	} finally {
		rmSync(file, { force: true });
	}
}

/** Whether a process with this number runs. */
export function isAlive(pid: number): boolean {
	if (!Number.isInteger(pid) || pid < 1) return false;
	try {
		return process.kill(pid, 0);
	} catch (error) {
		// Somebody else's process is a living one too.
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

function take(file: string): boolean {
	// Written first and then given its name, so that nobody ever reads a lock without its holder.
	const own = `${file}.${process.pid}`;
	writeFileSync(own, String(process.pid));
	try {
		linkSync(own, file);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
	} finally {
		rmSync(own, { force: true });
	}
	if (!isAlive(holderOf(file))) rmSync(file, { force: true });
	return false;
}

function holderOf(file: string): number {
	try {
		return Number(readFileSync(file, 'utf8'));
	} catch {
		return 0;
	}
}
