/**
 * The local networks of a run of the end-to-end tests, started before the first test and ended after the last: one for each worker, so that
 * no two tests use an account at the same time. They outlive a worker, which Playwright starts anew after a failure.
 */
import type { FullConfig } from '@playwright/test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SiteConfig } from '#lib/records/config.ts';
import { startLocalNetwork, type LocalNetwork } from '../../scripts/network/local-network.ts';

/** What a worker is told of its network. */
export interface NetworkAddress {
	/** The site, with a trailing slash. */
	url: string;
	config: SiteConfig;
	/** A file with the name of the chain's snapshot from when the demo had been loaded. */
	snapshotFile: string;
}

const variable = 'AMANA_TEST_NETWORKS';

// eslint-disable-next-line no-restricted-syntax -- Playwright asks for it
export default async function startNetworks(config: FullConfig): Promise<() => Promise<void>> {
	const networks: LocalNetwork[] = [];
	// One after the other: the first builds the site.
	for (let worker = 0; worker < config.workers; worker++) {
		networks.push(await startLocalNetwork({ demo: true, site: true }));
	}
	const addresses: NetworkAddress[] = [];
	for (const { url, config: site, chain, dataDir } of networks) {
		const snapshotFile = join(dataDir, 'snapshot');
		writeFileSync(snapshotFile, await ask(chain.url, 'evm_snapshot'));
		addresses.push({ url: url ?? '', config: site, snapshotFile });
	}
	process.env[variable] = JSON.stringify(addresses);
	return async () => {
		await Promise.all(networks.map((network) => network.stop()));
	};
}

/** The network of the worker that runs this. */
export function networkOf(parallelIndex: number): NetworkAddress {
	const addresses = JSON.parse(process.env[variable] ?? '[]') as NetworkAddress[];
	const address = addresses[parallelIndex];
	if (!address) throw new Error('Playwright was started without the local networks.');
	return address;
}

/** Undoes all that happened on the chain since the demo was loaded. */
export async function resetChain({ config, snapshotFile }: NetworkAddress): Promise<void> {
	const rpcUrl = config.chain.rpcUrls[0] ?? '';
	await ask(rpcUrl, 'evm_revert', readFileSync(snapshotFile, 'utf8'));
	// A snapshot is good for once.
	writeFileSync(snapshotFile, await ask(rpcUrl, 'evm_snapshot'));
}

async function ask(rpcUrl: string, method: string, ...params: string[]): Promise<string> {
	const response = await fetch(rpcUrl, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
	});
	const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
	if (error) throw new Error(`${method}: ${error.message}`);
	return String(result);
}
