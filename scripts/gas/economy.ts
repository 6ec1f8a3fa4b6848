/** The sections of `docs/gas.md` that rest on the assumptions of `networks.ts`: money, electricity, room. */
import type { Measures } from './actions.ts';
import { ethereumWhPerDay, ethereumWhPerGas, gweiPerByte, layer2WhPerGas } from './cost.ts';
import { blobFeeShare, energy, envelopeBytes, ethereum, etherUsd, networks } from './networks.ts';
import { costTable, energyTable, grouped, significant, throughputTable } from './tables.ts';

/** Every figure of `networks.ts` with its source. */
function assumptions(): string {
	const bytes = `the blob base fee at 1/${1 / blobFeeShare.value} of Ethereum's base fee, ${blobFeeShare.source}`;
	const lines = networks.map(({ name, gasPriceGwei, blockSeconds, blockGas, dataScalars }) => {
		const gas = `Gas at ${gasPriceGwei.value} gwei: ${gasPriceGwei.source}.`;
		const millions = (value: number) => significant(value / 1e6);
		const blocks = `Every ${blockSeconds} s, a block of ${millions(blockGas.target)} M gas, ${millions(blockGas.limit)} M at most: ${blockGas.source}.`;
		const scalars = dataScalars
			? ` Scalars for bytes ${grouped(dataScalars.base)} and ${grouped(dataScalars.blob)}: ${dataScalars.source}.`
			: '';
		return `- **${name}.** ${gas} ${blocks}${scalars}`;
	});
	return [`- Ether at $${grouped(etherUsd.value)}: ${etherUsd.source}; ${bytes}.`, ...lines].join('\n');
}

/** What each action costs in money. */
export function costSection(measures: Measures): string {
	const perByte = networks
		.filter(({ dataScalars }) => dataScalars)
		.map((network) => `${significant(gweiPerByte(network))} gwei on ${network.name}`);
	return `## Cost of each action

Assumed, not measured; all of it changes with time:

${assumptions()}

A layer 2 also charges for the bytes that it puts on Ethereum. The three here are OP Stack chains since Fjord, whose
[formula](https://docs.base.org/base-chain/specs/upgrades/fjord/exec-engine) is

\`\`\`
bytes = max(100, 0.8365 × FastLZ size − 42.5856)
fee   = bytes × (16 × base scalar × base fee + blob scalar × blob base fee) ÷ 10^6
\`\`\`

It is included, as an upper bound: the FastLZ size is taken for bytes that do not compress, the call's and ${envelopeBytes} for signature, fees and
receiver. A byte then costs ${perByte.join(', ')}. A wallet shows the fee of the moment.

First / repeat, in US cents:

${costTable(measures)}`;
}

/** What share of the networks’ electricity each action has. */
export function energySection(measures: Measures): string {
	const { ethereumMwhPerYear, ethereumTransactionsPerDay, layer2Nodes, layer2NodeWatts } = energy;
	const perDay = ethereumWhPerDay();
	const { target } = ethereum.blockGas;
	const blocks = 86_400 / ethereum.blockSeconds;
	const kilowatts = (layer2Nodes.value * layer2NodeWatts.value) / 1000;
	const layer2 = networks.filter(({ dataScalars }) => dataScalars);
	return `## Energy

A node uses the same electricity with full and with empty blocks. What follows divides it among users; a transaction less would not save it.

**Ethereum** uses ${grouped(ethereumMwhPerYear.value)} MWh a year: ${ethereumMwhPerYear.source}.

\`\`\`
a day                ${grouped(ethereumMwhPerYear.value)} MWh ÷ 365 = ${significant(perDay / 1e6)} MWh
a transaction        ${significant(perDay / 1e6)} MWh ÷ ${grouped(ethereumTransactionsPerDay.value)} = ${significant(perDay / ethereumTransactionsPerDay.value)} Wh on average
a unit of gas        ${significant(perDay / 1e6)} MWh ÷ (${grouped(blocks)} blocks × ${grouped(target / 1e6)} M gas) = ${significant(ethereumWhPerGas() * 1e6)} µWh
\`\`\`

Transactions a day: ${ethereumTransactionsPerDay.source}. Gas a block: the target of today.

**A layer 2** has two shares. Its own nodes: ${layer2Nodes.value} (${layer2Nodes.source}) of ${layer2NodeWatts.value} W (${layer2NodeWatts.source}) are ${kilowatts} kW,
divided by the gas of full-to-target blocks: ${layer2.map((network) => `${significant(layer2WhPerGas(network) * 1e6)} µWh a gas on ${network.name}`).join(', ')}. Ethereum's: a byte of a
blob counts as one unit of gas, as a blob's 131,072 bytes are 131,072 of blob gas. With blocks half as full, or twice as many nodes, the first share doubles.

First / repeat, in milliwatt-hours (1,000 mWh = 1 Wh; a lamp of 5 W uses that in 12 minutes):

${energyTable(measures)}`;
}

/** What each network can carry, and which to take. */
export function choiceSection(measures: Measures): string {
	return `## Choice of chain

What a network can carry, at the gas that its blocks aim at and if it carried nothing else. _hospitals_: how many, with a thousand records a day each.

${throughputTable(measures)}

A chain must run Cancun's PUSH0 and MCOPY, count its own blocks in \`block.number\`, and have public RPC endpoints that keep old events. So

- **Base is what we would take**, and Base Sepolia for trials: a record for a fraction of a cent, the most room, the most wallets. OP Mainnet and
  Unichain run the same code and differ in room and price alone.
- **Ethereum** where independence of any one operator counts more than ten or twenty cents an action: a layer 2 orders its transactions in one
  place and can delay them. Batches and relayed grants make the difference smaller.
- **Not Arbitrum**: its \`block.number\` is Ethereum's, so the pointers of a history would lead nowhere. The contracts refuse to be deployed there
  (\`ForeignBlockNumbers\`); that is why Unichain stands here as the third layer 2.
- **Filecoin** runs the contracts too, but counts gas on a scale of its own: only its RPC tells the cost ([deploy.md](deploy.md)).

Growth is in the chain and the clouds, not in us: a history is read in time proportional to one's own events, whatever others do.`;
}
