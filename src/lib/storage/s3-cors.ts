/**
 * The rules under which a bucket lets web pages in (CORS): without them no page can write to it or read it. Anyone's page may ask, since
 * what counts is the signature, and what lies there is sealed.
 *
 * Most servers let no page in before the rules are there, so writing them from a page works only at those that always do; elsewhere a
 * person pastes them into the provider's own settings. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
 */

import { md5 } from '@noble/hashes/legacy.js';
import { AppError } from '#lib/errors.ts';
import { payloadOf } from '#lib/storage/payload.ts';
import { s3Client, text } from '#lib/storage/s3-client.ts';
import type { S3Config, StoreOptions } from '#lib/storage/store.ts';

const methods = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'];
const exposed = ['ETag', 'Content-Range'];
const maxAgeSeconds = 3600;

/** The rules in both forms that providers take: `json` for the consoles of AWS and R2, `xml` for the S3 call itself. */
export function corsRules(): { json: string; xml: string } {
	const rule = {
		AllowedOrigins: ['*'],
		AllowedMethods: methods,
		AllowedHeaders: ['*'],
		ExposeHeaders: exposed,
		MaxAgeSeconds: maxAgeSeconds,
	};
	const element = (name: string) => (value: string) => `<${name}>${value}</${name}>`;
	const xml = [
		'<CORSConfiguration><CORSRule>',
		element('AllowedOrigin')('*'),
		...methods.map(element('AllowedMethod')),
		element('AllowedHeader')('*'),
		...exposed.map(element('ExposeHeader')),
		element('MaxAgeSeconds')(String(maxAgeSeconds)),
		'</CORSRule></CORSConfiguration>',
	];
	return { json: JSON.stringify([rule], null, 2), xml: xml.join('') };
}

/**
 * Writes the rules of the bucket, in place of those it has. Throws `storage.unreachable` where the server lets no page in yet,
 * `storage.unauthorised` where the keys may not, `storage.invalid-cloud` where it has no such call: then the rules are to be pasted.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html
 */
export async function applyCors(config: S3Config, options?: StoreOptions): Promise<void> {
	const bytes = new TextEncoder().encode(corsRules().xml);
	// S3 wants this digest of this body; it guards nothing here that the signature does not.
	const headers = { 'content-md5': btoa(String.fromCharCode(...md5(bytes))), 'content-type': 'application/xml' };
	const init = { method: 'PUT', headers, body: await payloadOf(bytes), expected: [501] };
	const status = await s3Client(config).send('?cors=', init, async (response) => (await text(response), response.status), options); // prettier-ignore
	if (status === 501) throw new AppError('storage.invalid-cloud', 'This S3 server keeps no CORS rules.', { details: { store: config.publicBase } }); // prettier-ignore
}
