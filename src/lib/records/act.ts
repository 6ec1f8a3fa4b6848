/** How every use case acts: in whose name, and with one transaction at the end. */
import { waitForSuccess, type Address, type Hash, type WalletClient } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import type { ActionOptions, Deps, Receipt } from './deps.ts';
import type { Identity } from './identity.ts';
import { askAnew } from './ledger.ts';

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
 * One transaction: asks the wallet, waits until it is in a block, and forgets what was remembered of the chain. A wallet is asked for
 * one thing at a time, so that two uploads at once neither show two questions nor take the same nonce. Throws
 * `wallet.none`, `general.cancelled` when aborted before the wallet is asked, and what `send` and waiting throw.
 */
export async function transact(
	deps: Deps,
	{ signal, onStage }: ActionOptions,
	send: (wallet: WalletClient) => Promise<Hash>,
): Promise<Receipt> {
	const { wallet } = deps;
	if (!wallet) throw new AppError('wallet.none', 'No wallet is connected.');
	const transaction = await inTurn(wallet, () => {
		if (signal?.aborted) throw new AppError('general.cancelled', 'Cancelled before the wallet was asked.');
		onStage?.('waiting-for-wallet');
		return send(wallet);
	});
	onStage?.('confirming');
	const { blockNumber, gasUsed } = await waitForSuccess(deps.client, transaction);
	askAnew(deps);
	onStage?.('done');
	return { transaction, block: blockNumber, gasUsed };
}

const lastAsked = new WeakMap<WalletClient, Promise<unknown>>();

function inTurn<Answer>(wallet: WalletClient, ask: () => Promise<Answer>): Promise<Answer> {
	const answer = (lastAsked.get(wallet) ?? Promise.resolve()).then(ask);
	lastAsked.set(
		wallet,
		answer.catch(() => undefined),
	);
	return answer;
}
