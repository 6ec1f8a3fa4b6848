/** The documents of the journey: some samples of each kind, and one file, the person's own or 100 MB that are made up. */
import { randomFillSync } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { openAsBlob } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { NewDocument } from '#lib/records/index.ts';
import { sampleBytes, samples } from '../demo/samples/index.ts';
import { Problem } from '../problem.ts';

const madeUpBytes = 100_000_000;
/** One of each kind. */
const chosen = ['blood-count.pdf', 'brain-mri.dcm', 'patient-summary.json', 'portrait.jpg'];

type NamedBlob = NewDocument['file'];

/** The samples, each for whom the patient allows to see records of its category. */
export function sampleDocuments(): NewDocument[] {
	return samples
		.filter(({ file }) => chosen.includes(file))
		.map(({ file, mediaType, title, category, clinicalDate }) => ({
			file: new File([sampleBytes(file)], file, { type: mediaType }),
			title,
			category,
			clinicalDate,
			policy: { who: 'allowed', category },
		}));
}

/** The file at a path, read only as it is needed. A Problem where there is none. */
export async function fileAt(path: string): Promise<NamedBlob> {
	const found = await stat(path).catch(() => null);
	if (!found?.isFile()) throw new Problem(`There is no file ${path}.`);
	return named(await openAsBlob(path), basename(path));
}

/** A file of 100 MB of random bytes; `remove` takes it off the disk again. */
export async function madeUpFile(): Promise<{ file: NamedBlob; remove: () => Promise<void> }> {
	const folder = await mkdtemp(join(tmpdir(), 'amana-journey-'));
	const path = join(folder, 'a hundred megabytes.bin');
	await pipeline(Readable.from(randomChunks()), createWriteStream(path));
	const file = named(await openAsBlob(path), basename(path));
	return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Puts what is opened into a file as it comes, so that it need not fit into memory. */
export async function toDisk(path: string, stream: ReadableStream<Uint8Array>): Promise<Blob> {
	await pipeline(Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(path));
	return openAsBlob(path);
}

/** True when both hold the same bytes. */
export async function sameBytes(a: Blob, b: Blob): Promise<boolean> {
	if (a.size !== b.size) return false;
	const windowBytes = 8 * 2 ** 20;
	for (let begin = 0; begin < a.size; begin += windowBytes) {
		const [left, right] = await Promise.all(
			[a, b].map(async (blob) => Buffer.from(await blob.slice(begin, begin + windowBytes).arrayBuffer())),
		);
		if (!left || !right || Buffer.compare(left, right) !== 0) return false;
	}
	return true;
}

function named(blob: Blob, name: string): NamedBlob {
	return Object.assign(blob, { name });
}

function* randomChunks(): Generator<Buffer> {
	const chunkBytes = 1_000_000;
	for (let left = madeUpBytes; left > 0; left -= chunkBytes)
		yield randomFillSync(Buffer.alloc(Math.min(left, chunkBytes)));
}
