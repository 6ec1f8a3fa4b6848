/** Where a local network keeps its clouds' data: under `.cache`, on the repository's disk, gone when the network stops. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../lock.ts';
import { root } from '../run.ts';

const parent = join(root, '.cache/networks');

/** A new empty folder. What networks left behind that were killed is removed on the way. */
export function makeDataFolder(): string {
	mkdirSync(parent, { recursive: true });
	for (const name of readdirSync(parent)) {
		if (!isAlive(Number(name.split('-')[0]))) rmSync(join(parent, name), { recursive: true, force: true });
	}
	return mkdtempSync(join(parent, `${process.pid}-`));
}

/** Removes what `makeDataFolder` made. */
export function removeDataFolder(folder: string): void {
	rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
