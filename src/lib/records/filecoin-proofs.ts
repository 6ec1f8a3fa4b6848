/**
 * Filecoin's own proofs beside our audits: when a data set's provider last proved to Filecoin's contracts that it holds it, and which periods it
 * missed. It is Filecoin's word, about its own pieces; our audits ask the provider itself.
 */
import { connectChain, latestBlock, readLastProven, readPdpEvents, type ChainClient } from '#lib/chain/index.ts';
import { asAppError, type ErrorCode } from '#lib/errors.ts';
import { filecoinContracts, nameOf, type FilecoinConfig } from '#lib/storage/index.ts';
import type { Deps } from './deps.ts';

const secondsPerBlock = 30;
/** A week of blocks; many public nodes tell of some 16 hours alone. */
const spans = [20_160, 1_900] as const;
/** A provider proves once a day, and has some hours to do it. */
const overdueAfterMs = 2 * 86_400_000;

export interface FilecoinProofs {
	/** As manifests name it. */
	store: string;
	/** `new`: nothing was ever proven. `missed`: the last proof is too old, or a period went by without. `silent`: no node of Filecoin told. */
	state: 'proven' | 'new' | 'missed' | 'silent';
	/** Milliseconds since 1970; null where none is known. */
	lastProvenAt: number | null;
	/** Since when the next two were counted, in milliseconds since 1970. */
	since: number;
	proofs: number;
	missed: number;
	code: ErrorCode | null;
}

/** What Filecoin's contracts say of each data set of this account. Never throws for what a node does: that is the result. */
export function listFilecoinProofs(deps: Pick<Deps, 'configs'>): Promise<FilecoinProofs[]> {
	const configs = deps.configs.filter((config) => config.kind === 'filecoin');
	return Promise.all(configs.map((config) => proofsOf(config)));
}

async function proofsOf(config: FilecoinConfig): Promise<FilecoinProofs> {
	const store = nameOf(config);
	try {
		const { chainId, network, rpcUrls, genesis, ...place } = await filecoinContracts(config);
		const client = connectChain({ chainId, name: network, rpcUrls });
		const timeOf = (block: number) => (genesis + block * secondsPerBlock) * 1000;
		const [latest, lastProven] = await Promise.all([latestBlock(client), readLastProven(client, place)]);
		const { events, fromBlock } = await recentEvents(client, { ...place, latest });
		const proofs = events.filter(({ name }) => name === 'PossessionProven').length;
		const missed = events.reduce((sum, event) => sum + (event.name === 'FaultRecord' ? Number(event.periodsFaulted) : 0), 0); // prettier-ignore
		const lastProvenAt = lastProven === null ? null : timeOf(lastProven);
		const isLate = lastProvenAt !== null && timeOf(latest) - lastProvenAt > overdueAfterMs;
		const state = lastProvenAt === null ? 'new' : isLate || missed > 0 ? 'missed' : 'proven';
		return { store, state, lastProvenAt, since: timeOf(fromBlock), proofs, missed, code: null };
	} catch (error) {
		const { code } = asAppError(error, 'chain.unreachable');
		return { store, state: 'silent', lastProvenAt: null, since: 0, proofs: 0, missed: 0, code };
	}
}

type Place = Omit<Parameters<typeof readPdpEvents>[1], 'fromBlock'> & { latest: number };

/** The events of as long ago as the node tells. */
async function recentEvents(client: ChainClient, { latest, ...place }: Place) {
	let refusal: unknown;
	for (const span of spans) {
		const fromBlock = Math.max(0, latest - span);
		try {
			return { fromBlock, events: await readPdpEvents(client, { ...place, fromBlock, toBlock: latest }) };
		} catch (error) {
			refusal = error;
		}
	}
	throw refusal;
}
