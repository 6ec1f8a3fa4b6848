/**
 * The same question to every endpoint of a configuration. A node that leaves out, makes up or changes an event, or that stands on other
 * blocks, is found and named. Where endpoints differ in a block whose hash they agree on, the block's own receipts say who is wrong.
 *
 * What it cannot see: endpoints that all tell the same lie. Proved state (`state.ts`) narrows that: under a block's true hash, no
 * endpoint can make the contract hold something else.
 */
import { addressesOf, parseLog } from '../history/events.ts';
import type { ChainEvent } from '../history/index.ts';
import type { ChainClient, ChainConfig, Contracts } from '../types.ts';
import { blameFor, disputesIn, type Dispute } from './compare-events.ts';
import { noAnswer, surveyEndpoints, upToDate, withPatience, type Endpoint } from './endpoints.ts';
import { readHeader, type Header } from './header.ts';
import { provenLogs } from './receipts.ts';
import { askForProof, provenWord, type WordPlace } from './state.ts';
import type { CrossCheck, Evidence } from './types.ts';

/** The last blocks may still change where an endpoint says nothing of finality. */
const unsettledBlocks = 3;

/** In so many blocks at most, receipts are asked for to find who is wrong. */
const atMostDisputedBlocks = 12;

export interface CrossCheckQuestion {
	/** Asks one endpoint for the events in question. */
	events: (client: ChainClient) => Promise<readonly ChainEvent[]>;
	/** A word of a contract's storage, to be proved where endpoints offer that. */
	word?: WordPlace | undefined;
}

/**
 * Compares what the configured endpoints say. Never throws: an endpoint that does not answer is a finding too.
 *
 * @example const { verdict } = await crossCheck(config, { events: (client) => readHistory(client, contracts, { patient }) });
 */
export async function crossCheck(config: ChainConfig, question: CrossCheckQuestion): Promise<CrossCheck> {
	const endpoints = await surveyEndpoints(config);
	const answering = upToDate(endpoints.filter(({ report }) => report.faults.length === 0));
	const result: CrossCheck = {
		verdict: 'too-few',
		block: null,
		word: null,
		endpoints: endpoints.map(({ report }) => report),
	};
	if (answering.length > 0) {
		const height = heightOf(answering);
		const [agreed] = await Promise.all([
			agreeOnBlock(answering, height),
			compareEvents(answering, config.contracts, question, height),
		]);
		if (agreed) result.block = { number: agreed.number, hash: agreed.hash, timestamp: agreed.timestamp };
		if (agreed?.isProven && question.word) result.word = await proveWord(answering, question.word, agreed);
	}
	return { ...result, verdict: verdictOn(endpoints) };
}

function verdictOn(endpoints: readonly Endpoint[]): CrossCheck['verdict'] {
	if (endpoints.length < 2) return 'alone';
	if (endpoints.filter(({ report }) => report.events !== null).length < 2) return 'too-few';
	return endpoints.every(({ report }) => report.faults.length === 0) ? 'agree' : 'differ';
}

/** The last block that everyone has and that stays: a final one where all know of such, else a few before the lowest head. */
function heightOf(endpoints: readonly Endpoint[]): number {
	const lowest = Math.min(...endpoints.map(({ head }) => head?.number ?? 0));
	const final = Math.min(...endpoints.map(({ finalized }) => finalized?.number ?? 0));
	return Math.max(Math.min(final, lowest), lowest - unsettledBlocks, 0);
}

/** The header at a height that the endpoints agree on; null where nothing decides between two. Who has another has a fault. */
async function agreeOnBlock(endpoints: readonly Endpoint[], height: number): Promise<Header | null> {
	const answers = await Promise.all(
		endpoints.map(async (endpoint) => {
			try {
				return [{ endpoint, header: await withPatience(readHeader(endpoint.client, height)) }];
			} catch (error) {
				endpoint.report.faults.push(noAnswer(error));
				return [];
			}
		}),
	);
	const headers = answers.flat();
	const { agreed, evidence } = decide(headers.map(({ header }) => header));
	for (const { endpoint, header } of headers) {
		const isRight = agreed !== null && header.hash === agreed.hash && header.isProven === agreed.isProven;
		if (headers.length > 0 && !isRight) {
			endpoint.report.faults.push({ kind: 'other-block', block: height, hash: header.hash, evidence });
		}
	}
	return agreed;
}

