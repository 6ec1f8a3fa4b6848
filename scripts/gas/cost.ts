/** What gas comes to on a network: money, electricity, actions a second. All by the formulas that `docs/gas.md` states. */
import type { Action, Measures } from './actions.ts';
import { blobFeeShare, energy, envelopeBytes, ethereum, etherUsd, type GasNetwork } from './networks.ts';

const batchSize = 20;
const secondsPerDay = 86_400;

/** The OP Stack's estimate of a compressed size: bounds are FastLZ's for bytes that do not compress, the rest is its regression. */
const fastLz = { perBytes: 255, extra: 16, slope: 0.8365, intercept: -42.5856, minimum: 100 };

/** Bytes that an action puts on Ethereum, as a layer 2 counts them; at most, since most calls compress. */
export function dataBytes(action: Action, { callBytes }: Measures): number {
	const count = action.endsWith('Batch20') ? batchSize : 1;
	const signed = callBytes[action] * count + envelopeBytes;
	const compressed = signed + Math.floor(signed / fastLz.perBytes) + fastLz.extra;
	return Math.max(fastLz.minimum, fastLz.slope * compressed + fastLz.intercept) / count;
}

/** Gwei for each byte on Ethereum. */
export function gweiPerByte({ dataScalars }: GasNetwork): number {
	if (!dataScalars) return 0;
	const baseFee = ethereum.gasPriceGwei.value;
	return (16 * dataScalars.base * baseFee + dataScalars.blob * baseFee * blobFeeShare.value) / 1e6;
}

/** Dollars for gas and, on a layer 2, bytes. */
export function dollars(network: GasNetwork, gas: number, bytes: number): number {
	return (gas * network.gasPriceGwei.value + bytes * gweiPerByte(network)) * 1e-9 * etherUsd.value;
}

/** Gas a second that a network aims at, and its limit. */
export function gasPerSecond({ blockGas, blockSeconds }: GasNetwork): { target: number; limit: number } {
	return { target: blockGas.target / blockSeconds, limit: blockGas.limit / blockSeconds };
}

/** Ethereum's electricity for a unit of gas, with its blocks at their target. */
export function ethereumWhPerGas(): number {
	return ethereumWhPerDay() / (gasPerSecond(ethereum).target * secondsPerDay);
}

export function ethereumWhPerDay(): number {
	return (energy.ethereumMwhPerYear.value * 1e6) / 365;
}

/** What a layer 2's own nodes use for a unit of gas, with its blocks at their target. */
export function layer2WhPerGas(network: GasNetwork): number {
	return (energy.layer2Nodes.value * energy.layer2NodeWatts.value) / 3600 / gasPerSecond(network).target;
}

/** Electricity for gas and, on a layer 2, bytes: one byte of a blob is one unit of gas of Ethereum's. */
export function wattHours(network: GasNetwork, gas: number, bytes: number): number {
	if (!network.dataScalars) return gas * ethereumWhPerGas();
	return gas * layer2WhPerGas(network) + bytes * ethereumWhPerGas();
}
