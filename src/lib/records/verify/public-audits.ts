/** What was asked, proved and reported on chain about a record's pieces, by anybody (contracts/PossessionAudit.sol). */
import { cloudId, readAuditEvents, type Address, type Hash } from '#lib/chain/index.ts';
import type { Deps } from '../deps.ts';
import type { Holding } from '../holdings.ts';

export interface PublicAudits {
	/** Challenges that somebody opened, and those of which something was proved. */
	opened: number;
	proven: number;
	/** A report proves nothing: it says who says so. `store` is null for a cloud that the header does not name. */
	failures: { author: Address; store: string | null; transaction: Hash }[];
}

/** The public audits of one record. Throws `chain.unreachable`. */
export async function readPublicAudits(deps: Deps, { recordId, parts }: Holding): Promise<PublicAudits> {
	const events = await readAuditEvents(deps.client, { contracts: deps.chain.contracts, recordId });
	const names = new Map(parts.flatMap(({ pieces }) => pieces.map(({ store }) => [cloudId(store), store] as const)));
	const proven = new Set(events.flatMap((event) => (event.name === 'LeavesProven' ? [event.challengeId] : [])));
	return {
		opened: events.filter(({ name }) => name === 'ChallengeOpened').length,
		proven: proven.size,
		failures: events.flatMap((event) =>
			event.name === 'FailureAttested'
				? [{ author: event.author, store: names.get(event.cloud) ?? null, transaction: event.transactionHash }]
				: [],
		),
	};
}
