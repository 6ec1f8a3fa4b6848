/** What was asked, proved and reported on chain about a record's pieces, by anybody (contracts/PossessionAudit.sol). */
import { cloudId, latestBlock, readAuditEvents, type Address, type AuditEvent, type Hash } from '#lib/chain/index.ts';
import { nameOf } from '#lib/storage/index.ts';
import { blocksBefore, blocksUntil } from '../challenges.ts';
import type { Deps } from '../deps.ts';
import type { Holding } from '../holdings.ts';

interface Common {
	/** Milliseconds since 1970. */
	at: number;
	transaction: Hash;
	/** The cloud, as the header names it; null for one that it does not name. */
	store: string | null;
	/** The piece's index among all of the record. */
	piece: number;
	/** Whose word or question it is. */
	author: Address;
}

export interface PublicChallenge extends Common {
	kind: 'challenge';
	challengeId: Hash;
	/**
	 * `early`: nobody knows yet what to prove. `open`: it can be answered. `answered`: all five samples were proved. `over`: they were not,
	 * which proves nothing.
	 */
	state: 'early' | 'open' | 'answered' | 'over';
	/** How many of the five samples were proved, and by whom. */
	proven: number;
	provers: Address[];
}

/** A report proves nothing: it says who says so. */
export interface PublicFailure extends Common {
	kind: 'failure';
}

export type PublicAudit = PublicChallenge | PublicFailure;

const samples = 5;

/** The public audits of one record, the latest first. Throws `chain.unreachable`. */
export async function readPublicAudits(deps: Deps, { recordId, parts }: Holding): Promise<PublicAudit[]> {
	const { client, chain } = deps;
	const [events, latest] = await Promise.all([
		readAuditEvents(client, { contracts: chain.contracts, recordIds: [recordId] }),
		latestBlock(client),
	]);
	const known = [...parts.flatMap(({ pieces }) => pieces.map(({ store }) => store)), ...deps.configs.map(nameOf)];
	const names = new Map(known.map((store) => [cloudId(store), store]));
	const common = (event: Extract<AuditEvent, { cloud: Hash }>) => ({
		at: event.timestamp * 1000,
		transaction: event.transactionHash,
		store: names.get(event.cloud) ?? null,
		piece: event.piece,
	});
	const audits = events.flatMap((event): PublicAudit[] => {
		if (event.name === 'FailureAttested') return [{ kind: 'failure', author: event.author, ...common(event) }];
		if (event.name !== 'ChallengeOpened') return [];
		const { challengeId, opener: author, blockNumber } = event;
		const proofs = events.flatMap((one) =>
			one.name === 'LeavesProven' && one.challengeId === challengeId ? [one] : [],
		);
		const bits = proofs.reduce((all, one) => all | one.samples, 0);
		const proven = Array.from({ length: samples }, (_, i) => (bits >> i) & 1).filter(Boolean).length;
		const provers = [...new Set(proofs.map(({ prover }) => prover))];
		const state = proven === samples ? 'answered' : stateAfter(latest - blockNumber);
		return [{ kind: 'challenge', author, ...common(event), challengeId, state, proven, provers }];
	});
	return audits.reverse();
}

function stateAfter(blocks: number): 'early' | 'open' | 'over' {
	if (blocks < blocksBefore) return 'early';
	return blocks > blocksUntil ? 'over' : 'open';
}
