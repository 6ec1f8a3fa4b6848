/**
 * A block's header as a node gives it, and whether it is what its hash says. A header that hashes to a hash which several endpoints
 * name ties down all that it commits to: the state, the receipts, the time. It does not show that the block is part of the chain.
 */
import { keccak256, numberToHex, toRlp } from 'viem';
import { AppError } from '#lib/errors.ts';
import { chainError } from '../refusal.ts';
import type { ChainClient, Hash } from '../types.ts';
import { rlpNumber } from './trie.ts';

type Hex = `0x${string}`;

export interface Header {
	number: number;
	hash: Hash;
	/** Seconds since 1970. */
	timestamp: number;
	stateRoot: Hash;
	receiptsRoot: Hash;
	transactions: Hash[];
	/** The header, encoded as the chain does it, hashes to `hash`. */
	isProven: boolean;
}

/** In the order of the Yellow Paper, §4.4; numbers are encoded without leading zeros, everything else as it is. */
const alwaysThere = [
	'parentHash',
	'sha3Uncles',
	'miner',
	'stateRoot',
	'transactionsRoot',
	'receiptsRoot',
	'logsBloom',
	'difficulty',
	'number',
	'gasLimit',
	'gasUsed',
	'timestamp',
	'extraData',
	'mixHash',
	'nonce',
] as const;
/** What later versions of the protocol added: EIP-1559, 4895, 4844 (two), 4788, 7685. Older chains end before. */
const addedLater = [
	'baseFeePerGas',
	'withdrawalsRoot',
	'blobGasUsed',
	'excessBlobGas',
	'parentBeaconBlockRoot',
	'requestsHash',
] as const;
const numbers: ReadonlySet<string> = new Set([
	'difficulty',
	'number',
	'gasLimit',
	'gasUsed',
	'timestamp',
	'baseFeePerGas',
	'blobGasUsed',
	'excessBlobGas',
]);

type RawHeader = Readonly<Record<string, unknown>>;

/** The header at a height, or the latest, or the latest final one. Errors: as `chainError`; `chain.not-found`. */
export async function readHeader(client: ChainClient, at: number | 'latest' | 'finalized'): Promise<Header> {
	const tag = typeof at === 'number' ? numberToHex(at) : at;
	let answer: unknown;
	try {
		answer = await client.request({ method: 'eth_getBlockByNumber', params: [tag, false] });
	} catch (error) {
		throw chainError(error);
	}
	if (answer === null) throw new AppError('chain.not-found', `The node has no block ${String(at)}.`);
	const header = parse(answer as RawHeader);
	if (typeof at === 'number' && header.number !== at) {
		throw new AppError('chain.unreachable', `The node gave block ${header.number} for ${at}.`);
	}
	return header;
}

function parse(raw: RawHeader): Header {
	const text = (name: string): Hex => {
		const value = raw[name];
		if (typeof value === 'string' && value.startsWith('0x')) return value.toLowerCase() as Hex;
		throw new AppError('chain.unreachable', `The node gave a block without ${name}.`);
	};
	const hash = text('hash');
	return {
		number: Number(text('number')),
		hash,
		timestamp: Number(text('timestamp')),
		stateRoot: text('stateRoot'),
		receiptsRoot: text('receiptsRoot'),
		transactions: (Array.isArray(raw['transactions']) ? raw['transactions'] : []) as Hash[],
		isProven: hashOf(raw) === hash,
	};
}

/** The hash of a header; null for one of a form that is not known here. */
export function hashOf(raw: RawHeader): Hash | null {
	const later = addedLater.filter((name) => typeof raw[name] === 'string');
	const items: Hex[] = [];
	for (const name of [...alwaysThere, ...later]) {
		const value = raw[name];
		if (typeof value !== 'string' || !/^0x[0-9a-fA-F]*$/.test(value)) return null;
		items.push(numbers.has(name) ? rlpNumber(value as Hex) : (value as Hex));
	}
	return keccak256(toRlp(items));
}
