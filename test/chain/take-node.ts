import { inject } from 'vitest';
import type { Contracts } from '#lib/chain/index.ts';
import { testAccounts, type ChainNode } from '../../scripts/network/chain-node.ts';
import type { SharedNode } from './shared-nodes.ts';

/**
 * A chain node for this test file alone, with the registries just deployed. Its `stop` only gives it back, so whatever the tests did to it
 * is undone; a test that ends a node starts one of its own.
 */
export async function takeNode(): Promise<{ node: ChainNode; contracts: Contracts }> {
	const { url, contracts } = await ask<SharedNode>('take');
	const node: ChainNode = {
		url,
		chainId: 31337,
		accounts: testAccounts(),
		stop: () => ask<null>('give-back', url).then(() => undefined),
	};
	return { node, contracts };
}

async function ask<Answer>(what: string, body = ''): Promise<Answer> {
	const response = await fetch(`${inject('sharedNodes')}/${what}`, { method: 'POST', body });
	if (!response.ok) throw new Error(await response.text());
	return (await response.json()) as Answer;
}
