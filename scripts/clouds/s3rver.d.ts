/** The part of `@20minutes/s3rver` that is used here; the package has no types of its own. */

declare module '@20minutes/s3rver' {
	import type { IncomingHttpHeaders, RequestListener } from 'node:http';

	export interface Context {
		method: string;
		path: string;
		headers: IncomingHttpHeaders;
		query: Record<string, string | undefined>;
		status: number;
		type: string;
		body: unknown;
	}

	class S3rver {
		constructor(options: {
			directory: string;
			silent: boolean;
			vhostBuckets: boolean;
			configureBuckets: { name: string; configs: string[] }[];
		});
		/** Koa's middleware, outermost first. */
		middleware: ((context: Context, next: () => Promise<void>) => Promise<void>)[];
		store: {
			getResourcePath(bucket: string, key: string | undefined, resource: string): string;
			putMetadata(bucket: string, key: string, metadata: Record<string, unknown>, md5: string): Promise<void>;
			putPart(bucket: string, id: string, number: string, content: unknown): Promise<{ size: number; md5: string }>;
			putObjectMultipart(
				bucket: string,
				uploadId: string,
				parts: { number: number }[],
			): Promise<{ size: number; md5: string }>;
		};
		configureBuckets(): Promise<unknown>;
		callback(): RequestListener;
	}
	export { S3rver as default };
}

declare module '@20minutes/s3rver/lib/models/account.js' {
	const accounts: {
		DUMMY_ACCOUNT: { createKeyPair(id: string, secret: string): void; revokeAccessKey(id: string): void };
	};
	export { accounts as default };
}
