/** Real local clouds for a test file: `await using`-like, but for vitest's hooks. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { startClouds, type Clouds } from '../../scripts/clouds/start.ts';

export interface LocalClouds {
	readonly clouds: Clouds;
	readonly dataDir: string;
}

/** Starts three clouds before the file's tests and ends them after; the fields are there once the tests run. */
export function localClouds(): LocalClouds {
	let started: LocalClouds | null = null;
	const get = () => {
		if (!started) throw new Error('The clouds run only while the tests do.');
		return started;
	};
	beforeAll(async () => {
		const dataDir = await mkdtemp(join(tmpdir(), 'amana-clouds-'));
		started = { dataDir, clouds: await startClouds({ dataDir }) };
	});
	afterAll(async () => {
		await started?.clouds.stop();
		if (started) await rm(started.dataDir, { recursive: true, force: true });
	});
	return {
		get clouds() {
			return get().clouds;
		},
		get dataDir() {
			return get().dataDir;
		},
	};
}
