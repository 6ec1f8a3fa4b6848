/** The way to a chain: viem's client over the RPC endpoints of a configuration. It is made without asking anything. */
import { createClient, defineChain, fallback, type Chain } from 'viem';
import { batchingHttp } from './batching.ts';
import type { ChainClient, ChainConfig } from './types.ts';

const timeoutMs = 15_000;
const localChainId = 31337;

/** What of a configuration says how a chain is reached; another one's has no contracts of ours. */
export type Endpoints = Omit<ChainConfig, 'contracts'>;

/** The chain as viem describes it. */
export function chainOf(config: Endpoints): Chain {
	return defineChain({
		id: config.chainId,
		name: config.name,
		nativeCurrency: { ...(config.currency ?? { name: 'Ether', symbol: 'ETH' }), decimals: 18 },
		rpcUrls: { default: { http: config.rpcUrls } },
		...(config.explorer && { blockExplorers: { default: { name: 'Explorer', url: config.explorer } } }),
	});
}

/**
 * A client for reads. Each request is tried three times, then at the next endpoint; those of one moment travel together.
 *
 * @example const client = connectChain(config.chain);
 */
export function connectChain(config: Endpoints): ChainClient {
	const transports = config.rpcUrls.map((url) =>
		batchingHttp(url, { timeout: timeoutMs, retryCount: 2, retryDelay: 200 }),
	);
	return createClient({
		chain: chainOf(config),
		transport: transports.length === 1 && transports[0] ? transports[0] : fallback(transports),
		cacheTime: 0,
		// A local node mines at once; elsewhere viem's pace.
		...(config.chainId === localChainId && { pollingInterval: 200 }),
	});
}
