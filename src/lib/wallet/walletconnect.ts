/**
 * WalletConnect, on demand: nothing of it is loaded and no host of it is asked before a person chooses it. The site draws the QR code
 * itself (`onUri`), and waits no longer than `timeoutMs`, because the relay client retries for ever (FACTS: its own hosts may hang).
 * Reading the chain goes through the site's own RPC addresses, never through WalletConnect's.
 */
import { createConnector, type CreateConnectorFn } from '@wagmi/core';
import { getAddress, type Address } from 'viem';
import { AppError, messageOf } from '#lib/errors.ts';
import type { Provider } from './local-provider.ts';

export const walletConnectId = 'walletconnect';

/** How long the phone's wallet is told that the site has left. */
const leavingTimeoutMs = 3_000;

/** How one attempt to connect talks to the screen; set anew for each attempt. */
export interface Pairing {
	signal: AbortSignal;
	onUri: (uri: string) => void;
}

export interface WalletConnectOptions {
	projectId: string;
	rpcUrl: string;
	/** Another relay than WalletConnect's own. */
	relayUrl?: string | undefined;
	timeoutMs: number;
	/** The attempt under way, or null when a session is only being taken up again. */
	pairing: () => Pairing | null;
}

type EthereumProvider = Awaited<ReturnType<typeof loadProvider>>;

/** Errors of connecting: `wallet.timeout`, `general.cancelled`, `wallet.rejected` (through its own error numbers). */
export function walletConnectConnector(options: WalletConnectOptions): CreateConnectorFn<Provider> {
	let loading: Promise<EthereumProvider> | null = null;

	return createConnector<Provider>((config) => {
		const chainId = config.chains[0].id;
		const provider = () => (loading ??= listen(loadProvider(options, chainId)));
		/** Its events go to wagmi, which tells everybody. */
		async function listen(arriving: Promise<EthereumProvider>): Promise<EthereumProvider> {
			const arrived = await arriving.catch((error: unknown) => {
				loading = null;
				throw new AppError('wallet.timeout', 'WalletConnect could not be loaded.', { cause: error });
			});
			arrived.on('accountsChanged', (accounts) => {
				config.emitter.emit('change', { accounts: accounts.map((account) => getAddress(account)) });
			});
			arrived.on('chainChanged', (id) => config.emitter.emit('change', { chainId: Number(id) }));
			arrived.on('disconnect', () => config.emitter.emit('disconnect'));
			return arrived;
		}
		/** The code on the screen is void once nobody waits for it. */
		function voidCode(error: unknown): never {
			void loading
				?.then(({ signer }) => signer.cleanupPendingPairings({ deletePairings: true }))
				.catch(() => undefined);
			throw error;
		}
		const accountsOf = (from: EthereumProvider): readonly Address[] =>
			from.accounts.map((account) => getAddress(account));

		return {
			id: walletConnectId,
			name: 'WalletConnect',
			type: 'walletconnect',
			async connect({ isReconnecting } = {}) {
				const pairing = options.pairing();
				const connected = isReconnecting
					? await provider()
					: await withinTime(pair(provider, pairing), options.timeoutMs, pairing?.signal).catch(voidCode);
				return { accounts: accountsOf(connected) as never, chainId: connected.chainId };
			},
			async disconnect() {
				const current = await loading;
				// A relay that does not answer must not keep anybody here.
				if (current?.session) await withinTime(current.disconnect(), leavingTimeoutMs);
			},
			getAccounts: async () => accountsOf(await provider()),
			getChainId: async () => (await provider()).chainId,
			getProvider: provider,
			isAuthorized: async () => (await provider()).session !== undefined,
			async switchChain({ chainId: wanted }) {
				const chain = config.chains.find((candidate) => candidate.id === wanted);
				if (!chain) throw new AppError('chain.wrong-network', 'This site does not know that chain.');
				await (
					await provider()
				).request({ method: 'wallet_switchEthereumChain', params: [{ chainId: `0x${wanted.toString(16)}` }] });
				config.emitter.emit('change', { chainId: wanted });
				return chain;
			},
			onAccountsChanged: () => undefined,
			onChainChanged: () => undefined,
			onDisconnect: () => config.emitter.emit('disconnect'),
		};
	});
}

/** Shows the QR code as soon as there is one; ends when the phone approved. */
async function pair(provider: () => Promise<EthereumProvider>, pairing: Pairing | null): Promise<EthereumProvider> {
	const ready = await provider();
	// One that was approved after the person had stopped waiting: nobody is to be connected behind their back.
	if (ready.session) await ready.disconnect();
	const show = (uri: string) => pairing?.onUri(uri);
	ready.on('display_uri', show);
	try {
		await ready.connect();
		return ready;
	} catch (error) {
		throw refusal(error);
	} finally {
		ready.removeListener('display_uri', show);
	}
}

/** The provider passes on the phone's words, without its number. */
function refusal(error: unknown): AppError {
	const message = messageOf(error);
	const code = /reject|declin|den(y|ied)/i.test(message) ? 'wallet.rejected' : 'wallet.timeout';
	return new AppError(code, message, { cause: error });
}

/** The work, unless time runs out or the person cancels first. What goes on behind the page's back is left to end by itself. */
async function withinTime<T>(work: Promise<T>, timeoutMs: number, signal?: AbortSignal): Promise<T> {
	const stop = new AbortController();
	const ended = new Promise<never>((_, reject) => {
		const timer = setTimeout(
			() => reject(new AppError('wallet.timeout', `No answer within ${String(timeoutMs)} ms.`)),
			timeoutMs,
		);
		stop.signal.addEventListener('abort', () => clearTimeout(timer));
		signal?.addEventListener('abort', () => reject(new AppError('general.cancelled', 'Pairing was cancelled.')), {
			signal: stop.signal,
		});
	});
	try {
		return await Promise.race([work, ended]);
	} finally {
		stop.abort();
		work.catch(() => undefined);
	}
}

async function loadProvider(options: WalletConnectOptions, chainId: number) {
	const { EthereumProvider } = await import('@walletconnect/ethereum-provider');
	const { relayUrl } = options;
	const url = 'location' in globalThis ? globalThis.location.origin : '';
	return EthereumProvider.init({
		projectId: options.projectId,
		optionalChains: [chainId],
		rpcMap: { [chainId]: options.rpcUrl },
		showQrModal: false,
		telemetryEnabled: false,
		logger: 'silent',
		metadata: { name: 'Amana', description: 'Your medical records, yours.', url, icons: [] },
		...(relayUrl && { relayUrl }),
	});
}
