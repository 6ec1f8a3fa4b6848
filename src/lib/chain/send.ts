/** How every action here reaches a contract: checked first, so that what the contract would refuse never comes to the wallet. */
import type { Abi, ContractFunctionArgs, ContractFunctionName } from 'viem';
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
