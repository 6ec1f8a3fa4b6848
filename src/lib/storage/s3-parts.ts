/**
 * Large objects go to a bucket in parts of 8 MiB, each signed and tried again by itself, and are joined by the server at the end.
 *
 * With notes to go on from, an upload that stopped is continued: the server lists the parts that it has, those whose tag and size are as
 * noted when the server acknowledged them stay, the others are sent again. (A part was taken under its SHA-256, and its object's name is
 * a digest of the whole, so an acknowledged part is the right one.) An upload that the server no longer knows is begun anew.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */

import * as v from 'valibot';
import { utf8 } from '#lib/bytes.ts';
import { asAppError } from '#lib/errors.ts';
import { inOrder } from '#lib/storage/in-order.ts';
import { payloadOf } from '#lib/storage/payload.ts';
import { allTagged, escapeXml, tagged, text, unexpected, type S3Client } from '#lib/storage/s3-client.ts';
import {
	discard,
	type Content,
	type PutOptions,
	type StoreOptions,
	type UnfinishedUpload,
} from '#lib/storage/store.ts';
import { sizeOf } from '#lib/storage/tree.ts';

export const partBytes = 8 * 2 ** 20;
const partsAtOnce = 2;
/** How long taking back what was sent may take. */
const cleaningMs = 5_000;
/** A server gives at most 1000 entries a page; more pages than this and it goes in circles. */
const maxPages = 100;

const notesSchema = v.object({
	id: v.pipe(v.string(), v.minLength(1)),
	partBytes: v.literal(partBytes),
	size: v.number(),
	tags: v.array(v.tuple([v.pipe(v.number(), v.integer(), v.minValue(1)), v.string()])),
});

interface Upload {
	id: string;
	/** Tags of the parts that the server has, by part number. */
	tags: Map<number, string>;
}

/** Uploads an object in parts. Errors as of `Store.put`; `storage.invalid-cloud` where the server does not play by the rules. */
export async function putParts(
	client: S3Client,
	key: string,
	content: Content,
	headers: HeadersInit,
	options: PutOptions = {},
): Promise<void> {
	const { signal, resume, onProgress } = options;
	const size = sizeOf(content);
	const upload = (await found(client, key, size, options)) ?? (await begin(client, key, options));
	const query = `uploadId=${encodeURIComponent(upload.id)}`;
	const note = () => resume?.save({ id: upload.id, partBytes, size, tags: [...upload.tags] });
	const stop = new AbortController();
	const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
	try {
		await note();
		const numbers = Array.from({ length: Math.ceil(size / partBytes) }, (_, i) => i + 1);
		const missing = numbers.filter((number) => !upload.tags.has(number));
		const lengthOf = (number: number) => Math.min(size, number * partBytes) - (number - 1) * partBytes;
		let done = [...upload.tags.keys()].reduce((sum, number) => sum + lengthOf(number), 0);
		if (done > 0) onProgress?.(done);
		// Made ready one after another: the first is on its way while the second is sealed, and then they do not end together.
		let ready: Promise<unknown> = Promise.resolve();
		const partOf = (number: number) => {
			const start = (number - 1) * partBytes;
			const part = ready.then(() => payloadOf(content, start, start + lengthOf(number)));
			ready = part;
			return part;
		};
		const sent = inOrder(missing, partsAtOnce, async (number) => {
			const body = await partOf(number);
			const tagOf = (response: Response) => Promise.resolve(response.headers.get('etag'));
			const tag = await client.send(`${key}?partNumber=${number}&${query}`, { method: 'PUT', body }, tagOf, { signal: both }); // prettier-ignore
			if (!tag) throw unexpected(client.name, 'hides the ETag of a part (see its CORS rules)');
			upload.tags.set(number, tag);
			await note();
			return lengthOf(number);
		});
		for await (const length of sent) onProgress?.((done += length));
		const tags = numbers.map((number) => upload.tags.get(number) ?? '');
		if (!(await join(client, `${key}?${query}`, tags, headers, { signal: both })))
			await abort(client, key, upload.id, { signal: both });
	} catch (error) {
		stop.abort();
		if (!resume || signal?.reason === discard) {
			await abort(client, key, upload.id, { signal: AbortSignal.timeout(cleaningMs) }).catch(() => undefined);
			await resume?.save(null);
		}
		throw error;
	}
	await resume?.save(null);
}

