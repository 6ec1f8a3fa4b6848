import { s3 } from '#lib/storage/s3.ts';
import { startSpread } from '#lib/storage/spread.ts';
import type { S3Config } from '#lib/storage/store.ts';
import { randomFile } from './random-file.ts';

/** Does nothing for so many milliseconds. */
export async function rest(ms: number): Promise<void> {
	await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Saves a file of so many bytes, and waits until all clouds have it. */
export async function saveLarge({ clouds, bytes }: { clouds: S3Config[]; bytes: number }): Promise<void> {
	const key = crypto.getRandomValues(new Uint8Array(32));
	const saving = await startSpread(await randomFile(bytes), { stores: clouds.map(s3), key });
	await saving.rest;
}
