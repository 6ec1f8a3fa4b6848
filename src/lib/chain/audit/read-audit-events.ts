/** What was challenged, proved and attested of a record, by anybody: filtered by the record, not walked along pointers. */
import { parseEventLogs, toEventSelector, type AbiEvent, type Log } from 'viem';
import { AppError } from '#lib/errors.ts';
import { possessionAuditAbi } from '../abi/possession-audit.ts';
import { scanLogs, type RawLog } from '../history/logs.ts';
import type { Address, ChainClient, Contracts, Hash, Signal } from '../types.ts';

interface Common {
	blockNumber: number;
	logIndex: number;
	transactionHash: Hash;
}

export type AuditEvent = Common &
	(
		| { name: 'ChallengeOpened'; challengeId: Hash; cloud: Hash; opener: Address; piece: number }
		/** `samples`: a bit for each of the five. */
		| { name: 'LeavesProven'; challengeId: Hash; prover: Address; samples: number }
		/** No proof: it says who says so. */
		| { name: 'FailureAttested'; cloud: Hash; author: Address; piece: number; reportDigest: Hash }
	);

export interface ReadAuditEventsParameters extends Signal {
	contracts: Contracts;
	recordId: Hash;
	/** Nothing before this block; that of the deployment unless given. */
	fromBlock?: number;
}

/**
 * The events about a record, oldest first. The addresses in them are lower-case; who opened a challenge for many pieces of others can make
 * this list long, and only that. Errors: as `scanLogs`; `chain.unreachable` for what is no such event.
 */
export async function readAuditEvents(
	client: ChainClient,
	parameters: ReadAuditEventsParameters,
): Promise<AuditEvent[]> {
	const { contracts, recordId, signal, fromBlock = contracts.deployedAt } = parameters;
	const query = { addresses: [contracts.possessionAudit], fromBlock };
	const about = [topicOf('ChallengeOpened'), topicOf('FailureAttested')];
	const opened = parse(await scanLogs(client, { ...query, topics: [about, recordId] }, signal));
	const ids = opened.flatMap((event) => (event.name === 'ChallengeOpened' ? [event.challengeId] : []));
	const proven =
		ids.length === 0 ? [] : parse(await scanLogs(client, { ...query, topics: [topicOf('LeavesProven'), ids] }, signal));
	return [...opened, ...proven].sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
}

function topicOf(name: AuditEvent['name']): Hash {
	return toEventSelector(possessionAuditAbi.find((item) => item.type === 'event' && item.name === name) as AbiEvent);
}

function parse(logs: readonly RawLog[]): AuditEvent[] {
	let events;
	try {
		events = parseEventLogs({ abi: possessionAuditAbi, logs: logs as unknown as Log[] });
	} catch (cause) {
		throw new AppError('chain.unreachable', 'The node sent malformed events of the audit contract.', { cause });
	}
	if (events.length !== logs.length)
		throw new AppError('chain.unreachable', 'The node sent what is no event of the audit contract.');
	return events.map(({ eventName: name, args, transactionHash }, i) => {
		const entries = Object.entries(args).map(([key, value]) => [
			key,
			typeof value === 'string' ? value.toLowerCase() : value,
		]);
		// As the node wrote them: in hexadecimal.
		const [blockNumber, logIndex] = [Number(logs[i]?.blockNumber), Number(logs[i]?.logIndex)];
		const place = { blockNumber, logIndex, transactionHash };
		return { name, ...(Object.fromEntries(entries) as object), ...place } as AuditEvent;
	});
}
