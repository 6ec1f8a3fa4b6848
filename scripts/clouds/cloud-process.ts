/**
 * One local cloud in a process of its own. Started by `start.ts` with its options as JSON; says over IPC that it is ready or why not, and
 * ends when that channel closes, so that nothing outlives whoever started it.
 */
import { Problem } from '../problem.ts';
import type { Cloud } from './server.ts';
import type { IpfsCloudOptions } from './ipfs-cloud.ts';
import type { S3CloudOptions } from './s3-cloud.ts';

export type CloudOptions = ({ kind: 'ipfs' } & IpfsCloudOptions) | ({ kind: 's3' } & S3CloudOptions);
export type CloudMessage = { port: number; multiaddr?: string } | { problem: string };

// A Ctrl-C reaches every process of the terminal; this one ends when its parent says so.
process.on('SIGINT', () => undefined);

let cloud: Cloud | null = null;
process.on('disconnect', () => {
	setTimeout(() => process.exit(0), 2000).unref();
	void cloud?.stop().finally(() => process.exit(0));
	if (!cloud) process.exit(0);
});

try {
	cloud = await start(JSON.parse(process.argv[2] ?? '{}') as CloudOptions);
	const { port, multiaddr } = cloud;
	tell({ port, ...(multiaddr !== undefined && { multiaddr }) });
} catch (error) {
	tell({ problem: error instanceof Problem ? error.message : String(error) });
}

async function start(options: CloudOptions): Promise<Cloud> {
	if (options.kind === 's3') return (await import('./s3-cloud.ts')).startS3Cloud(options);
	return (await import('./ipfs-cloud.ts')).startIpfsCloud(options);
}

function tell(message: CloudMessage): void {
	process.send?.(message);
}
