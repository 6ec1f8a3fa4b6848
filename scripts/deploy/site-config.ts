/** What the built site reads as `config.json`, to be connected to a deployment. */
import type { SiteConfig } from '#lib/records/config.ts';
import { endpointsOf } from './connect.ts';
import type { Deployment } from './deployments.ts';
import type { DeployNetwork } from './networks.ts';

/** Names public endpoints only: the file is there for everybody. Its clouds are the operator's to add. */
export function siteConfigOf(network: DeployNetwork, { contracts }: Deployment): SiteConfig {
	const { chainId, name, title, publicRpcUrls, explorer, currency } = network;
	const rpcUrls = name === 'local' ? endpointsOf(network) : publicRpcUrls;
	return {
		chain: { chainId, name: title, rpcUrls: [...rpcUrls], currency, ...(explorer !== null && { explorer }), contracts },
		clouds: [],
		demo: null,
		walletConnectProjectId: null,
		local: false,
	};
}
