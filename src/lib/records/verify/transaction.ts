/** A transaction: whether it is on the chain, whether it succeeded, and what it wrote into the log. */
import { readTransaction, type Hash } from '#lib/chain/index.ts';
import type { Deps } from '../deps.ts';
import { entriesOf } from '../log.ts';
import { finding, type Verification } from './types.ts';

/** null where the chain has no such transaction. Throws `chain.unreachable`. */
export async function verifyTransaction(deps: Deps, transaction: Hash): Promise<Verification | null> {
	const entry = await readTransaction(deps.client, deps.chain.contracts, transaction);
	if (!entry) return null;
	const { blockNumber: block, events, succeeded } = entry;
	const [first] = events;
	const outcome = finding(succeeded ? 'transaction-succeeded' : 'transaction-failed', {
		block,
		at: first && first.timestamp * 1000,
		count: events.length,
	});
	return {
		subject: { kind: 'transaction', transaction },
		findings: succeeded && events.length === 0 ? [outcome, finding('transaction-foreign')] : [outcome],
		facts: { transaction, block: String(block) },
		entries: await entriesOf(deps, events, events),
		differences: [],
	};
}
