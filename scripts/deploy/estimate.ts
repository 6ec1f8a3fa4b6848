/** What a deployment will use and cost: by the network's own RPC, or, where none answers, by the rehearsal. */
import { formatUnits, parseAbi, size, type Client } from 'viem';
import { estimateGas, getGasPrice, readContract } from 'viem/actions';
import type { Address } from '#lib/chain/index.ts';
import { Problem } from '../problem.ts';
import type { Connection } from './connect.ts';
import type { DeployNetwork } from './networks.ts';
import type { Step } from './rehearse.ts';

const gasPriceOracle = '0x420000000000000000000000000000000000000F';
const oracleAbi = parseAbi(['function getL1FeeUpperBound(uint256 unsignedTxSize) view returns (uint256)']);
/** Nobody's: estimates need a sender. */
const anyone = '0x000000000000000000000000000000000000dEaD';

export interface Estimate {
	steps: { name: string; gas: bigint }[];
	gasPrice: bigint;
	/** For bytes on Ethereum, on an OP Stack chain. */
	dataFee: bigint;
	total: bigint;
}

/** By the network's RPC, at its price of now. */
export async function estimateThere(
	{ client, host }: Connection,
	network: DeployNetwork,
	rehearsed: readonly Step[],
	deployer: Address | null,
): Promise<Estimate> {
	try {
		const [gasPrice, steps, dataFee] = await Promise.all([
			getGasPrice(client),
			stepsThere(client, rehearsed, deployer ?? anyone),
			network.opStack ? dataFeeOf(client, rehearsed) : 0n,
		]);
		return summed(steps, gasPrice, dataFee);
	} catch (error) {
		throw new Problem(`${host} answers, but does not estimate the deployment: ${shortMessage(error)}`);
	}
}

/** By what the rehearsal used, at an assumed price; without a cost where gas is counted otherwise. */
export function estimateHere(network: DeployNetwork, rehearsed: readonly Step[]): Estimate {
	const { assumedGasPriceGwei } = network;
	return summed([...rehearsed], assumedGasPriceGwei === null ? 0n : BigInt(Math.round(assumedGasPriceGwei * 1e9)), 0n);
}

/** The fee for a deployment's bytes: an upper bound, from the chain's own oracle. */
export async function dataFeeOf(client: Client, steps: readonly Step[]): Promise<bigint> {
	const fees = steps.map(({ data }) =>
		readContract(client, {
			address: gasPriceOracle,
			abi: oracleAbi,
			functionName: 'getL1FeeUpperBound',
			args: [BigInt(size(data))],
		}),
	);
	return (await Promise.all(fees)).reduce((sum, fee) => sum + fee, 0n);
}

/** An amount in a network's currency. */
export function amount(value: bigint, { currency }: DeployNetwork): string {
	return `${Number(Number(formatUnits(value, 18)).toPrecision(3))} ${currency.symbol}`;
}

/** What went wrong without where: an endpoint's address may be a secret. */
export function shortMessage(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const { details, shortMessage } = error as Error & { details?: string; shortMessage?: string };
	return (details || shortMessage || error.message).split('\n')[0] ?? '';
}

/** A call needs its contract, which is not there yet: its gas is scaled as the creations' is. */
async function stepsThere(client: Client, rehearsed: readonly Step[], account: Address): Promise<Estimate['steps']> {
	const creations = rehearsed.filter(({ creates }) => creates);
	const there = await Promise.all(creations.map(({ data }) => estimateGas(client, { account, data })));
	const sum = (values: readonly bigint[]) => values.reduce((a, b) => a + b, 0n);
	const [numerator, denominator] = [sum(there), sum(creations.map(({ gas }) => gas))];
	return rehearsed.map((step) => {
		const index = creations.indexOf(step);
		return { name: step.name, gas: there[index] ?? (step.gas * numerator) / denominator };
	});
}

function summed(steps: Estimate['steps'], gasPrice: bigint, dataFee: bigint): Estimate {
	const gas = steps.reduce((sum, step) => sum + step.gas, 0n);
	return { steps: steps.map(({ name, gas }) => ({ name, gas })), gasPrice, dataFee, total: gas * gasPrice + dataFee };
}
