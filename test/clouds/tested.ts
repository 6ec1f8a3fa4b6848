/** The clouds that `scripts/conformance.ts` started for this run, and what each is known to do. */
import type { FilecoinConfig, IpfsConfig, S3Config } from '#lib/storage/index.ts';

export interface TestedCloud {
	name: string;
	config: S3Config | IpfsConfig | FilecoinConfig;
	traits: {
		/** Honours If-None-Match when it takes an object. */
		conditional: boolean;
		/** Keeps the CORS rules that are written to a bucket. */
		cors: boolean;
		/** Refuses a body that was changed on its way. */
		checksBody: boolean;
		/** Refuses a signature of another time. */
		checksClock: boolean;
		/** Lets pages see its refusals and its answers to DELETE. Swift's S3 door does not by itself: it wants a proxy in front that adds the headers. */
		pages: boolean;
		/** Its objects are read by their public address without credentials. Swift has no such address for its S3 door. */
		anyone: boolean;
	};
}

declare module 'vitest' {
	interface ProvidedContext {
		clouds: TestedCloud[];
	}
}
