/** Each endpoint of a configuration by itself, and what it says of the chain as a whole. */
import { getChainId } from 'viem/actions';
import { asAppError } from '#lib/errors.ts';
import { connectChain } from '../connect.ts';
import { chainError } from '../refusal.ts';
import type { ChainClient, ChainConfig } from '../types.ts';
import { readHeader, type Header } from './header.ts';
import type { EndpointReport, Fault } from './types.ts';

/** So long one endpoint is waited for, whatever the others say meanwhile. */
export const patienceMs = 20_000;

/** An endpoint whose latest block is that much older than another's is behind. */
const behindSeconds = 120;

export interface Endpoint {
	client: ChainClient;
	head: Header | null;
	/** The latest final block; null where the endpoint does not know of such. */
	finalized: Header | null;
	report: EndpointReport;
}

/** The endpoints of a configuration, each asked which chain it is on and how far. Those that do not answer have a fault. */
export function surveyEndpoints(config: ChainConfig): Promise<Endpoint[]> {
	const hosts = config.rpcUrls.map((url) => new URL(url).host);
	return Promise.all(
		config.rpcUrls.map(async (url, index) => {
			const host = hosts[index] ?? url;
			const twin = hosts.slice(0, index).filter((other) => other === host).length;
			const endpoint: Endpoint = {
				client: connectChain({ ...config, rpcUrls: [url] }),
				head: null,
				finalized: null,
				report: {
					host: twin > 0 ? `${host} (${twin + 1})` : host,
					head: null,
					events: null,
					state: 'not-asked',
					faults: [],
				},
			};
			await survey(endpoint, config.chainId);
			return endpoint;
		}),
	);
}

async function survey(endpoint: Endpoint, chainId: number): Promise<void> {
	const { client, report } = endpoint;
	try {
		const [id, head, finalized] = await withPatience(
			Promise.all([
				getChainId(client),
				readHeader(client, 'latest'),
				readHeader(client, 'finalized').catch(() => null),
			]),
		);
		if (id !== chainId) report.faults.push({ kind: 'wrong-chain', chainId: id });
		endpoint.head = head;
		endpoint.finalized = finalized;
		report.head = head.number;
	} catch (error) {
		report.faults.push(noAnswer(error));
	}
}

/** Notes which endpoints are behind; returns those that are not, or all of them where fewer than two are left. */
export function upToDate(endpoints: readonly Endpoint[]): readonly Endpoint[] {
	const newest = endpoints.reduce((latest, { head }) => (head && head.number > latest.number ? head : latest), {
		number: 0,
		timestamp: 0,
	});
	const isBehind = ({ head }: Endpoint) =>
		head !== null && head.number < newest.number && newest.timestamp - head.timestamp > behindSeconds;
	for (const { head, report } of endpoints.filter(isBehind)) {
		const seconds = newest.timestamp - (head?.timestamp ?? 0);
		report.faults.push({ kind: 'behind', block: head?.number ?? 0, seconds });
	}
	const present = endpoints.filter((endpoint) => !isBehind(endpoint));
	return present.length >= 2 ? present : endpoints;
}

/** The answer, or an error after as long as an endpoint is waited for. */
export async function withPatience<Answer>(answer: Promise<Answer>): Promise<Answer> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_, fail) => {
		timer = setTimeout(() => fail(new Error('No answer in time.')), patienceMs);
	});
	try {
		return await Promise.race([answer, late]);
	} finally {
		clearTimeout(timer);
	}
}

export function noAnswer(error: unknown): Fault {
	return { kind: 'no-answer', message: asAppError(chainError(error)).message };
}
