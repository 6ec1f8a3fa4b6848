/**
 * What s3rver lacks of multipart uploads: aborting one, listing its parts, listing those of a bucket. It checks the signature of such a call
 * and then says that it has no such method, or that there is no such object: that answer is replaced.
 *
 *     https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
 *     https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
 *     https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
 */
import type S3rver from '@20minutes/s3rver';
import type { Context } from '@20minutes/s3rver';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const replaced = ['MethodNotAllowed', 'NotImplemented', 'NoSuchKey'];

/** Koa's middleware that adds them for one bucket. */
export async function withUploads(
	s3rver: S3rver,
	bucket: string,
	context: Context,
	next: () => Promise<void>,
): Promise<void> {
	// prettier-ignore
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
