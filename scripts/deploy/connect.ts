/** Finds an endpoint of a network that answers, and sees that the contracts can live there, before anything is spent. */
import { createClient, http, type Client } from 'viem';
import { getChainId, getCode } from 'viem/actions';
import { Problem } from '../problem.ts';
import type { DeployNetwork } from './networks.ts';

/** Arbitrum's system contract, as in contracts/History.sol. */
const arbSys = '0x0000000000000000000000000000000000000064';
const timeoutMs = 15_000;

export interface Connection {
	client: Client;
	url: string;
	/** The host alone: the rest of an endpoint's address may be a secret. */
	host: string;
}

/** Null when no endpoint answers. A Problem when one answers for another chain, or for one that the contracts refuse. */
export async function connect(network: DeployNetwork): Promise<Connection | null> {
	for (const url of endpointsOf(network)) {
		const client = createClient({ transport: http(url, { timeout: timeoutMs, retryCount: 1 }), cacheTime: 0 });
		const chainId = await getChainId(client).catch(() => null);
		if (chainId === null) continue;
		const { host } = new URL(url);
		if (chainId !== network.chainId) {
			throw new Problem(
				`${host} answers for chain ${chainId}, and ${network.title} is ${network.chainId}: check ${network.rpcVariable}.`,
			);
		}
		await refuseForeignBlockNumbers(client, network);
		return { client, url, host };
	}
	return null;
}

/** The same; a Problem when no endpoint answers. */
export async function requireConnection(network: DeployNetwork): Promise<Connection> {
	const connection = await connect(network);
	if (connection) return connection;
	throw new Problem(
		`${network.title} does not answer at ${hostsOf(network)}: set ${network.rpcVariable} to an RPC endpoint that does.`,
	);
}

/** The hosts that are asked. */
export function hostsOf(network: DeployNetwork): string {
	return endpointsOf(network)
		.map((url) => new URL(url).host)
		.join(' or ');
}

/** A text for a screen or a log: of endpoints that the environment names only the host, and never the deployer's key. */
export function withoutSecrets(text: string): string {
	let safe = text;
	for (const [name, value] of Object.entries(process.env)) {
		if (!value) continue;
		if (name.startsWith('AMANA_RPC_')) safe = safe.replaceAll(value, URL.canParse(value) ? new URL(value).host : '…');
		if (name === 'AMANA_DEPLOYER_KEY') safe = safe.replaceAll(value, '…');
	}
	return safe;
}

/** The deployer's own endpoint, or those that anyone may use. */
export function endpointsOf({ rpcVariable, publicRpcUrls }: DeployNetwork): readonly string[] {
	const own = process.env[rpcVariable];
	if (own === undefined || own === '') return publicRpcUrls;
	if (!URL.canParse(own) || !/^https?:$/.test(new URL(own).protocol)) {
		throw new Problem(
			`${rpcVariable} is not the address of an RPC endpoint: it has to begin with https:// or http://.`,
		);
	}
	return [own];
}

async function refuseForeignBlockNumbers(client: Client, { title }: DeployNetwork): Promise<void> {
	if (!(await getCode(client, { address: arbSys }))) return;
	throw new Problem(
		`${title} cannot have the contracts: like Arbitrum it numbers blocks as another chain does, so nobody’s history could be found.`,
	);
}
