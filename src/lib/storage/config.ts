/** The settings of a cloud, as people type them and as keyrings keep them: parsed before anything connects. */

import * as v from 'valibot';
import { AppError } from '#lib/errors.ts';
import type { StoreConfig } from '#lib/storage/store.ts';

const label = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100));
const word = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(500));
const url = v.pipe(
	v.string(),
	v.trim(),
	v.maxLength(2000),
	v.url(),
	v.check((text) => /^https?:\/\/[^@?#]*$/i.test(text), 'An http(s) address without user name, query or fragment.'),
);
const base = v.pipe(url, v.endsWith('/'));
/** Bucket names: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucket = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/));

const filecoinNetworks = ['mainnet', 'calibration'] as const;
const dataSetNumber = v.pipe(v.string(), v.trim(), v.regex(/^[1-9]\d{0,18}$/));

/** Schema of `StoreConfig`. */
export const storeConfigSchema = v.variant('kind', [
	v.object({
		kind: v.literal('s3'),
		label,
		endpoint: url,
		bucket,
		region: word,
		accessKeyId: word,
		secretAccessKey: word,
		publicBase: base,
		conditional: v.optional(v.boolean()),
	}),
	v.object({
		kind: v.literal('ipfs'),
		label,
		gateway: v.pipe(base, v.endsWith('/ipfs/')),
		uploadUrl: url,
		token: v.optional(word),
	}),
	v.object({
		kind: v.literal('filecoin'),
		label,
		network: v.picklist(filecoinNetworks),
		dataSet: dataSetNumber,
		privateKey: v.optional(v.pipe(v.string(), v.trim(), v.regex(/^0x[0-9a-f]{64}$/i))),
		rpcUrl: v.optional(url),
	}),
	v.object({ kind: v.literal('opfs'), label }),
	v.object({ kind: v.literal('http'), label: v.optional(label), base }),
	v.object({ kind: v.literal('memory'), label }),
]);

/** The settings, checked. Throws `storage.invalid-cloud`, with the name of the first field that is wrong in `details.field`. */
export function parseStoreConfig(value: unknown): StoreConfig {
	const result = v.safeParse(storeConfigSchema, value);
	if (result.success) return result.output;
	const field = v.getDotPath(result.issues[0]) ?? 'kind';
	throw new AppError('storage.invalid-cloud', `A cloud's settings are wrong: ${field}.`, { details: { field } });
}
