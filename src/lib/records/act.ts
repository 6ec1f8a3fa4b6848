/** How every use case acts: in whose name, and with one transaction at the end. */
import {
	awaitPermission,
	latestBlock,
	signPermission,
	waitForSuccess,
	type Address,
	type Hash,
	type Unsigned,
	type WalletClient,
} from '#lib/chain/index.ts';
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
 * one thing at a time, so that two uploads at once neither show two questions nor take the same nonce. With `handOver` and the
 * action's `message` the wallet signs that in its place, and the transaction is whoever's executes it. Throws `wallet.none`,
 * `general.cancelled` when aborted before the wallet is asked or while it is handed over, `chain.permission-over`, and what `send`
 * and waiting throw.
 */
export async function transact(
	deps: Deps,
	options: ActionOptions,
	send: (wallet: WalletClient) => Promise<Hash>,
	message?: Unsigned,
): Promise<Receipt> {
	const { signal, onStage, handOver } = options;
	const { wallet } = deps;
	if (!wallet) throw new AppError('wallet.none', 'No wallet is connected.');
	const ask = <Answer>(question: () => Promise<Answer>): Promise<Answer> =>
		inTurn(wallet, () => {
			if (signal?.aborted) throw new AppError('general.cancelled', 'Cancelled before the wallet was asked.');
			onStage?.('waiting-for-wallet');
			return question();
		});
	const transaction = message && handOver ? await signAndWait() : await ask(() => send(wallet));
	onStage?.('confirming');
	const { blockNumber, gasUsed } = await waitForSuccess(deps.client, transaction);
	askAnew(deps);
	onStage?.('done');
	return { transaction, block: blockNumber, gasUsed };

	async function signAndWait(): Promise<Hash> {
		if (!wallet || !message || !handOver) throw new AppError('wallet.none', 'Nothing to sign, or nobody to sign it.');
		const { client, chain } = deps;
		const fromBlock = await latestBlock(client);
		const deadline = Math.floor(Date.now() / 1000) + permissionLifeSeconds;
		const order = { contracts: chain.contracts, message, deadline };
		const signed = await ask(() => signPermission(wallet, client, order));
		onStage?.('handed-over');
		handOver(signed);
		return awaitPermission(client, chain.contracts, { signed, fromBlock, signal });
	}
}

/** Long enough to walk to a reception desk, short enough that a lost slip of paper is soon worth nothing. */
const permissionLifeSeconds = 2 * 24 * 60 * 60;

const lastAsked = new WeakMap<WalletClient, Promise<unknown>>();

function inTurn<Answer>(wallet: WalletClient, ask: () => Promise<Answer>): Promise<Answer> {
	const answer = (lastAsked.get(wallet) ?? Promise.resolve()).then(ask);
	lastAsked.set(
		wallet,
		answer.catch(() => undefined),
	);
	return answer;
}
