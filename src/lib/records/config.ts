/**
 * `config.json`, the one file beside the built site: which chain it is connected to, which clouds it suggests to new accounts, and,
 * on a local network, the people of the demonstration.
 */
import * as v from 'valibot';
import type { ChainConfig } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import { storeConfigSchema } from '#lib/storage/index.ts';
import { addressSchema, hashSchema } from './formats.ts';

const url = v.pipe(v.string(), v.url());

const chainSchema = v.object({
	chainId: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
	name: v.pipe(v.string(), v.minLength(1)),
	rpcUrls: v.pipe(v.array(url), v.minLength(1)),
	currency: v.exactOptional(v.object({ name: v.string(), symbol: v.string() })),
	explorer: v.exactOptional(url),
	contracts: v.object({
		hospitalRegistry: addressSchema,
		patientRegistry: addressSchema,
		consentRegistry: addressSchema,
		recordRegistry: addressSchema,
		possessionAudit: addressSchema,
		deployedAt: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
	}),
}) satisfies v.GenericSchema<ChainConfig>;

const demoAccountSchema = v.object({
	address: addressSchema,
	/** A test account's key, known to everybody. */
	privateKey: hashSchema,
	name: v.string(),
	role: v.picklist(['patient', 'clinician', 'hospital', 'registrar']),
});
export type DemoAccount = v.InferOutput<typeof demoAccountSchema>;

export const siteConfigSchema = v.object({
	chain: chainSchema,
	/** Suggested to new accounts. Only a local network's have credentials. */
	clouds: v.array(storeConfigSchema),
	demo: v.nullable(v.object({ accounts: v.array(demoAccountSchema) })),
	walletConnectProjectId: v.nullable(v.string()),
	local: v.boolean(),
});
export type SiteConfig = v.InferOutput<typeof siteConfigSchema>;

/** What the file of a site without a network says. */
const unconnectedSchema = v.object({ networks: v.pipe(v.array(v.unknown()), v.maxLength(0)) });

/** The configuration in parsed JSON; null for a site without a network. Throws `records.invalid-input` with `details.field`. */
export function parseSiteConfig(value: unknown): SiteConfig | null {
	if (v.is(unconnectedSchema, value)) return null;
	const result = v.safeParse(siteConfigSchema, value);
	if (result.success) return result.output;
	const field = v.getDotPath(result.issues[0]) ?? '';
	throw new AppError('records.invalid-input', `The site's configuration is wrong: ${field}.`, { details: { field } });
}

/** Fetches and checks the configuration. Throws `general.offline` where it cannot be had, and as `parseSiteConfig`. */
export async function readSiteConfig(address = './config.json'): Promise<SiteConfig | null> {
	let value: unknown;
	try {
		const response = await fetch(address, { cache: 'no-cache' });
		if (!response.ok) throw new Error(`status ${response.status}`);
		value = await response.json();
	} catch (cause) {
		throw new AppError('general.offline', 'The site’s configuration cannot be fetched.', { cause });
	}
	return parseSiteConfig(value);
}
