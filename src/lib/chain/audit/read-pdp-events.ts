/**
 * Filecoin's own proofs of possession, as its verifier contract has them in its log: when a provider proved a data set, and by when it has to
 * again. They are Filecoin's word about what a provider holds, of its own pieces and tree; nothing of ours is checked by them.
 *
 * https://github.com/FilOzone/pdp (`IPDPEvents.sol`)
 */
import { decodeEventLog, numberToHex, parseAbi, toEventSelector } from 'viem';
import { AppError } from '#lib/errors.ts';
import { scanLogs, type RawLog } from '../history/logs.ts';
import type { Address, ChainClient, Hash, Signal } from '../types.ts';

const abi = parseAbi([
	'struct PieceIdAndOffset { uint256 pieceId; uint256 offset; }',
	'event PossessionProven(uint256 indexed setId, PieceIdAndOffset[] challenges)',
	'event NextProvingPeriod(uint256 indexed setId, uint256 challengeEpoch, uint256 leafCount)',
]);

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
	);

export interface ReadPdpEventsParameters extends Signal {
	/** `PDPVerifier` of the network that the client is connected to. */
	verifier: Address;
	dataSetId: bigint;
	fromBlock: number;
	/** The latest when absent. */
	toBlock?: number;
}

/** The events of a data set, oldest first. Errors: as `scanLogs`; `chain.unreachable` for what is no such event of that set. */
export async function readPdpEvents(client: ChainClient, parameters: ReadPdpEventsParameters): Promise<PdpEvent[]> {
	const { verifier, dataSetId, fromBlock, toBlock, signal } = parameters;
	const names = abi.map((item) => toEventSelector(item));
	const topics = [names, numberToHex(dataSetId, { size: 32 })];
	const logs = await scanLogs(client, { addresses: [verifier], topics, fromBlock, toBlock }, signal);
	const events = logs.map((log) => parse(log, { verifier, dataSetId }));
	return events.sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
}

function parse(log: RawLog, { verifier, dataSetId }: { verifier: Address; dataSetId: bigint }): PdpEvent {
	try {
		const { eventName, args } = decodeEventLog({ abi, data: log.data, topics: log.topics as [Hash, ...Hash[]] });
		const [blockNumber, logIndex] = [Number(log.blockNumber), Number(log.logIndex)];
		if (log.address.toLowerCase() !== verifier.toLowerCase() || args.setId !== dataSetId || blockNumber < 0)
			throw new TypeError('It is of another contract or data set.');
		const place = { blockNumber, logIndex, transactionHash: log.transactionHash };
		if (eventName === 'PossessionProven') return { name: eventName, challenges: args.challenges, ...place };
		return { name: eventName, challengeEpoch: args.challengeEpoch, leafCount: args.leafCount, ...place };
	} catch (cause) {
		throw new AppError('chain.unreachable', 'The node sent what is no event of the data set.', { cause });
	}
}
