/** A transaction: whether it is on the chain, whether it succeeded, and what it wrote into the log. */
import { readAuditEvents, readRecord, readTransaction, type Hash } from '#lib/chain/index.ts';
import { blocksUntil } from '../challenges.ts';
import type { Deps } from '../deps.ts';
import { entriesOf } from '../log.ts';
import type { PatientAudit } from '../log-lines.ts';
import { finding, type Verification } from './types.ts';

/** null where the chain has no such transaction. Throws `chain.unreachable`. */
export async function verifyTransaction(deps: Deps, transaction: Hash): Promise<Verification | null> {
	const entry = await readTransaction(deps.client, deps.chain.contracts, transaction);
	if (!entry) return null;
	const { blockNumber: block, succeeded } = entry;
	const events = [...entry.events, ...(entry.hasAudits ? await auditsIn(deps, transaction, block) : [])];
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
		entries: await entriesOf(deps, events, entry.events),
		differences: [],
	};
}

/** Public audits in a transaction. A proof does not name its record; its challenge does, which is not older than it can be answered. */
async function auditsIn(deps: Deps, transaction: Hash, block: number): Promise<PatientAudit[]> {
	const { contracts } = deps.chain;
	const fromBlock = Math.max(contracts.deployedAt, block - blocksUntil);
	const events = await readAuditEvents(deps.client, { contracts, fromBlock, toBlock: block });
	const here = events.filter(({ transactionHash }) => transactionHash === transaction);
	const audits = here.map(async (event): Promise<PatientAudit[]> => {
		const record = await readRecord(deps.client, { registry: contracts.recordRegistry, recordId: event.recordId });
		return record ? [{ ...event, patient: record.patient }] : [];
	});
	return (await Promise.all(audits)).flat();
}
