import { addressesOf } from './history/events.ts';
import type { ChainEvent } from './history/index.ts';
import type { RawLog } from './history/logs.ts';
import { inOrder } from './history/read-events.ts';
import { chainError } from './refusal.ts';
import type { Address, ChainClient, Contracts, Hash } from './types.ts';

export interface TransactionEntry {
	hash: Hash;
	blockNumber: number;
	/** Who sent it. Of a signed permission that is not who decided. */
	from: Address;
	succeeded: boolean;
	/** The registries' events in it, in order. */
	events: ChainEvent[];
	/** It has events of the audit contract too: `readAuditEvents`. */
	hasAudits: boolean;
}

interface RawReceipt {
	blockNumber: Hash;
	from: Address;
	status: Hash;
	logs: RawLog[];
}

/** What came of a transaction; null when the chain has none of this hash. Errors: as `chainError`. */
export async function readTransaction(
	client: ChainClient,
	contracts: Contracts,
	hash: Hash,
): Promise<TransactionEntry | null> {
	let receipt: RawReceipt | null;
	try {
		const answer: unknown = await client.request({ method: 'eth_getTransactionReceipt', params: [hash] });
		receipt = answer as RawReceipt | null;
	} catch (error) {
		throw chainError(error);
	}
	if (receipt === null) return null;
	const ours: ReadonlySet<string> = new Set(addressesOf(contracts));
	const audits: string = contracts.possessionAudit;
	return {
		hash,
		blockNumber: Number(receipt.blockNumber),
		from: receipt.from.toLowerCase() as Address,
		succeeded: Number(receipt.status) === 1,
		events: await inOrder(
			client,
			receipt.logs.filter(({ address }) => ours.has(address.toLowerCase())),
		),
		hasAudits: receipt.logs.some(({ address }) => address.toLowerCase() === audits),
	};
}
