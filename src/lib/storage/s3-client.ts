/**
 * One signed call to a bucket: Signature Version 4 with the payload's SHA-256, so that a body changed on its way is refused.
 *
 * A signature carries the time. A device whose clock is wrong by more than 15 minutes is refused by every server; where the server says
 * what time it has, the call is made once more by that clock. Redirects are not followed: a signature holds for one host alone.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */

import { AwsV4Signer } from 'aws4fetch';
import { AppError } from '#lib/errors.ts';
import { request } from '#lib/storage/request.ts';
import type { Payload, S3Config, StoreOptions } from '#lib/storage/store.ts';

const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
/** The longest that a presigned link may last: seven days. */
const longestLinkSeconds = 604_800;

export interface S3Init {
	method?: string;
	headers?: HeadersInit;
	body?: Payload;
	/** Statuses beside 2xx that `read` understands. */
	expected?: readonly number[];
}

export interface S3Client {
	/** The name of the store. */
	readonly name: string;
	/** A request to a path in the bucket (object name and query; empty: the bucket itself), signed now. */
	sign(path: string, init?: S3Init): Promise<{ url: string; init: RequestInit }>;
	/** Does a request. Errors as of `request`, and `storage.wrong-clock`. */
	send<T>(path: string, init: S3Init, read: (response: Response) => Promise<T>, options?: StoreOptions): Promise<T>;
	/** Reads over HTTP go on with the server's clock too. Runs `work`, and once more after a `storage.wrong-clock` that told the time. */
	onTime<T>(work: () => Promise<T>): Promise<T>;
	/** A link that anyone may read for so many seconds. Throws `records.invalid-input`. */
	presign(path: string, seconds: number): Promise<string>;
}

/** The answer's body as text. */
export const text = (response: Response): Promise<string> => response.text();

/** A client of the bucket. */
export function s3Client(config: S3Config): S3Client {
	const bucketUrl = `${config.endpoint.replace(/\/+$/, '')}/${config.bucket}/`;
	let clockOffsetMs = 0;

	function signer(url: string, method: string, headers: Headers, signQuery: boolean): AwsV4Signer {
		const { accessKeyId, secretAccessKey, region } = config;
		const datetime = new Date(Date.now() + clockOffsetMs).toISOString().replace(/[:-]|\.\d{3}/g, '');
		return new AwsV4Signer({ service: 's3', accessKeyId, secretAccessKey, region, url, method, headers, signQuery, datetime }); // prettier-ignore
	}

	async function onTime<T>(work: () => Promise<T>): Promise<T> {
		try {
			return await work();
		} catch (error) {
			const serverTime =
				error instanceof AppError && error.code === 'storage.wrong-clock' && error.details['serverTime'];
			if (typeof serverTime !== 'number') throw error;
			clockOffsetMs = serverTime - Date.now();
			return work();
		}
	}

	const client: S3Client = {
		name: config.publicBase,
		onTime,
		async sign(path, { method = 'GET', headers: given, body } = {}) {
			const headers = new Headers(given);
			headers.set('x-amz-content-sha256', body?.sha256 ?? emptySha256);
			const url = path === '' || path.startsWith('?') ? bucketUrl.slice(0, -1) + path : bucketUrl + path;
			const signed = (await signer(url, method, headers, false).sign()).headers;
			return {
				url,
				init: { method, headers: signed, redirect: 'manual', ...(body && { body: body.blob }) },
			};
		},
		send(path, init, read, options) {
			return onTime(() =>
				request({
					store: client.name,
					make: () => client.sign(path, init),
					expected: init.expected ?? [],
					read,
					bytes: init.body?.blob.size ?? 0,
					signal: options?.signal,
				}),
			);
		},
		async presign(path, seconds) {
			if (!Number.isInteger(seconds) || seconds < 1 || seconds > longestLinkSeconds) {
				throw new AppError('records.invalid-input', 'A link lasts from one second to seven days.');
			}
			const url = `${bucketUrl}${path}?X-Amz-Expires=${seconds}`;
			return String((await signer(url, 'GET', new Headers(), true).sign()).url);
		},
	};
	return client;
}

/** The texts of all such elements, in their order. Enough of XML for what S3 servers answer: no element here nests in one of its name. */
export function allTagged(xml: string, element: string): string[] {
	const found = xml.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, 'g'));
	return Array.from(found, ([, inner = '']) => inner);
}

/** The plain text of the first such element; null where there is none. */
export function tagged(xml: string, element: string): string | null {
	const found = allTagged(xml, element)[0];
	if (!found || found.includes('<')) return null;
	return found
		.replaceAll('&quot;', '"')
		.replaceAll('&#34;', '"')
		.replaceAll('&lt;', '<')
		.replaceAll('&gt;', '>')
		.replaceAll('&amp;', '&');
}

/** Text as the content of an element. */
export function escapeXml(value: string): string {
	return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The error for an answer that no S3 server should give. */
export function unexpected(store: string, what: string): AppError {
	return new AppError('storage.invalid-cloud', `An S3 server ${what}.`, { details: { store } });
}