/** The uploads of the bucket that were begun and neither completed nor aborted. */
export async function listUploads(client: S3Client, options?: StoreOptions): Promise<UnfinishedUpload[]> {
	const uploads: UnfinishedUpload[] = [];
	let marker = '';
	for (let page = 0; page < maxPages; page++) {
		const xml = await client.send(`?uploads=${marker}`, {}, text, options);
		for (const entry of allTagged(xml, 'Upload')) {
			const [object, id, startedAt] = ['Key', 'UploadId', 'Initiated'].map((name) => tagged(entry, name) ?? '');
			if (object && id && startedAt) uploads.push({ object, id, startedAt: new Date(startedAt) });
		}
		if (tagged(xml, 'IsTruncated') !== 'true') break;
		const [key, id] = ['NextKeyMarker', 'NextUploadIdMarker'].map((name) =>
			encodeURIComponent(tagged(xml, name) ?? ''),
		);
		marker = `&key-marker=${key ?? ''}&upload-id-marker=${id ?? ''}`;
	}
	return uploads;
}

/** Bytes of the parts that the server keeps of an upload. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export async function bytesOfUpload(
	client: S3Client,
	key: string,
	id: string,
	options?: StoreOptions,
): Promise<number> {
	let bytes = 0;
	for await (const part of partsOf(client, key, id, options)) bytes += Number(tagged(part, 'Size')) || 0;
	return bytes;
}

/** Takes back an upload's parts. */
export async function abort(client: S3Client, key: string, id: string, options?: StoreOptions): Promise<void> {
	const path = `${encodeURIComponent(key)}?uploadId=${encodeURIComponent(id)}`;
	await client.send(path, { method: 'DELETE', expected: [404] }, text, options);
}

/** The upload that the notes speak of, as far as the server confirms it; null where there is none to go on from. */
async function found(client: S3Client, key: string, size: number, options: PutOptions): Promise<Upload | null> {
	const { signal, resume } = options;
	const notes = v.safeParse(notesSchema, await resume?.load());
	if (!notes.success || notes.output.size !== size) return null;
	const { id } = notes.output;
	const noted = new Map(notes.output.tags);
	const tags = new Map<number, string>();
	try {
		for await (const part of partsOf(client, key, id, { signal })) {
			const number = Number(tagged(part, 'PartNumber'));
			const tag = tagged(part, 'ETag');
			const length = Math.min(size, number * partBytes) - (number - 1) * partBytes;
			if (tag && bare(tag) === bare(noted.get(number) ?? '') && Number(tagged(part, 'Size')) === length)
				tags.set(number, noted.get(number) ?? tag);
		}
		return { id, tags };
	} catch (cause) {
		// Joined, aborted or run out meanwhile, or a server that cannot list parts: what it has is of no use.
		const error = asAppError(cause, 'storage.unreachable');
		if (error.code !== 'storage.invalid-cloud') throw error;
		await abort(client, key, id, { signal }).catch(() => undefined);
		return null;
	}
}

/** What the server says of each part that it keeps of an upload. */
async function* partsOf(
	client: S3Client,
	key: string,
	id: string,
	options?: StoreOptions,
): AsyncGenerator<string, void, undefined> {
	let marker = 0;
	for (let page = 0; page < maxPages; page++) {
		const from = marker > 0 ? `&part-number-marker=${marker}` : '';
		const xml = await client.send(`${key}?uploadId=${encodeURIComponent(id)}${from}`, {}, text, options);
		yield* allTagged(xml, 'Part');
		const next = Number(tagged(xml, 'NextPartNumberMarker'));
		if (tagged(xml, 'IsTruncated') !== 'true' || !(next > marker)) return;
		marker = next;
	}
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
async function begin(client: S3Client, key: string, { signal }: StoreOptions): Promise<Upload> {
	const id = tagged(await client.send(`${key}?uploads=`, { method: 'POST' }, text, { signal }), 'UploadId');
	if (!id) throw unexpected(client.name, 'began no upload');
	return { id, tags: new Map() };
}

/** False: the object was to be absent and is there. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
async function join(
	client: S3Client,
	path: string,
	tags: readonly string[],
	headers: HeadersInit,
	options: StoreOptions,
): Promise<boolean> {
	const list = tags.map((tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${escapeXml(tag)}</ETag></Part>`);
	const body = await payloadOf(utf8(`<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`));
	const answer = await client.send(path, { method: 'POST', headers, body, expected: [412] }, text, options);
	// The status comes before the joining ends, so a failure may come in the body of a 200.
	if (!answer.includes('<Error>')) return true;
	const reason = tagged(answer, 'Code') ?? 'no reason';
	if (reason !== 'PreconditionFailed') throw unexpected(client.name, `did not join the parts (${reason})`);
	return false;
}

function bare(tag: string): string {
	return tag.replace(/^"|"$/g, '');
}
