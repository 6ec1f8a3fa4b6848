/** What was challenged, proved and attested of records, by anybody: filtered by the record, not walked along pointers. */
import { decodeEventLog, toEventSelector, type AbiEvent } from 'viem';
import { AppError } from '#lib/errors.ts';
import { possessionAuditAbi } from '../abi/possession-audit.ts';
import type { Place } from '../history/events.ts';
import { blockTime, scanLogs, type LogQuery, type RawLog } from '../history/logs.ts';
import type { Address, ChainClient, Contracts, Hash, Signal } from '../types.ts';

type Told =
	| { name: 'ChallengeOpened'; challengeId: Hash; cloud: Hash; opener: Address; piece: number }
	/** `samples`: a bit for each of the five. */
	| { name: 'LeavesProven'; challengeId: Hash; prover: Address; samples: number }
	/** No proof: it says who says so. */
	| { name: 'FailureAttested'; cloud: Hash; author: Address; piece: number; reportDigest: Hash };

export type AuditEvent = Place & { recordId: Hash } & Told;

export interface ReadAuditEventsParameters extends Signal {
	contracts: Contracts;
	/** Of these; of all where none is named. */
	recordIds?: readonly Hash[];
	/** Nothing before this block; that of the deployment unless given. */
	fromBlock?: number;
	/** Nothing after this one; the latest unless given. */
	toBlock?: number;
}

/** Nodes refuse filters that are too long. */
const idsAtOnce = 200;

/**
 * The events about records, oldest first. The addresses in them are lower-case; who opened a challenge for many pieces of others can make
 * this list long, and only that. Errors: as `scanLogs`; `chain.unreachable` for what is no such event.
 */
export async function readAuditEvents(
	client: ChainClient,
	parameters: ReadAuditEventsParameters,
): Promise<AuditEvent[]> {
	const { contracts, recordIds, signal, fromBlock = contracts.deployedAt, toBlock } = parameters;
	const scan = (topics: LogQuery['topics']) =>
		scanLogs(client, { addresses: [contracts.possessionAudit], fromBlock, toBlock, topics }, signal);
	const about = [topicOf('ChallengeOpened'), topicOf('FailureAttested')];
	const ofRecords = (
		await Promise.all(recordIds ? chunks(recordIds).map((ids) => scan([about, ids])) : [scan([about])])
	).flat();
	const opened = ofRecords.map(parse);
	const records = new Map(
		opened.flatMap((event) => (event.name === 'ChallengeOpened' ? [[event.challengeId, event.recordId] as const] : [])),
	);
	const answers = (
		await Promise.all(chunks([...records.keys()]).map((ids) => scan([topicOf('LeavesProven'), ids])))
	).flat();
	const proven = answers.map(parse).flatMap((event) => {
		const recordId = event.name === 'LeavesProven' && records.get(event.challengeId);
		return recordId ? [{ ...event, recordId }] : [];
	});
	const times = await timesOf(client, [...ofRecords, ...answers]);
	return [...opened, ...proven]
		.map((event) => ({ ...event, timestamp: times.get(event.blockNumber) ?? 0 }) as AuditEvent)
		.sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
}

function chunks(ids: readonly Hash[]): Hash[][] {
	const count = Math.ceil(ids.length / idsAtOnce);
	return Array.from({ length: count }, (_, i) => ids.slice(i * idsAtOnce, (i + 1) * idsAtOnce));
}

function topicOf(name: AuditEvent['name']): Hash {
	return toEventSelector(possessionAuditAbi.find((item) => item.type === 'event' && item.name === name) as AbiEvent);
}

/** Proofs name no record, but their challenge. */
type Parsed = Omit<Place, 'timestamp'> & { recordId?: Hash } & Told;

function parse(log: RawLog): Parsed {
	const place = {
		address: log.address.toLowerCase() as Address,
		blockNumber: Number(log.blockNumber),
		logIndex: Number(log.logIndex),
		transactionHash: log.transactionHash,
	};
	try {
		const topics = log.topics as [Hash, ...Hash[]];
		const { eventName: name, args } = decodeEventLog({ abi: possessionAuditAbi, data: log.data, topics });
		const lower = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : value);
		const told = Object.fromEntries(Object.entries(args).map(([key, value]) => [key, lower(value)]));
		return { name, ...told, ...place } as unknown as Parsed;
	} catch (cause) {
		throw new AppError('chain.unreachable', 'The node sent what is no event of the audit contract.', { cause });
	}
}

/** When each of their blocks was made, in seconds since 1970. */
async function timesOf(client: ChainClient, logs: readonly RawLog[]): Promise<Map<number, number>> {
	const said = new Map(logs.map(({ blockNumber, blockTimestamp }) => [Number(blockNumber), blockTimestamp]));
	const asked = [...said].map(async ([block, time]) => [block, time ? Number(time) : await blockTime(client, block)] as const); // prettier-ignore
	return new Map(await Promise.all(asked));
}
