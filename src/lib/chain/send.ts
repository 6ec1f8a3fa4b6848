/** How every action here reaches a contract: checked first, so that what the contract would refuse never comes to the wallet. */
import type { Abi, ContractFunctionArgs, ContractFunctionName } from 'viem';
import { getChainId, simulateContract, waitForTransactionReceipt, writeContract } from 'viem/actions';
import { AppError } from '#lib/errors.ts';
import { chainError } from './refusal.ts';
import type { Address, ChainClient, Hash, Signal, WalletClient } from './types.ts';

export interface Call<abi extends Abi, name extends ContractFunctionName<abi, 'nonpayable'>> {
	abi: abi;
	registry: Address;
	functionName: name;
	args: ContractFunctionArgs<abi, 'nonpayable', name>;
}

/**
 * Simulates the call, then sends it: at most one question to the wallet.
 * Errors: those of `chainError`, and `wallet.none`.
 */
export async function send<const abi extends Abi, name extends ContractFunctionName<abi, 'nonpayable'>>(
	wallet: WalletClient,
	call: Call<abi, name>,
): Promise<Hash> {
	const { account, chain } = wallet;
	if (!account) throw new AppError('wallet.none', 'The wallet client has no account.');
	if (!chain) throw new AppError('chain.no-network', 'The wallet client has no chain.');
	const { abi, registry, functionName, args } = call as Call<Abi, string>;
	const request = { abi, address: registry, functionName, args, account, chain };
	try {
		const chainId = await getChainId(wallet);
		if (chainId !== chain.id) {
			const details = { expected: chain.id, actual: chainId };
			throw new AppError('chain.wrong-network', 'The wallet is on another chain.', { details });
		}
		await simulateContract(wallet, request);
		return await writeContract(wallet, request);
	} catch (error) {
		throw chainError(error);
	}
}

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
	let replaced = false;
	try {
		signal?.throwIfAborted();
		const receipt = await orAborted(
			signal,
			waitForTransactionReceipt(client, {
				hash,
				timeout: 180_000,
				onReplaced: ({ reason }) => (replaced = reason !== 'repriced'),
			}),
		);
		if (replaced) throw new AppError('wallet.rejected', 'The transaction was replaced in the wallet.');
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
