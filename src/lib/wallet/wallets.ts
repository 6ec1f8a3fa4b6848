/**
 * The wallets a person can choose from, held by one wagmi configuration: extensions that announce themselves (EIP-6963), the demo
 * people of a local network, and WalletConnect where the site has a project id.
 *
 * What is remembered (which wallet, never a key) stays in this tab, so two tabs can be two people.
 */
import {
	createConfig,
	createStorage,
	injected,
	noopStorage,
	watchConnectors,
	type Config,
	type Connector,
} from '@wagmi/core';
import { http } from 'viem';
import { chainOf, type ChainConfig } from '#lib/chain/index.ts';
import { demoConnector, isDemoWalletId } from './demo.ts';
import type { DemoAccount, WalletChoice, WalletKind } from './types.ts';
import { walletConnectConnector, walletConnectId, type Pairing } from './walletconnect.ts';

/** How long a phone may take to answer a WalletConnect code. */
const pairingTimeoutMs = 60_000;

/** wagmi's id for an extension that only sets `window.ethereum`, as before EIP-6963. */
const unannouncedId = 'injected';

export interface WalletOptions {
	chain: ChainConfig;
	/** Only of a local network; the caller passes none elsewhere. */
	demo: readonly DemoAccount[];
	walletConnectProjectId: string | null;
	/** Default 60 s. */
	pairingTimeoutMs?: number;
	/** Another WalletConnect relay than its makers'. */
	relayUrl?: string;
}

export interface Wallets {
	readonly config: Config;
	readonly chain: ChainConfig;
	readonly demo: readonly DemoAccount[];
	/** The WalletConnect attempt under way; `connect` sets it. */
	pairing: Pairing | null;
}

/** Sets up the choices. Contacts nothing; in a browser it asks extensions to announce themselves. */
export function createWallets(options: WalletOptions): Wallets {
	const { demo, walletConnectProjectId } = options;
	const chain = chainOf(options.chain);
	const rpcUrl = options.chain.rpcUrls[0] ?? '';
	const connectors = [
		...demo.map((person) => demoConnector(person, chain, rpcUrl)),
		...(walletConnectProjectId
			? [
					walletConnectConnector({
						projectId: walletConnectProjectId,
						rpcUrl,
						relayUrl: options.relayUrl,
						timeoutMs: options.pairingTimeoutMs ?? pairingTimeoutMs,
						pairing: () => wallets.pairing,
					}),
				]
			: []),
		injected(),
	];
	const config = createConfig({
		chains: [chain],
		transports: { [chain.id]: http(rpcUrl) },
		connectors,
		storage: createStorage({ key: 'amana.wallet', storage: tabStorage() }),
		syncConnectedChain: false,
	});
	const wallets: Wallets = { config, chain: options.chain, demo, pairing: null };
	return wallets;
}

/** The choices now. Extensions may announce themselves a little later: see `watchWallets`. */
export function listWallets(wallets: Wallets): WalletChoice[] {
	const choices = wallets.config.connectors.map((connector) => choiceOf(wallets, connector));
	const announced = choices.some((choice) => choice.kind === 'injected' && choice.id !== unannouncedId);
	return choices.filter((choice) => choice.id !== unannouncedId || (!announced && hasWindowEthereum()));
}

/** Tells of wallets that announce themselves later. Returns its own off switch. */
export function watchWallets(wallets: Wallets, onChange: (choices: WalletChoice[]) => void): () => void {
	return watchConnectors(wallets.config, { onChange: () => onChange(listWallets(wallets)) });
}

export function kindOf(connector: Connector): WalletKind {
	if (isDemoWalletId(connector.id)) return 'demo';
	return connector.id === walletConnectId ? 'walletconnect' : 'injected';
}

function choiceOf(wallets: Wallets, connector: Connector): WalletChoice {
	const person = wallets.demo.find((candidate) => connector.id.endsWith(candidate.address.toLowerCase()));
	const icon = connector.icon?.trim() ?? '';
	return {
		id: connector.id,
		kind: kindOf(connector),
		name: connector.name,
		// EIP-6963 says data: URI; anything else would tell a stranger's server who visits.
		icon: icon.startsWith('data:image/') ? icon : null,
		demo: person ? { address: person.address, role: person.role } : null,
	};
}

function hasWindowEthereum(): boolean {
	return typeof window !== 'undefined' && 'ethereum' in window;
}

/**
 * sessionStorage for wagmi's few flags, or nothing where there is none or it is forbidden. Its copy of the connection itself is not kept:
 * after a reload it would name a wallet that is not there yet, and `reconnect` asks the wallet anyway.
 */
function tabStorage(): NonNullable<Parameters<typeof createStorage>[0]['storage']> {
	try {
		const storage = typeof window === 'undefined' ? noopStorage : window.sessionStorage;
		const isKept = (key: string) => !key.endsWith('.store');
		return {
			getItem: (key) => (isKept(key) ? storage.getItem(key) : null),
			setItem: (key, value) => (isKept(key) ? storage.setItem(key, value) : undefined),
			removeItem: (key) => storage.removeItem(key),
		};
	} catch {
		return noopStorage;
	}
}
