/**
 * One account's events by following the pointers of a registry (`IHistory.sol`): five blocks a round, backwards. It costs requests in
 * proportion to the account's own events, and only ever asks for single blocks, which every node answers.
 */
import { pad } from 'viem';
import { AppError } from '#lib/errors.ts';
import { consentRegistryAbi } from '../abi/consent-registry.ts';
import { call } from '../call.ts';
import type { Address, ChainClient } from '../types.ts';
import { parseLog, wordFor } from './events.ts';
import { scanLogs, type RawLog } from './logs.ts';

const pointers = 5;
const blockBits = 40n;
const blockMask = (1n << blockBits) - 1n;

/** The block numbers in a word, the most recent first. (Above them are the registry's own bits and the count of permissions.) */
export function blocksIn(word: bigint): number[] {
	const blocks: number[] = [];
	for (let rest = word; blocks.length < pointers && rest & blockMask; rest >>= blockBits) {
		blocks.push(Number(rest & blockMask));
	}
	return blocks;
}

/**
 * All logs of a registry to which the account is a party, back to `fromBlock`, in no order.
 * Errors: `chain.unreachable`, `general.cancelled`, `chain.not-found` when the node lacks events that the pointers name.
 */
export async function walkLogs(
	client: ChainClient,
	parameters: { registry: Address; account: Address; fromBlock: number; signal?: AbortSignal | undefined },
): Promise<RawLog[]> {
	const { registry, account, fromBlock, signal } = parameters;
	const found: RawLog[] = [];
	// The function is the same in all four registries.
	let word = await call(client, { abi: consentRegistryAbi, registry, functionName: 'historyOf', args: [account] });
	for (let before = Infinity; ;) {
		const blocks = blocksIn(word).filter((block) => block >= fromBlock);
		const oldest = blocks.at(-1);
		if (oldest === undefined) return found;
		if (oldest >= before) throw new AppError('chain.not-found', 'The pointers do not lead backwards.');
		before = oldest;
		const logs = await Promise.all(blocks.map((block) => logsAt(client, { registry, account, block, signal })));
		found.push(...logs.flat());
		word = earlierWord(logs.at(-1) ?? [], account);
	}
}

/** What the first of a block's events says of the blocks before it. */
function earlierWord(logs: readonly RawLog[], account: Address): bigint {
	const inOrder = [...logs].sort((a, b) => Number(a.logIndex) - Number(b.logIndex));
	for (const log of inOrder) {
		const event = parseLog(log);
		const word = event && wordFor(event, account);
		if (word !== null) return word;
	}
	throw new AppError('chain.not-found', 'The node has no event in a block where the pointers name one.');
}

async function logsAt(
	client: ChainClient,
	place: { registry: Address; account: Address; block: number; signal?: AbortSignal | undefined },
): Promise<RawLog[]> {
	const { registry, account, block, signal } = place;
	const range = { addresses: [registry], fromBlock: block, toBlock: block };
	const [asSubject, asOther] = await Promise.all([
		scanLogs(client, { ...range, topics: [null, pad(account)] }, signal),
		scanLogs(client, { ...range, topics: [null, null, pad(account)] }, signal),
	]);
	return [...asSubject, ...asOther];
}
