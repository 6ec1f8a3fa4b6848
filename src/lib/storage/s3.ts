/**
 * Any S3-compatible bucket (AWS, R2, Filebase, Ceph, Swift…), spoken to straight from the browser.
 *
 * Requests are signed with Signature Version 4 and carry the payload's SHA-256, so a body changed on its way is refused. Bodies
 * are Blobs: Chromium does not stream over HTTP/1.1. More than 8 MiB goes up in parts, each signed and tried again by itself;
 * what fails or is cancelled is aborted, so that no parts stay behind. The bucket is addressed in the path and its CORS rules
 * must allow PUT, POST, DELETE, HEAD and all headers, and expose ETag and Content-Range.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */

import { AwsV4Signer } from 'aws4fetch';
import { toHex } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { sha256 } from '#lib/storage/cid.ts';
import { httpReads } from '#lib/storage/http.ts';
import { inOrder } from '#lib/storage/in-order.ts';
import { probeStore } from '#lib/storage/probe.ts';
import { request } from '#lib/storage/request.ts';
import type { Content, PutOptions, S3Config, Store, StoreOptions } from '#lib/storage/store.ts';
import { blobOf, bytesOf, sizeOf } from '#lib/storage/tree.ts';

const partBytes = 8 * 2 ** 20;
const partsAtOnce = 2;
const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const text = (response: Response) => response.text();

/** The store over a bucket. Throws beside the common codes `storage.invalid-cloud` where the server does not know the bucket or the region. */
export function s3(config: S3Config): Store {
	const name = config.publicBase;
	const bucketUrl = `${config.endpoint.replace(/\/+$/, '')}/${config.bucket}/`;

	async function sign(path: string, init: RequestInit & { body?: Blob }): Promise<{ url: string; init: RequestInit }> {
		const headers = new Headers(init.headers);
		headers.set('x-amz-content-sha256', init.body ? await digest(init.body) : emptySha256);
		const { accessKeyId, secretAccessKey, region } = config;
		const url = bucketUrl + path;
		const signer = new AwsV4Signer({
			service: 's3',
			accessKeyId,
			secretAccessKey,
			region,
			url,
			headers,
			method: init.method ?? 'GET',
		});
		return { url, init: { ...init, headers: (await signer.sign()).headers } };
	}

	function send<T>(
		path: string,
		init: RequestInit & { body?: Blob },
		read: (response: Response) => Promise<T>,
		options?: StoreOptions,
	) {
		const expected = init.method === 'DELETE' ? [404] : [];
		const bytes = init.body?.size ?? 0;
		return request({ store: name, make: () => sign(path, init), expected, read, bytes, signal: options?.signal });
	}

	/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html and its neighbours */
	async function putParts(key: string, content: Content, options?: PutOptions): Promise<void> {
		const id = tagged(await send(`${key}?uploads=`, { method: 'POST' }, text, options), 'UploadId');
		if (!id) throw unexpected(name, 'began no upload');
		const upload = `uploadId=${encodeURIComponent(id)}`;
		const stop = new AbortController();
		const signal = options?.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
		try {
			const starts = Array.from({ length: Math.ceil(sizeOf(content) / partBytes) }, (_, i) => i * partBytes);
			const tags: string[] = [];
			let done = 0;
			const parts = inOrder(starts, partsAtOnce, async (start, i) => {
				const part = await blobOf(content, start, Math.min(sizeOf(content), start + partBytes));
				const read = (response: Response) => Promise.resolve(response.headers.get('etag'));
				const tag = await send(`${key}?partNumber=${i + 1}&${upload}`, { method: 'PUT', body: part }, read, { signal });
				if (!tag) throw unexpected(name, 'hides the ETag of a part (see its CORS rules)');
				options?.onProgress?.((done += part.size));
				return tag;
			});
			for await (const tag of parts) tags.push(tag);
			const list = tags
				.map((tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${escapeXml(tag)}</ETag></Part>`)
				.join('');
			const xml = new Blob([`<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`]);
			const answer = await send(`${key}?${upload}`, { method: 'POST', body: xml }, text, { signal });
			if (answer.includes('<Error>'))
				throw unexpected(name, `did not join the parts (${tagged(answer, 'Code') ?? 'no reason'})`);
		} catch (error) {
			stop.abort();
			await send(`${key}?${upload}`, { method: 'DELETE' }, text, { signal: AbortSignal.timeout(5_000) }).catch(
				() => undefined,
			);
			throw error;
		}
	}

	const store: Store = {
		name,
		capabilities: { write: true, remove: true, shared: true, conditional: false },
		probe: (options) => probeStore(store, options),
		...httpReads(name, (path, { method, headers }) =>
			sign(path, { ...(method && { method }), ...(headers && { headers }) }),
		),
		/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
		async put(cid, content, options) {
			if (sizeOf(content) > partBytes) return putParts(String(cid), content, options);
			const body = await blobOf(content);
			await send(String(cid), { method: 'PUT', body }, text, options);
			options?.onProgress?.(body.size);
		},
		/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
		async remove(cid, options) {
			await send(String(cid), { method: 'DELETE' }, text, options);
		},
	};
	return store;
}

async function digest(body: Blob): Promise<string> {
	return toHex(await sha256(await bytesOf(body, 0, sizeOf(body)))).slice(2);
}

/** The text of the first such element; null where there is none. */
function tagged(xml: string, element: string): string | null {
	const found = new RegExp(`<${element}>([^<]+)</${element}>`).exec(xml)?.[1];
	return (
		found?.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&') ?? null
	);
}

function escapeXml(value: string): string {
	return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function unexpected(store: string, what: string): AppError {
	return new AppError('storage.invalid-cloud', `An S3 server ${what}.`, { details: { store } });
}