/** A header that hashes to its hash counts before one that does not; between several such, the majority decides. */
function decide(headers: readonly Header[]): { agreed: Header | null; evidence: Evidence } {
	const proven = headers.filter(({ isProven }) => isProven);
	const candidates = proven.length > 0 ? proven : headers;
	const votes = (header: Header) => candidates.filter(({ hash }) => hash === header.hash).length;
	const agreed = candidates.find((header) => votes(header) * 2 > candidates.length) ?? null;
	if (agreed === null) return { agreed, evidence: 'none' };
	return { agreed, evidence: votes(agreed) === candidates.length ? 'block' : 'majority' };
}

async function compareEvents(
	endpoints: readonly Endpoint[],
	contracts: Contracts,
	{ events: read }: CrossCheckQuestion,
	height: number,
): Promise<void> {
	const answers = await Promise.all(
		endpoints.map(async ({ client, report }) => {
			try {
				const given = await withPatience(read(client));
				const events = onceEach(given).filter(({ blockNumber }) => blockNumber <= height);
				report.events = events.length;
				return [{ host: report.host, events }];
			} catch (error) {
				report.faults.push(noAnswer(error));
				return [];
			}
		}),
	);
	const disputes = disputesIn(answers.flat());
	const blocks = [...new Set(disputes.map(({ block }) => block))].slice(0, atMostDisputedBlocks);
	const truths = new Map(
		await Promise.all(blocks.map(async (block) => [block, await provenEvents(endpoints, contracts, block)] as const)),
	);
	for (const dispute of disputes) {
		for (const { host, fault } of blameFor(dispute, truthOf(dispute, truths.get(dispute.block) ?? null))) {
			endpoints.find(({ report }) => report.host === host)?.report.faults.push(fault);
		}
	}
}

function onceEach(events: readonly ChainEvent[]): ChainEvent[] {
	return [...new Map(events.map((event) => [`${event.blockNumber}:${event.logIndex}`, event])).values()];
}

function truthOf(dispute: Dispute, events: readonly ChainEvent[] | null): ChainEvent | null | undefined {
	return events ? (events.find(({ logIndex }) => logIndex === dispute.logIndex) ?? null) : undefined;
}

/** All our events of a block, from receipts that its header commits to; null where none has them, or the block is in dispute. */
async function provenEvents(
	endpoints: readonly Endpoint[],
	contracts: Contracts,
	block: number,
): Promise<readonly ChainEvent[] | null> {
	const ours: ReadonlySet<string> = new Set(addressesOf(contracts));
	const headers = await Promise.all(
		endpoints.map(({ client }) => withPatience(readHeader(client, block)).catch(() => null)),
	);
	const { agreed } = decide(headers.filter((header) => header !== null));
	if (!agreed?.isProven) return null;
	for (const { client } of endpoints) {
		const logs = await withPatience(provenLogs(client, agreed)).catch(() => null);
		if (!logs) continue;
		const events = logs.filter(({ address }) => ours.has(address.toLowerCase())).map((log) => parseLog(log));
		return events
			.filter((event) => event !== null)
			.map((event) => ({ ...event, timestamp: agreed.timestamp }) as ChainEvent);
	}
	return null;
}

/** The word as the first endpoint proves it. No two can prove different ones under one state root. */
async function proveWord(endpoints: readonly Endpoint[], place: WordPlace, header: Header): Promise<bigint | null> {
	const words = await Promise.all(
		endpoints.map(async ({ client, report }) => {
			const proof = await withPatience(askForProof(client, place, header.number)).catch(() => null);
			const word = proof && provenWord(header, place, proof);
			report.state = proof === null ? 'not-offered' : word === null ? 'wrong' : 'proved';
			if (report.state === 'wrong') report.faults.push({ kind: 'wrong-state', block: header.number });
			return word;
		}),
	);
	return words.find((word) => word !== null) ?? null;
}
