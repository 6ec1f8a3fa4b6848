/** A planned deployment in a few lines for a person. */
import { amount, type Estimate } from './estimate.ts';
import type { DeployNetwork } from './networks.ts';

/** One line a step, then what it comes to; without costs where the price is not known. */
export function planOf(network: DeployNetwork, estimate: Estimate): string {
	const { steps, gasPrice, dataFee, total } = estimate;
	const cost = (value: bigint) => (total === 0n ? '' : amount(value, network));
	const lines = steps.map(({ name, gas }) => line(name, gas, cost(gas * gasPrice)));
	if (dataFee > 0n) lines.push(line('bytes on Ethereum (at most)', null, amount(dataFee, network)));
	const gas = steps.reduce((sum, step) => sum + step.gas, 0n);
	return [...lines, line('together', gas, cost(total))].join('\n');
}

function line(name: string, gas: bigint | null, cost: string): string {
	return `  ${name.padEnd(28)}${(gas === null ? '' : gas.toLocaleString('en')).padStart(16)}  ${cost.padStart(18)}`.trimEnd();
}
