/**
 * The whole of Amana's surroundings on this machine: a chain node with the contracts, three clouds, the people of the demo, and
 * the built site. `npm start`, the journey, tests and screenshots all run on it. Nothing of it outlives the process.
 */
import { join } from 'node:path';
import { createTestClient, http } from 'viem';
import type { DemoAccount, SiteConfig } from '#lib/records/config.ts';
import { buildSite } from '../build.ts';
import { startClouds, type Clouds } from '../clouds/start.ts';
import { compileContracts } from '../deploy/artifacts.ts';
import { deployContracts } from '../deploy/deploy-contracts.ts';
import { root } from '../run.ts';
import { serveSite, type SiteServer } from '../serve.ts';
import { startChainNode, type ChainNode } from './chain-node.ts';
import { makeDataFolder, removeDataFolder } from './data-folder.ts';
import { demoAccounts } from './demo-accounts.ts';
import { anyPorts, defaultPorts } from './ports.ts';

export interface LocalNetworkOptions {
	/** `default`: the documented ones, of which none may be in use. `free`: any, so that networks run side by side. */
	ports?: 'default' | 'free';
	/** Where the clouds keep their data; it stays there. Without it: a folder that goes with the network. */
	dataDir?: string;
	/** Load the people and records of the demo. */
	demo?: boolean;
	/** Build and serve the site. */
	site?: boolean;
	/** Told what is being done, in a few words. */
	onStep?: (step: string) => void;
}

export interface LocalNetwork {
	/** What the site reads as `config.json`. */
	config: SiteConfig;
	/** Address of the site, with a trailing slash; null when it is not served. */
	url: string | null;
	/** The people of the demo, then accounts that belong to nobody yet; each may sign. */
	accounts: DemoAccount[];
	chain: ChainNode;
	clouds: Clouds;
	/** Where the clouds' data lies. */
	dataDir: string;
	/** Ends every process of it. */
	stop: () => Promise<void>;
}

/** Starts a local network; resolves when all of it answers. A Problem when a part cannot start, and then none is left running. */
export async function startLocalNetwork(options: LocalNetworkOptions = {}): Promise<LocalNetwork> {
	const { demo = false, site = false, onStep = () => undefined } = options;
	const ports = options.ports === 'default' ? await defaultPorts() : anyPorts;
	const dataDir = options.dataDir ?? makeDataFolder();
	const endings: (() => Promise<void>)[] = [];
	const stop = once(async () => {
		await Promise.allSettled(endings.map((end) => end()));
		if (!options.dataDir) removeDataFolder(dataDir);
	});
	try {
		onStep(site ? 'building the site, starting the chain and the clouds' : 'starting the chain and the clouds');
		const [chain, clouds] = await settled([
			startChainNode({ port: ports.chain }).then((node) => (endings.push(node.stop), node)),
			startClouds({ dataDir, ports }).then((started) => (endings.push(started.stop), started)),
			compileContracts(),
			site ? buildSite() : null,
		]);
		onStep('deploying the contracts');
		const accounts = demoAccounts(chain.accounts);
		const contracts = await deployContracts(chain.url, accounts[0] ? { registrar: accounts[0].address } : {});
		const config: SiteConfig = {
			chain: { chainId: chain.chainId, name: 'Local network', rpcUrls: [chain.url], contracts },
			clouds: clouds.configs,
			demo: { accounts },
			walletConnectProjectId: null,
			local: true,
		};
		const network = { config, accounts, chain, clouds, dataDir, url: null, stop };
		if (demo) {
			onStep('loading the people and records of the demo');
			const { loadDemo } = await import('../demo/load.ts');
			await loadDemo(network);
		}
		await makeBlocks(chain.url);
		if (!site) return network;
		const server: SiteServer = await serveSite({ folder: join(root, 'build'), port: ports.site, config });
		endings.push(server.close);
		return { ...network, url: server.url };
	} catch (error) {
		await stop();
		throw error;
	}
}

/**
 * From now on a block every two seconds, as on the networks that Amana is for, beside the one that each transaction gets at once: what
 * waits for blocks, such as a challenge of possession, would wait for ever on a chain that stands still.
 */
async function makeBlocks(rpcUrl: string): Promise<void> {
	await createTestClient({ mode: 'hardhat', transport: http(rpcUrl) }).setIntervalMining({ interval: 2 });
}

/** All results, or the first failure, but only once all have come to an end: so that what did start can be stopped. */
async function settled<T extends readonly unknown[]>(work: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
	await Promise.allSettled(work);
	return Promise.all(work);
}

function once(work: () => Promise<void>): () => Promise<void> {
	let running: Promise<void> | null = null;
	return () => (running ??= work());
}
