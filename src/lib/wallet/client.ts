/**
 * The connected wallet as a viem client, tied to the account it was made for. When the person switches accounts meanwhile,
 * every later request ends in `wallet.changed` and an answer that arrives late is dropped, so that nothing is signed by one account in
 * the name of another.
 */
import { getConnection } from '@wagmi/core';
import { createWalletClient, custom, getAddress, type Hex, type TypedDataDefinition } from 'viem';
import { signTypedData } from 'viem/actions';
import { chainOf, type Address, type WalletClient } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import { connected } from './connect.ts';
import type { Provider } from './local-provider.ts';
import type { TypedData } from './types.ts';
import { walletError } from './wallet-error.ts';
import type { Wallets } from './wallets.ts';

/** A client that signs as the account connected now. Errors: `wallet.none` when none is; its requests: `wallet.changed`. */
export async function walletClient(wallets: Wallets): Promise<WalletClient> {
	const connection = connected(wallets);
	const { connector } = getConnection(wallets.config);
	if (!connection || !connector) throw new AppError('wallet.none', 'No wallet is connected.');
	const provider = (await connector.getProvider()) as Provider;
	return createWalletClient({
		account: getAddress(connection.account),
		chain: chainOf(wallets.chain),
		transport: custom(tied(wallets, provider, connection.account), { retryCount: 0 }),
	});
}

/**
 * One typed signature (EIP-712): one prompt.
 * Errors: `wallet.rejected`, `wallet.changed`, `wallet.busy`, `general.unexpected` when the wallet cannot sign typed data.
 */
export async function signTyped(client: WalletClient, data: TypedData): Promise<Hex> {
	const { account } = client;
	if (!account) throw new AppError('wallet.none', 'No wallet is connected.');
	try {
		return await signTypedData(client, { account, ...(data as unknown as TypedDataDefinition) });
	} catch (error) {
		throw walletError(error);
	}
}

/** The provider, refusing as soon as another account is connected. */
function tied(wallets: Wallets, provider: Provider, account: Address): Provider {
	const check = () => {
		if (connected(wallets)?.account !== account) {
			throw new AppError('wallet.changed', 'The account was switched in the wallet.');
		}
	};
	return {
		async request(parameters) {
			check();
			const answer = await provider.request(parameters);
			check();
			return answer;
		},
	};
}
