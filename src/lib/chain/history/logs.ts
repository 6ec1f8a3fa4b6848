/**
 * Logs as nodes give them. Most public nodes answer only for a few thousand blocks at a time, or for a few thousand logs: what one
 * refuses as a whole is asked for in smaller pieces.
 */
import { HttpRequestError, numberToHex, RpcRequestError, TimeoutError } from 'viem';
import { getBlock, getBlockNumber } from 'viem/actions';
import { chainError } from '../refusal.ts';
import type { Address, ChainClient, Hash } from '../types.ts';

export interface RawLog {
	address: Address;
	topics: readonly Hash[];
	data: Hash;
	blockNumber: Hash;
	logIndex: Hash;
	transactionHash: Hash;
	/** Newer nodes say it. */
	blockTimestamp?: Hash;
}

export interface LogQuery {
	addresses: readonly Address[];
	/** As in `eth_getLogs`: null is any. */
	topics: readonly (Hash | readonly Hash[] | null)[];
	fromBlock: number;
	/** The latest when absent. */
	toBlock?: number | undefined;
}

const chunkBlocks = 4096;
const shrink = 8;

/** The logs, or null when the node answers that this is too much. Errors: as `chainError`. */
export async function askForLogs(client: ChainClient, query: LogQuery): Promise<RawLog[] | null> {
	const filter = {
		address: [...query.addresses],
		topics: query.topics as Hash[],
		fromBlock: numberToHex(query.fromBlock),
		toBlock: query.toBlock === undefined ? ('latest' as const) : numberToHex(query.toBlock),
	};
	try {
		const logs: unknown = await client.request({ method: 'eth_getLogs', params: [filter] });
		return logs as RawLog[];
	} catch (error) {
		if (isTooMuch(error)) return null;
		throw chainError(error);
	}
}

/** All the logs, in as many pieces as the node wants. Errors: as `chainError`; `general.cancelled`. */
export async function scanLogs(client: ChainClient, query: LogQuery, signal?: AbortSignal): Promise<RawLog[]> {
	const whole = await askForLogs(client, query);
	if (whole) return whole;
	const last = query.toBlock ?? (await latestBlock(client));
	const logs: RawLog[] = [];
	let chunk = chunkBlocks;
	for (let fromBlock = query.fromBlock; fromBlock <= last;) {
		if (signal?.aborted) throw chainError(signal.reason);
		const toBlock = Math.min(fromBlock + chunk - 1, last);
		const piece = await askForLogs(client, { ...query, fromBlock, toBlock });
		if (piece) {
			logs.push(...piece);
			fromBlock = toBlock + 1;
		} else if (chunk > 1) {
			chunk = chunk / shrink;
		} else {
			throw chainError(new HttpRequestError({ url: '', details: 'The node refuses single blocks too.' }));
		}
	}
	return logs;
}

/** The number of the latest block. Errors: as `chainError`. */
export async function latestBlock(client: ChainClient): Promise<number> {
	try {
		return Number(await getBlockNumber(client, { cacheTime: 0 }));
	} catch (error) {
		throw chainError(error);
	}
}

/** When (seconds since 1970) the block was made. Errors: as `chainError`. */
export async function blockTime(client: ChainClient, blockNumber: number): Promise<number> {
	try {
		return Number((await getBlock(client, { blockNumber: BigInt(blockNumber) })).timestamp);
	} catch (error) {
		throw chainError(error);
	}
}

/** Nodes have no common code for it: any answer but a result may mean it. No answer at all does not. */
function isTooMuch(error: unknown): boolean {
	for (let cause = error; cause instanceof Error; cause = cause.cause) {
		if (cause instanceof RpcRequestError || cause instanceof TimeoutError) return true;
		if (cause instanceof HttpRequestError) return cause.status !== undefined;
	}
	return false;
}
