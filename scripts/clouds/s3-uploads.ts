/**
 * What s3rver lacks of multipart uploads: aborting one, listing its parts, listing those of a bucket, and joining parts without reading all
 * of them again. It checks the signature of such a call
 * and then says that it has no such method, or that there is no such object: that answer is replaced.
 *
 *     https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
 *     https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
 *     https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
 */
import type S3rver from '@20minutes/s3rver';
import type { Context } from '@20minutes/s3rver';
import { createHash } from 'node:crypto';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const copyBytes = 2 ** 20;
const replaced = ['MethodNotAllowed', 'NotImplemented', 'NoSuchKey'];

/** Koa's middleware that adds them for one bucket. */
export async function withUploads(
	s3rver: S3rver,
	bucket: string,
	context: Context,
	next: () => Promise<void>,
): Promise<void> {
	const { uploadId = '', uploads } = context.query;
	const isOne = ['GET', 'DELETE'].includes(context.method) && /^[0-9a-f]{32}$/.test(uploadId);
	const isAll = context.method === 'GET' && uploads !== undefined;
	try {
		await next();
		if (!isOne && !isAll) return;
	} catch (error) {
		if ((!isOne && !isAll) || !replaced.includes((error as { code?: string }).code ?? '')) throw error;
	}
	const folder = s3rver.store.getResourcePath(bucket, undefined, 'uploads');
	if (isAll) {
		answer(context, 200, await listUploads(folder));
		return;
	}
	if (context.method === 'DELETE') {
		await rm(join(folder, uploadId), { recursive: true, force: true });
		context.status = 204;
		context.body = null;
		return;
	}
	const parts = await listParts(join(folder, uploadId));
	if (parts === null) answer(context, 404, '<Error><Code>NoSuchUpload</Code></Error>');
	else answer(context, 200, parts);
}

/**
 * Makes the server append each part to those before it as soon as it has them, so that joining is a matter of names, as it is for servers that
 * keep objects in parts.
 */
export function joinOnTheWay({ store }: S3rver): void {
	/** How many parts of an upload are joined; one that is put again, or failed to be appended, starts it anew at the end. */
	const joins = new Map<string, Promise<number>>();
	const folderOf = (bucket: string, id: string) => join(store.getResourcePath(bucket, undefined, 'uploads'), id);
	const putPart = store.putPart.bind(store);
	store.putPart = async (bucket, id, number, content) => {
		const part = await putPart(bucket, id, number, content);
		const next = (count: number) =>
			count < 0 || Number(number) <= count ? -1 : appendNext(folderOf(bucket, id), count);
		joins.set(
			id,
			(joins.get(id) ?? Promise.resolve(0)).then(next).catch(() => -1),
		);
		return part;
	};
	store.putObjectMultipart = async (bucket, id, parts) => {
		const folder = folderOf(bucket, id);
		const [key = '', metadata = ''] = await Promise.all(
			['key', 'metadata'].map((name) => readFile(join(folder, name), 'utf8')),
		);
		const numbers = parts.map(({ number }) => number).sort((a, b) => a - b);
		const tags = await Promise.all(numbers.map((number) => readFile(join(folder, `${number}.md5`), 'utf8')));
		const joined = await joins.get(id);
		joins.delete(id);
		const isWhole = joined === numbers.length && numbers.every((number, i) => number === i + 1);
		if (!isWhole) await joinAnew(folder, numbers);
		// S3's ETag of such an object: the digest of its parts' digests, and their number.
		const md5 = `${createHash('md5').update(tags.join(''), 'hex').digest('hex')}-${tags.length}`;
		const { size } = await stat(join(folder, 'joined'));
		await rename(join(folder, 'joined'), store.getResourcePath(bucket, key, 'object'));
		await store.putMetadata(bucket, key, JSON.parse(metadata) as Record<string, unknown>, md5);
		await rm(folder, { recursive: true });
		return { size, md5 };
	};
}

/** Appends the parts that follow the first `count`; how many are joined then. */
async function appendNext(folder: string, count: number): Promise<number> {
	const next = count + 1;
	if (!(await stat(join(folder, `${next}.md5`)).catch(() => null))) return count;
	await append(folder, next, count === 0 ? 'w' : 'a');
	return appendNext(folder, next);
}

async function joinAnew(folder: string, numbers: readonly number[]): Promise<void> {
	for (const [i, number] of numbers.entries()) await append(folder, number, i === 0 ? 'w' : 'a');
}

async function append(folder: string, number: number, flags: 'w' | 'a'): Promise<void> {
	const [from, to] = await Promise.all([open(join(folder, String(number))), open(join(folder, 'joined'), flags)]);
	const buffer = Buffer.allocUnsafe(copyBytes);
	try {
		for (;;) {
			const { bytesRead } = await from.read(buffer, 0, copyBytes);
			if (bytesRead === 0) break;
			await to.writeFile(buffer.subarray(0, bytesRead));
		}
	} finally {
		await Promise.all([from.close(), to.close()]);
	}
}

async function listUploads(folder: string): Promise<string> {
	const ids = await readdir(folder).catch(() => []);
	const uploads = ids.map(async (id) => {
		const keyFile = join(folder, id, 'key');
		const [key, { mtime }] = await Promise.all([readFile(keyFile, 'utf8'), stat(keyFile)]);
		return `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${mtime.toISOString()}</Initiated></Upload>`;
	});
	const list = (await Promise.all(uploads)).join('');
	return `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${list}</ListMultipartUploadsResult>`;
}

async function listParts(folder: string): Promise<string | null> {
	const names = await readdir(folder).catch(() => null);
	if (!names) return null;
	const numbers = names.filter((name) => /^\d+$/.test(name) && names.includes(`${name}.md5`)).map(Number);
	const parts = numbers
		.sort((a, b) => a - b)
		.map(async (number) => {
			const path = join(folder, String(number));
			const [{ size }, tag] = await Promise.all([stat(path), readFile(`${path}.md5`, 'utf8')]);
			return `<Part><PartNumber>${number}</PartNumber><ETag>&quot;${tag}&quot;</ETag><Size>${size}</Size></Part>`;
		});
	return `<ListPartsResult><IsTruncated>false</IsTruncated>${(await Promise.all(parts)).join('')}</ListPartsResult>`;
}

function answer(context: Context, status: number, xml: string): void {
	context.status = status;
	context.type = 'application/xml';
	context.body = xml;
}
