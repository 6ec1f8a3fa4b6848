import { TransactionReceiptNotFoundError, type TransactionReceipt } from 'viem';
import { getTransactionReceipt, waitForTransactionReceipt } from 'viem/actions';
import { AppError } from '#lib/errors.ts';
import { chainError } from './refusal.ts';
import type { ChainClient, Hash, Signal } from './types.ts';

const patienceMs = 180_000;

export interface Receipt {
	hash: Hash;
	blockNumber: number;
	gasUsed: number;
}

/**
 * Waits until the transaction is in a block.
 * Errors: `chain.refused` when it failed there, `wallet.rejected` when the person cancelled or replaced it in the wallet,
 * `chain.unreachable` after three minutes without it, `general.cancelled`.
 */
export async function waitForSuccess(client: ChainClient, hash: Hash, options: Signal = {}): Promise<Receipt> {
	const { signal } = options;
	const replacement: { reason: string | null } = { reason: null };
	try {
		signal?.throwIfAborted();
		const receipt =
			(await receiptNow(client, hash)) ??
			(await orAborted(
				signal,
				waitForTransactionReceipt(client, {
					hash,
					timeout: patienceMs,
					onReplaced: ({ reason }) => (replacement.reason = reason),
				}),
			));
		if (replacement.reason !== null && replacement.reason !== 'repriced') {
			throw new AppError('wallet.rejected', 'The transaction was replaced in the wallet.');
		}
		if (receipt.status !== 'success') {
			throw new AppError('chain.refused', 'The transaction failed.', { details: { reason: 'unknown', hash } });
		}
		return {
			hash: receipt.transactionHash,
			blockNumber: Number(receipt.blockNumber),
			gasUsed: Number(receipt.gasUsed),
		};
	} catch (error) {
		throw chainError(error);
	}
}

/** The receipt if there is one already. A node that does not answer is noticed here, and forgiven later. */
async function receiptNow(client: ChainClient, hash: Hash): Promise<TransactionReceipt | null> {
	try {
		return await getTransactionReceipt(client, { hash });
	} catch (error) {
		if (error instanceof TransactionReceiptNotFoundError) return null;
		throw error;
	}
}

/** The promise, or the signal's abortion where that comes first. */
async function orAborted<T>(signal: AbortSignal | undefined, promise: Promise<T>): Promise<T> {
	if (!signal) return promise;
	let stop = () => {};
	const aborted = new Promise<never>((_, fail) => {
		stop = () => fail(signal.reason as Error);
		signal.addEventListener('abort', stop, { once: true });
	});
	try {
		return await Promise.race([promise, aborted]);
	} finally {
		signal.removeEventListener('abort', stop);
	}
}
