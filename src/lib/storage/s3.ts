/**
 * Any S3-compatible bucket (AWS, R2, Filebase, Ceph, Swift…), spoken to straight from the browser.
 *
 * Requests are signed (`s3-client.ts`). Bodies are Blobs: Chromium does not stream over HTTP/1.1. More than 8 MiB goes up in parts
 * (`s3-parts.ts`). The bucket is addressed in the path and its CORS rules must let pages in (`s3-cors.ts`).
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */

import { http, httpReads } from '#lib/storage/http.ts';
import { payloadOf } from '#lib/storage/payload.ts';
import { probeStore } from '#lib/storage/probe.ts';
import { s3Client, text } from '#lib/storage/s3-client.ts';
import { abort, bytesOfUpload, listUploads, partBytes, putParts } from '#lib/storage/s3-parts.ts';
import type { S3Config, Store } from '#lib/storage/store.ts';
import { sizeOf } from '#lib/storage/tree.ts';
import { whileUnderWay } from '#lib/storage/under-way.ts';

/**
 * The store over a bucket. Throws beside the common codes `storage.invalid-cloud` where the server does not know the bucket or the region,
 * and `storage.wrong-clock` where this device's clock is so wrong that the server takes no signature.
 */
export function s3(config: S3Config): Store {
	const client = s3Client(config);
	const name = config.publicBase;
	const conditional = config.conditional === true;
	const reads = httpReads(name, (path, { method, headers }) =>
		client.sign(path, { ...(method && { method }), ...(headers && { headers }) }),
	);

	const store: Store = {
		name,
		capabilities: { write: true, remove: true, shared: true, conditional },
		probe: (options) =>
			probeStore(store, options, { anyone: http(name), conditional: s3({ ...config, conditional: true }) }),
		stat: (cid, options) => client.onTime(() => reads.stat(cid, options)),
		readRange: (cid, start, end, options) => client.onTime(() => reads.readRange(cid, start, end, options)),
		/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
		async put(cid, content, options) {
			const isConditional = conditional && options?.ifAbsent === true;
			const headers: HeadersInit = isConditional ? { 'if-none-match': '*' } : {};
			if (sizeOf(content) > partBytes)
				return whileUnderWay(name, String(cid), () => putParts(client, String(cid), content, headers, options));
			const body = await payloadOf(content);
			await client.send(
				String(cid),
				{ method: 'PUT', headers, body, expected: isConditional ? [412] : [] },
				text,
				options,
			);
			options?.onProgress?.(sizeOf(content));
		},
		/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
		async remove(cid, options) {
			await client.send(String(cid), { method: 'DELETE', expected: [404] }, text, options);
		},
		listUnfinished: (options) => listUploads(client, options),
		unfinishedBytes: ({ object, id }, options) => bytesOfUpload(client, encodeURIComponent(object), id, options),
		abortUnfinished: ({ object, id }, options) => abort(client, object, id, options),
		presign: (cid, seconds) => client.presign(String(cid), seconds),
	};
	return store;
}
