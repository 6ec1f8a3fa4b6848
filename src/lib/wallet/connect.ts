/**
 * Connecting, and noticing what the person does in the wallet meanwhile. One wallet at a time: connecting another leaves the first.
 */
import {
	connect as connectWith,
	disconnect as disconnectFrom,
	getConnection,
	reconnect as reconnectWith,
	switchChain,
	watchConnection,
	type Connector,
} from '@wagmi/core';
import type { Address } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import type { Connected } from './types.ts';
import { walletError } from './wallet-error.ts';
import { kindOf, type Wallets } from './wallets.ts';

/** How long a remembered extension may take to announce itself after a reload. */
const announceTimeoutMs = 1_000;

export interface ConnectOptions {
	/** Cancels waiting (WalletConnect); an extension's own window cannot be closed from a page. */
	signal?: AbortSignal;
	/** WalletConnect only: the text of the QR code. */
	onUri?: (uri: string) => void;
}

/**
 * Asks a wallet for an account: one prompt.
 * Errors: `wallet.none` no such wallet, `wallet.rejected`, `wallet.busy` a prompt is open already, `wallet.timeout`, `general.cancelled`.
 */
export async function connect(wallets: Wallets, walletId: string, options: ConnectOptions = {}): Promise<Connected> {
	const connector = wallets.config.connectors.find((candidate) => candidate.id === walletId);
	if (!connector) throw new AppError('wallet.none', 'That wallet is not in this browser.');
	await leaveOthers(wallets, connector);
	wallets.pairing = {
		signal: options.signal ?? new AbortController().signal,
		onUri: options.onUri ?? (() => undefined),
	};
	try {
		if (connector.uid !== wallets.config.state.current) await connectWith(wallets.config, { connector });
	} catch (error) {
		throw walletError(error);
	} finally {
		wallets.pairing = null;
	}
	return required(connected(wallets));
}

/**
 * Takes the wallet of before a reload up again, without a prompt; null when it no longer lets this site see an account.
 */
export async function reconnect(wallets: Wallets, walletId: string): Promise<Connected | null> {
	const connector = await announced(wallets, walletId);
	if (!connector) return null;
	await reconnectWith(wallets.config, { connectors: [connector] }).catch(() => []);
	return connected(wallets);
}

/** Leaves the wallet; one that supports it also forgets that it knew this site. Never throws: leaving always succeeds here. */
export async function disconnect(wallets: Wallets): Promise<void> {
	await disconnectFrom(wallets.config).catch(() => undefined);
}

/** The connection now, or null. */
export function connected(wallets: Wallets): Connected | null {
	const { address, chainId, connector } = getConnection(wallets.config);
	if (!address || !connector || chainId === undefined) return null;
	return {
		walletId: connector.id,
		kind: kindOf(connector),
		name: connector.name,
		account: address.toLowerCase() as Address,
		chainId,
	};
}

/** Tells of another account, another chain, or none (disconnected in the wallet). Returns its own off switch. */
export function watchAccount(wallets: Wallets, onChange: (now: Connected | null) => void): () => void {
	return watchConnection(wallets.config, { onChange: () => onChange(connected(wallets)) });
}

/**
 * Brings the wallet to the site's chain, adding the chain to the wallet where it is unknown: one prompt, or none when it is there already.
 * Errors: `wallet.rejected`, `chain.wrong-network` when the wallet cannot or did not change.
 */
export async function ensureChain(wallets: Wallets): Promise<void> {
	const { chainId } = wallets.chain;
	if (connected(wallets)?.chainId === chainId) return;
	try {
		await switchChain(wallets.config, { chainId });
	} catch (error) {
		throw walletError(error, 'chain.wrong-network');
	}
}

async function leaveOthers(wallets: Wallets, wanted: Connector): Promise<void> {
	const others = [...wallets.config.state.connections.values()].filter(({ connector }) => connector.uid !== wanted.uid);
	for (const { connector } of others) await disconnectFrom(wallets.config, { connector }).catch(() => undefined);
}

/** The connector with this id, waiting a moment for an extension to announce itself. */
async function announced(wallets: Wallets, walletId: string): Promise<Connector | null> {
	const find = () => wallets.config.connectors.find((candidate) => candidate.id === walletId) ?? null;
	const until = Date.now() + announceTimeoutMs;
	while (!find() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
	return find();
}

function required(connection: Connected | null): Connected {
	if (!connection) throw new AppError('wallet.rejected', 'The wallet gave no account.');
	return connection;
}
