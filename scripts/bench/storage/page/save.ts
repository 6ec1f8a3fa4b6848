import { toHex } from '#lib/bytes.ts';
import { sha256 } from '#lib/storage/cid.ts';
import { s3Client } from '#lib/storage/s3-client.ts';
import { s3 } from '#lib/storage/s3.ts';
import { sealPieces } from '#lib/storage/seal-pieces.ts';
import { startSpread } from '#lib/storage/spread.ts';
import type { S3Config } from '#lib/storage/store.ts';
import { bytesOf } from '#lib/storage/tree.ts';
import type { SaveTimes } from '../save.ts';
import { randomFile } from './random-file.ts';

const enough = 2;
const partBytes = 8 * 2 ** 20;
/** A bare request takes four seconds. */
const bareMs = 30_000;

/** Milliseconds of saving copies, and of putting the same pieces with nothing else to do, in turns. */
export async function measureSave(order: { clouds: S3Config[]; bytes: number; rounds: number }): Promise<SaveTimes> {
	const { clouds, bytes, rounds } = order;
	const source = await randomFile(bytes);
	const times: SaveTimes = { enough: [], all: [], bareEnough: [], bareAll: [] };
	for (let round = 0; round < rounds; round++) {
		releaseBlobs();
		await bare(source, clouds, times);
		releaseBlobs();
		await save(source, clouds, times);
	}
	return times;
}

async function save(source: File, clouds: S3Config[], times: SaveTimes): Promise<void> {
	const key = crypto.getRandomValues(new Uint8Array(32));
	const start = performance.now();
	const { rest, takeBack } = await startSpread(source, { stores: clouds.map(s3), key, minimum: enough });
	times.enough.push(performance.now() - start);
	await rest;
	times.all.push(performance.now() - start);
	await takeBack();
}

/** Chromium holds 500 MB of Blobs until V8 collects them, and what is made beyond cannot be read; the bare requests send 300 MB. */
function releaseBlobs(): void {
	(globalThis as { gc?: () => void }).gc?.();
}

/** Each piece sealed, hashed and signed beforehand, in one request. */
async function bare(source: File, clouds: S3Config[], times: SaveTimes): Promise<void> {
	const key = crypto.getRandomValues(new Uint8Array(32));
	const pieces = await sealPieces(source, { key, code: { k: 1, n: clouds.length } });
	await Promise.all(pieces.map(({ proofs }) => proofs()));
	const requests = await Promise.all(
		pieces.map(async (piece, i) => {
			const bytes = (await bytesOf(piece.bytes)) as Uint8Array<ArrayBuffer>;
			const body = await settled(bytes);
			const { url, init } = await s3Client(clouds[i] as S3Config).sign(String(piece.cid), {
				method: 'PUT',
				body: { blob: body, sha256: toHex(await sha256(bytes)).slice(2) },
			});
			return () => fetch(url, { ...init, body, signal: AbortSignal.timeout(bareMs) });
		}),
	);
	const done: number[] = [];
	const start = performance.now();
	const puts = requests.map(async (request) => {
		const response = await request();
		if (!response.ok) throw new Error(`A bare PUT was answered ${response.status}.`);
		done.push(performance.now() - start);
	});
	await Promise.all(puts);
	times.bareEnough.push(done[enough - 1] ?? Number.NaN);
	times.bareAll.push(done.at(-1) ?? Number.NaN);
	await Promise.all(pieces.map(({ cid }, i) => s3(clouds[i] as S3Config).remove(cid)));
}

/** As a Blob that the browser has already taken over, so that nothing but the sending is measured. */
async function settled(bytes: Uint8Array<ArrayBuffer>): Promise<Blob> {
	const parts: Blob[] = [];
	for (let at = 0; at < bytes.length; at += partBytes) parts.push(new Blob([bytes.subarray(at, at + partBytes)]));
	for (const part of parts) await part.slice(-1).arrayBuffer();
	return new Blob(parts);
}
