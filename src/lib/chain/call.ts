/** How every read here asks a contract. */
import type { Abi, ContractFunctionArgs, ContractFunctionName, ContractFunctionReturnType } from 'viem';
import { readContract } from 'viem/actions';
import { chainError } from './refusal.ts';
import type { Address, ChainClient } from './types.ts';

type View = 'view' | 'pure';

/** Calls a view of a contract. Errors: those of `chainError`. */
export async function call<const abi extends Abi, name extends ContractFunctionName<abi, View>>(
	client: ChainClient,
	question: {
		abi: abi;
		registry: Address;
		functionName: name;
		args: ContractFunctionArgs<abi, View, name>;
	},
): Promise<ContractFunctionReturnType<abi, View, name>> {
	const { abi, registry: address, functionName, args } = question;
	// viem would infer all of it again, for each caller; the types above say it once.
	const plain: { abi: Abi; address: Address; functionName: string; args: readonly unknown[] } = {
		abi,
		address,
		functionName,
		args: args as readonly unknown[],
	};
	try {
		const answer = await readContract(client, plain);
		return answer as ContractFunctionReturnType<abi, View, name>;
	} catch (error) {
		throw chainError(error);
	}
}
