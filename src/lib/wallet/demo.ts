/**
 * The demo wallet: one wagmi connector per demo person of the local network. It approves everything at once and its keys are in the
 * configuration file, so it exists only where `config.local` is true, and every screen that offers it says what it is.
 */
import { createConnector, type CreateConnectorFn } from '@wagmi/core';
import { getAddress, type Chain } from 'viem';
import { localProvider, type Provider } from './local-provider.ts';
import type { DemoAccount } from './types.ts';

const prefix = 'demo:';

/** The wallet id of a demo person. */
export function demoWalletId(address: string): string {
	return prefix + address.toLowerCase();
}

export function isDemoWalletId(id: string): boolean {
	return id.startsWith(prefix);
}

/** A connector that is always this person. */
export function demoConnector(person: DemoAccount, chain: Chain, rpcUrl: string): CreateConnectorFn<Provider> {
	const provider = localProvider({ privateKey: person.privateKey, chain, rpcUrl });
	const accounts = [getAddress(person.address)] as const;
	return createConnector<Provider>((config) => ({
		id: demoWalletId(person.address),
		name: person.name,
		type: 'demo',
		connect: () => Promise.resolve({ accounts: accounts as never, chainId: chain.id }),
		disconnect: () => Promise.resolve(),
		getAccounts: () => Promise.resolve(accounts),
		getChainId: () => Promise.resolve(chain.id),
		getProvider: () => Promise.resolve(provider),
		isAuthorized: () => Promise.resolve(true),
		onAccountsChanged: () => undefined,
		onChainChanged: () => undefined,
		onDisconnect: () => config.emitter.emit('disconnect'),
	}));
}
