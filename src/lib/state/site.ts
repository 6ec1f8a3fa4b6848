/**
 * Where this site lies and which network it was set up for. The same build is served from a domain, a sub-path, an IPFS gateway or a
 * folder, so the root layout says once where its files are; `config.json` beside them names the chain, the suggested clouds and, on a
 * local network, the demo people.
 */
import { AppError } from '#lib/errors.ts';
import type { SiteConfig } from '#lib/records/index.ts';
import { loadRecords } from './doors.ts';

let base = './';
let reading: Promise<SiteConfig> | null = null;

/** Says where the site's files are: with a trailing slash. The root layout calls it once. */
export function connectSite(siteBase: string): void {
	base = siteBase;
}

/**
 * The site's configuration, fetched once; a failed fetch is tried again at the next call.
 * Errors: `chain.no-network` the site is connected to none, `general.offline` the file cannot be fetched, `records.invalid-input`.
 */
export function loadSiteConfig(): Promise<SiteConfig> {
	reading ??= readConfig().catch((error: unknown) => {
		reading = null;
		throw error;
	});
	return reading;
}

async function readConfig(): Promise<SiteConfig> {
	const { readSiteConfig } = await loadRecords();
	const config = await readSiteConfig(`${base}config.json`);
	if (!config) throw new AppError('chain.no-network', 'The configuration names no network.');
	return config;
}
