/** The deployment on a node of its own, to know which transactions it takes and what gas each uses. */
import { createClient, http, type Hex } from 'viem';
import { getBlock, getTransactionReceipt } from 'viem/actions';
import type { Address } from '#lib/chain/index.ts';
import { startChainNode } from '../network/chain-node.ts';
import { contractNames } from './artifacts.ts';
import { deployContracts } from './deploy-contracts.ts';

export interface Step {
	/** A contract's name, or what is called. */
	name: string;
	/** A contract's creation; otherwise a call of one that must be there first. */
	creates: boolean;
	data: Hex;
	gas: bigint;
}

/** All steps in their order. `admin` adds the one that offers the office. */
export async function rehearse(options: { admin: Address | null }): Promise<Step[]> {
	const node = await startChainNode();
	try {
		const contracts = await deployContracts(node.url, options.admin ? { admin: options.admin } : {});
		const names = new Map(contractNames.map((name) => [contracts[camelCase(name)], name as string]));
		const client = createClient({ transport: http(node.url) });
		const steps: Step[] = [];
		const calls = ['grantRole (registrar)', 'beginDefaultAdminTransfer'];
		for (let blockNumber = BigInt(contracts.deployedAt); ; blockNumber++) {
			const block = await getBlock(client, { blockNumber, includeTransactions: true }).catch(() => null);
			if (!block) return steps;
			for (const { hash, input } of block.transactions) {
				const { gasUsed, contractAddress } = await getTransactionReceipt(client, { hash });
				const created = contractAddress ? names.get(contractAddress.toLowerCase() as Address) : undefined;
				const name = created ?? calls.shift() ?? 'call';
				steps.push({ name, creates: created !== undefined, data: input, gas: gasUsed });
			}
		}
	} finally {
		await node.stop();
	}
}

function camelCase<T extends string>(name: T): Uncapitalize<T> {
	return (name.charAt(0).toLowerCase() + name.slice(1)) as Uncapitalize<T>;
}
