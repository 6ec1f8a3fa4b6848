/** The network that the journey runs on: the one that `npm start` brought up on this machine, or one of its own. */
import { createTestClient, http, parseEther, type LocalAccount } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { readSiteConfig, type SiteConfig } from '#lib/records/index.ts';
import { startLocalNetwork } from '../network/local-network.ts';

export interface JourneyNetwork {
	config: SiteConfig;
	/** Where its clouds keep their data; null for a network that somebody else runs. */
	dataDir: string | null;
	registrar: LocalAccount;
	/** An account that nobody has used, with some money. */
	newAccount: () => Promise<LocalAccount>;
	stop: () => Promise<void>;
}

/** The local network that is running on this machine; null where there is none. */
export async function findRunningNetwork(): Promise<JourneyNetwork | null> {
	const port = process.env['AMANA_SITE_PORT'] || '4173';
	const config = await readSiteConfig(`http://127.0.0.1:${port}/config.json`).catch(() => null);
	if (!config?.local || !config.demo) return null;
	return journeyNetwork(config, null, () => Promise.resolve());
}

/** A network of the journey's own, which ends with it. `dataDir` stays. */
export async function startOwnNetwork(dataDir?: string): Promise<JourneyNetwork> {
	const network = await startLocalNetwork(dataDir === undefined ? {} : { dataDir });
	return journeyNetwork(network.config, network.dataDir, network.stop);
}

function journeyNetwork(config: SiteConfig, dataDir: string | null, stop: () => Promise<void>): JourneyNetwork {
	const registrar = config.demo?.accounts.find(({ role }) => role === 'registrar');
	if (!registrar) throw new Error('The network has no registrar among its accounts.');
	const control = createTestClient({ mode: 'hardhat', transport: http(config.chain.rpcUrls[0]) });
	return {
		config,
		dataDir,
		stop,
		registrar: privateKeyToAccount(registrar.privateKey),
		async newAccount() {
			const account = privateKeyToAccount(generatePrivateKey());
			await control.setBalance({ address: account.address, value: parseEther('10') });
			return account;
		},
	};
}
