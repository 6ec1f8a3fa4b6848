/**
 * Filecoin's own proofs of possession, as its contracts have them in their log: when a provider proved a data set, by when it has to again, and
 * which periods went by without. They are Filecoin's word about what a provider holds, of its own pieces and tree; nothing of ours is checked by them.
 *
 * https://github.com/FilOzone/pdp (`IPDPEvents.sol`) · https://github.com/FilOzone/filecoin-services (`FilecoinWarmStorageService.sol`)
 */
import { decodeEventLog, numberToHex, parseAbi, toEventSelector } from 'viem';
import { AppError } from '#lib/errors.ts';
import { call } from '../call.ts';
import { scanLogs, type RawLog } from '../history/logs.ts';
import type { Address, ChainClient, Hash, Signal } from '../types.ts';

const proofEvents = parseAbi([
	'struct PieceIdAndOffset { uint256 pieceId; uint256 offset; }',
	'event PossessionProven(uint256 indexed setId, PieceIdAndOffset[] challenges)',
	'event NextProvingPeriod(uint256 indexed setId, uint256 challengeEpoch, uint256 leafCount)',
]);
const faultEvents = parseAbi(['event FaultRecord(uint256 indexed setId, uint256 periodsFaulted, uint256 deadline)']);
const abi = [...proofEvents, ...faultEvents] as const;
const verifierAbi = parseAbi(['function getDataSetLastProvenEpoch(uint256 setId) view returns (uint256)']);

interface Common {
	blockNumber: number;
	logIndex: number;
	transactionHash: Hash;
}

export type PdpEvent = Common &
	(
		| { name: 'PossessionProven'; challenges: readonly { pieceId: bigint; offset: bigint }[] }
		/** From `challengeEpoch` (a block of Filecoin's) on the next proof can be given; `leafCount` leaves of 32 bytes are to be proved. */
		| { name: 'NextProvingPeriod'; challengeEpoch: bigint; leafCount: bigint }
		/** So many periods ended, the last at the block `deadline`, without a proof. */
		| { name: 'FaultRecord'; periodsFaulted: bigint; deadline: bigint }
	);

export interface ReadPdpEventsParameters extends Signal {
	/** `PDPVerifier` of the network that the client is connected to. */
	verifier: Address;
	/** `FilecoinWarmStorageService` there, which the data set belongs to and which notes missed periods. */
	service: Address;
	dataSetId: bigint;
	fromBlock: number;
	/** The latest when absent. */
	toBlock?: number;
}

/** The events of a data set, oldest first. Errors: as `scanLogs`; `chain.unreachable` for what is no such event of that set. */
export async function readPdpEvents(client: ChainClient, parameters: ReadPdpEventsParameters): Promise<PdpEvent[]> {
	const { verifier, service, dataSetId, fromBlock, toBlock, signal } = parameters;
	const names = abi.map((item) => toEventSelector(item));
	const topics = [names, numberToHex(dataSetId, { size: 32 })];
	const logs = await scanLogs(client, { addresses: [verifier, service], topics, fromBlock, toBlock }, signal);
	const events = logs.map((log) => parse(log, parameters));
	return events.sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
}

/** The block up to which the data set is proven; null: never yet. Errors: as `call`. */
export async function readLastProven(
	client: ChainClient,
	{ verifier, dataSetId }: Pick<ReadPdpEventsParameters, 'verifier' | 'dataSetId'>,
): Promise<number | null> {
	const question = { abi: verifierAbi, registry: verifier, functionName: 'getDataSetLastProvenEpoch', args: [dataSetId] } as const; // prettier-ignore
	return Number(await call(client, question)) || null;
}

function parse(log: RawLog, { verifier, service, dataSetId }: ReadPdpEventsParameters): PdpEvent {
	try {
		const { eventName, args } = decodeEventLog({ abi, data: log.data, topics: log.topics as [Hash, ...Hash[]] });
		const [blockNumber, logIndex] = [Number(log.blockNumber), Number(log.logIndex)];
		const author = eventName === 'FaultRecord' ? service : verifier;
		if (log.address.toLowerCase() !== author.toLowerCase() || args.setId !== dataSetId || blockNumber < 0)
			throw new TypeError('It is of another contract or data set.');
		const place = { blockNumber, logIndex, transactionHash: log.transactionHash };
		const { setId: _, ...rest } = args;
		return { name: eventName, ...rest, ...place } as PdpEvent;
	} catch (cause) {
		throw new AppError('chain.unreachable', 'The node sent what is no event of the data set.', { cause });
	}
}
