/** Events by what they are or where they are: from the whole chain, from a range of blocks, or from one known block. */
import { pad } from 'viem';
import { AppError } from '#lib/errors.ts';
import { addressesOf, parseLog, topicsOf } from './events.ts';
import type { ChainEvent, EventName, EventOf, RegistryName, UntimedEvent } from './events.ts';
import { askForLogs, blockTime, scanLogs, type LogQuery, type RawLog } from './logs.ts';
import type { Address, ChainClient, Contracts, Signal } from '../types.ts';

export interface EventFilter extends Signal {
	/** Only events to which it is a party: whose it is, or the other. Members, requesters and grantees are such others. */
	account?: Address | undefined;
	/** Only events with these names. */
	names?: readonly EventName[] | undefined;
	registries?: readonly RegistryName[] | undefined;
	fromBlock?: number | undefined;
	toBlock?: number | undefined;
}

/**
 * Events in their order on the chain. What the node refuses as a whole is asked for piece by piece, which takes long on a long
 * chain: `readHistory` is the way to one account's events.
 * Errors: `chain.unreachable`, `general.cancelled`.
 */
export async function readEvents(
	client: ChainClient,
	contracts: Contracts,
	filter: EventFilter = {},
): Promise<ChainEvent[]> {
	const logs = await Promise.all(queriesFor(contracts, filter).map((query) => scanLogs(client, query, filter.signal)));
	return inOrder(client, logs.flat());
}

/** As `readEvents`, but null when the node refuses to answer for so many blocks at once. */
export async function askForEvents(
	client: ChainClient,
	contracts: Contracts,
	filter: EventFilter = {},
): Promise<ChainEvent[] | null> {
	const logs = await Promise.all(queriesFor(contracts, filter).map((query) => askForLogs(client, query)));
	return logs.some((answer) => answer === null) ? null : inOrder(client, logs.flat() as RawLog[]);
}

/**
 * The last event with one of these names about `subject` in one block.
 * Errors: `chain.unreachable`, `chain.not-found` when the node has no such event there.
 */
export async function readEventAt<Name extends EventName>(
	client: ChainClient,
	contracts: Contracts,
	place: { names: readonly Name[]; subject: Address; blockNumber: number },
): Promise<Omit<EventOf<Name>, 'timestamp'>> {
	const { names, subject, blockNumber } = place;
	const logs = await scanLogs(client, {
		addresses: addressesOf(contracts),
		topics: [topicsOf(names), pad(subject)],
		fromBlock: blockNumber,
		toBlock: blockNumber,
	});
	const last = logs.at(-1);
	if (!last) throw new AppError('chain.not-found', `The node has no ${names.join(', ')} in block ${blockNumber}.`);
	return parseLog(last) as unknown as Omit<EventOf<Name>, 'timestamp'>;
}

/** One query, or, for an account, one for each of the two places that a party has in an event. */
function queriesFor(contracts: Contracts, filter: EventFilter): LogQuery[] {
	const { account, names, registries, fromBlock = contracts.deployedAt, toBlock } = filter;
	const name = names ? topicsOf(names) : null;
	const range = { addresses: addressesOf(contracts, registries), fromBlock, toBlock };
	if (!account) return [{ ...range, topics: [name] }];
	return [
		{ ...range, topics: [name, pad(account)] },
		{ ...range, topics: [name, null, pad(account)] },
	];
}

/** Parsed, each once, in order, with the times of their blocks. */
export async function inOrder(client: ChainClient, logs: readonly RawLog[]): Promise<ChainEvent[]> {
	const events = new Map<string, UntimedEvent>();
	const times = new Map<number, Promise<number>>();
	for (const log of logs) {
		const event = parseLog(log);
		if (!event) continue;
		const { blockNumber, logIndex } = event;
		events.set(`${blockNumber}:${logIndex}`, event);
		if (!times.has(blockNumber)) {
			const time = log.blockTimestamp;
			times.set(blockNumber, time ? Promise.resolve(Number(time)) : blockTime(client, blockNumber));
		}
	}
	const sorted = [...events.values()].sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
	return Promise.all(
		sorted.map(async (event) => ({ ...event, timestamp: await times.get(event.blockNumber) }) as ChainEvent),
	);
}
