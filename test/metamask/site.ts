/** What the specs are told of the local network that `scripts/metamask.ts` started for them. */
import type { Hex } from 'viem';

export interface TestSite {
	/** The site, with a trailing slash. */
	url: string;
	rpcUrl: string;
	chainId: number;
	/** An account with ether that the site does not know yet. */
	privateKey: Hex;
}

/** The environment variable that holds it, as JSON. */
export const siteVariable = 'AMANA_TEST_SITE';

export function testSite(): TestSite {
	const text = process.env[siteVariable];
	if (!text) throw new Error('Start these specs with npm run test:metamask.');
	return JSON.parse(text) as TestSite;
}
