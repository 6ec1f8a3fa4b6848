/**
 * What happened in one block, proved by the block: its receipts, whose root is in the header. They hold all logs, so they show which of
 * two endpoints leaves one out, makes one up, or changes it.
 */
import { numberToHex } from 'viem';
import type { RawLog } from '../history/logs.ts';
import type { ChainClient, Hash } from '../types.ts';
import type { Header } from './header.ts';
import { rlpNumber, rootOfList, typedRlp } from './trie.ts';

type Hex = `0x${string}`;

interface RawReceipt {
	type?: Hex;
	/** Since Byzantium; before, `root`. */
	status?: Hex;
	root?: Hex;
	cumulativeGasUsed: Hex;
	logsBloom: Hex;
	logs: RawLog[];
	/** Of deposits on OP chains. */
	depositNonce?: Hex;
	depositReceiptVersion?: Hex;
}

/** So many receipts are asked for one by one of an endpoint that does not give them together. */
const atMostOneByOne = 400;

/** All logs of a block, from an endpoint whose receipts lead to the header's root; null when it has no such receipts. */
export async function provenLogs(client: ChainClient, header: Header): Promise<RawLog[] | null> {
	try {
		const receipts = await receiptsOf(client, header);
		if (rootOfList(receipts.map(encode)) !== header.receiptsRoot) return null;
		return receipts.flatMap(({ logs }) => logs);
	} catch {
		return null; // it refuses, or gives what is no receipt
	}
}

async function receiptsOf(client: ChainClient, { number, transactions }: Header): Promise<RawReceipt[]> {
	const ask = (method: string, params: readonly unknown[]) =>
		client.request<{ Method: string; Parameters: readonly unknown[]; ReturnType: unknown }>({ method, params });
	try {
		return (await ask('eth_getBlockReceipts', [numberToHex(number)])) as RawReceipt[];
	} catch (error) {
		if (transactions.length > atMostOneByOne) throw error;
	}
	const one = async (hash: Hash) => (await ask('eth_getTransactionReceipt', [hash])) as RawReceipt;
	return Promise.all(transactions.map(one));
}

/** Yellow Paper §4.4.1, typed by EIP-2718. */
function encode(receipt: RawReceipt): Hex {
	const {
		type = '0x0',
		status,
		root,
		cumulativeGasUsed,
		logsBloom,
		logs,
		depositNonce,
		depositReceiptVersion,
	} = receipt;
	const outcome = status === undefined ? (root ?? '0x') : rlpNumber(status);
	const deposit = [depositNonce, depositReceiptVersion].filter((each) => each !== undefined).map(rlpNumber);
	const items = logs.map(({ address, topics, data }) => [address, [...topics], data]);
	return typedRlp(type, [outcome, rlpNumber(cumulativeGasUsed), logsBloom, items, ...deposit]);
}
