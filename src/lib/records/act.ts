/** How every use case acts: in whose name, and with one transaction at the end. */
import { waitForSuccess, type Address, type Hash, type WalletClient } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import type { ActionOptions, Deps, Receipt } from './deps.ts';
import type { Identity } from './identity.ts';

/** The account of this session. Throws `wallet.none`. */
export function requireAccount({ account }: Deps): Address {
	if (!account) throw new AppError('wallet.none', 'No account is connected.');
	return account;
}

/** The unlocked keyring. Throws `wallet.locked`. */
export function requireIdentity({ identity }: Deps): Identity {
	if (!identity) throw new AppError('wallet.locked', 'The keyring is not open.');
	return identity;
}

/**
 * One transaction: asks the wallet, waits until it is in a block, and forgets what was remembered of the chain. Throws
 * `wallet.none`, `general.cancelled` when aborted before the wallet is asked, and what `send` and waiting throw.
 */
export async function transact(
	deps: Deps,
	{ signal, onStage }: ActionOptions,
	send: (wallet: WalletClient) => Promise<Hash>,
): Promise<Receipt> {
	if (!deps.wallet) throw new AppError('wallet.none', 'No wallet is connected.');
	if (signal?.aborted) throw new AppError('general.cancelled', 'Cancelled before the wallet was asked.');
	onStage?.('waiting-for-wallet');
	const transaction = await send(deps.wallet);
	onStage?.('confirming');
	const { blockNumber, gasUsed } = await waitForSuccess(deps.client, transaction);
	deps.memo.forget('chain/');
	onStage?.('done');
	return { transaction, block: blockNumber, gasUsed };
}
