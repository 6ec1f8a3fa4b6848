/** How every action here reaches a contract: checked first, so that what the contract would refuse never comes to the wallet. */
import type { Abi, Account, Chain, ContractFunctionArgs, ContractFunctionName } from 'viem';
import { getChainId, simulateContract, writeContract } from 'viem/actions';
import { AppError } from '#lib/errors.ts';
import { chainError } from './refusal.ts';
import type { Address, Hash, WalletClient } from './types.ts';

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
	const { abi, registry, functionName, args } = call as Call<Abi, string>;
	const { account, chain } = await readyToSign(wallet);
	const request = { abi, address: registry, functionName, args, account, chain };
	try {
		await simulateContract(wallet, request);
		return await writeContract(wallet, request);
	} catch (error) {
		throw chainError(error);
	}
}

/**
 * The account and the chain of a wallet that is on that chain now, so that what it signs counts there.
 * Errors: `wallet.none`, `chain.no-network`, `chain.wrong-network`, `chain.unreachable`.
 */
export async function readyToSign(wallet: WalletClient): Promise<{ account: Account; chain: Chain }> {
	const { account, chain } = wallet;
	if (!account) throw new AppError('wallet.none', 'The wallet client has no account.');
	if (!chain) throw new AppError('chain.no-network', 'The wallet client has no chain.');
	try {
		const actual = await getChainId(wallet);
		if (actual === chain.id) return { account, chain };
		const details = { expected: chain.id, actual };
		throw new AppError('chain.wrong-network', 'The wallet is on another chain.', { details });
	} catch (error) {
		throw chainError(error);
	}
}
