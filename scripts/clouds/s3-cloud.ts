/**
 * An S3 server with one bucket: anyone reads it, whoever has the keys writes to it, and any web page may do so (CORS).
 * It is s3rver, with what it lacks: unsigned writes are refused, multipart uploads can be listed and aborted, and a range of an empty object is empty.
 */
import S3rver, { type Context } from '@20minutes/s3rver';
import accounts from '@20minutes/s3rver/lib/models/account.js';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { joinOnTheWay, withUploads } from './s3-uploads.ts';
import { listen, type Cloud } from './server.ts';

export interface S3CloudOptions {
	folder: string;
	port: number;
	bucket: string;
	accessKeyId: string;
	secretAccessKey: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html */
const corsRules = `<CORSConfiguration>
	<CORSRule>
		<AllowedOrigin>*</AllowedOrigin>
		<AllowedMethod>GET</AllowedMethod>
		<AllowedMethod>HEAD</AllowedMethod>
		<AllowedMethod>PUT</AllowedMethod>
		<AllowedMethod>POST</AllowedMethod>
		<AllowedMethod>DELETE</AllowedMethod>
		<AllowedHeader>*</AllowedHeader>
		<ExposeHeader>ETag</ExposeHeader>
		<ExposeHeader>Content-Range</ExposeHeader>
		<ExposeHeader>x-amz-meta-cid</ExposeHeader>
		<MaxAgeSeconds>3600</MaxAgeSeconds>
	</CORSRule>
</CORSConfiguration>`;

/** Starts the server. A Problem when the port is in use. */
export async function startS3Cloud(options: S3CloudOptions): Promise<Cloud> {
	const { folder, port, bucket, accessKeyId, secretAccessKey } = options;
	accounts.DUMMY_ACCOUNT.revokeAccessKey('S3RVER');
	accounts.DUMMY_ACCOUNT.createKeyPair(accessKeyId, secretAccessKey);
	const configureBuckets = [{ name: bucket, configs: [corsRules] }];
	const s3rver = new S3rver({ directory: folder, silent: true, vhostBuckets: false, configureBuckets });
	joinOnTheWay(s3rver);
	s3rver.middleware.unshift(
		(context, next) => withUploads(s3rver, bucket, context, next),
		(context, next) => withoutRangeOfNothing(s3rver, bucket, context, next),
	);
	await s3rver.configureBuckets();
	const handle = s3rver.callback();
	return listen((request, response) => {
		// s3rver says this after a preflight only, where nobody looks.
		if (request.method === 'OPTIONS') response.setHeader('access-control-max-age', '3600');
		if (isUnsignedWrite(request)) refuse(request, response);
		else handle(request, response);
	}, port);
}

function isUnsignedWrite({ method = '', url = '', headers }: IncomingMessage): boolean {
	return !['GET', 'HEAD', 'OPTIONS'].includes(method) && !headers.authorization && !url.includes('X-Amz-Signature=');
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
	request.resume();
	response.writeHead(403, { 'content-type': 'application/xml', 'access-control-allow-origin': '*' });
	response.end(
		'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
	);
}

/** s3rver breaks the connection when asked for a range of an empty object. */
async function withoutRangeOfNothing(
	s3rver: S3rver,
	bucket: string,
	context: Context,
	next: () => Promise<void>,
): Promise<void> {
	const key = /^\/[^/]+\/(\w+)$/.exec(context.path)?.[1];
	if (key && context.headers.range) {
		const found = await stat(s3rver.store.getResourcePath(bucket, key, 'object')).catch(() => null);
		if (found?.size === 0) delete context.headers.range;
	}
	await next();
}
