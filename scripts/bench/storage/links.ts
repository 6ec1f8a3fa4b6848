/** Three S3 servers on loopback, and a link of 200 Mbit/s to each. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { s3Config, startS3Cloud } from '../../clouds/start.ts';
import type { S3Config } from '../../../src/lib/storage/store.ts';
import { startLink } from '../throttled-link.ts';

export const linkBits = 200e6;

export interface Links {
	/** The servers themselves. */
	direct: S3Config[];
	/** The same, each over its link. */
	throttled: S3Config[];
	stop: () => Promise<void>;
}

/** Starts them, empty. */
export async function startLinks(): Promise<Links> {
	const folder = await mkdtemp(join(tmpdir(), 'amana-bench-'));
	const clouds = await Promise.all(['a', 'b', 'c'].map((name) => startS3Cloud(join(folder, name))));
	const links = await Promise.all(clouds.map(({ port }) => startLink(port, linkBits)));
	return {
		direct: clouds.map(({ port }) => s3Config('s3-a', port)),
		throttled: links.map(({ port }) => s3Config('s3-a', port)),
		async stop() {
			await Promise.all(links.map((link) => link.stop()));
			await Promise.all(clouds.map((cloud) => cloud.stop()));
			await rm(folder, { recursive: true, force: true });
		},
	};
}
