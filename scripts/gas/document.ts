/** The text of `docs/gas.md`: a function of the measures and of `networks.ts`, of nothing else. */
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from '../run.ts';
import { actions, type Measures } from './actions.ts';
import { choiceSection, costSection, energySection } from './economy.ts';
import { anchorTable, gasTable, grouped, newSlotGas } from './tables.ts';

export const documentPath = join(root, 'docs/gas.md');

/** Rounded to 100, because zero bytes in digests and signatures make each run differ by some tens of gas. */
export function rounded({ gas, callBytes }: Measures): Measures {
	const round = (value: number) => Math.round(value / 100) * 100;
	const entries = actions.map((action) => [
		action,
		{ first: round(gas[action].first), repeat: round(gas[action].repeat) },
	]);
	return { gas: Object.fromEntries(entries) as Measures['gas'], callBytes };
}

/** The whole file, formatted. */
export async function documentOf(measured: Measures): Promise<string> {
	const measures = rounded(measured);
	const text = [gasSections(measures), costSection(measures), energySection(measures), choiceSection(measures)];
	return format(text.join('\n\n'), { ...(await resolveConfig(documentPath)), filepath: documentPath });
}

function gasSections(measures: Measures): string {
	return `# Gas, cost, energy

Written as a whole by \`npm run gas\`, from a measurement and from the assumptions in \`scripts/gas/networks.ts\`: change those, not this
file. \`npm run --silent gas -- --json\` prints the gas alone, unrounded.

## Gas of each action

${gasTable(measures)}

Targets are ceilings for first / repeat, kept by a test.

- _first_: nothing has happened to the patient (or hospital) yet, so the word that points to their earlier events is a new slot;
  _repeat_: it is in use, as in all later actions. The slot of a new record or a new reader is new in both; in a renewal it is in use. An
  action with one figure twice is always one or the other. _slots between_: how many slots the difference is.
- _Batch20_: one twentieth of a transaction with twenty of them; _Batch5_: one fifth, with what their paths share sent once. _relayed_: the patient signs, and needs no money.

## How it was measured

Each action was sent as a transaction of its own to a Hardhat node (Osaka rules) with the contracts as they are deployed, through the same
Ignition module, and \`gasUsed\` read from the receipt: nothing is left out, neither the 21,000 of any transaction nor its call data.
Medians over five patients, rounded to 100.

## Beside others

The same work on the same node, each project's own contracts with its own settings; orms147 is the closest in what it does.

${anchorTable(measures)}

EAS stores what is attested and knows no consent; permit2 approves spending and knows neither hospitals nor a readable history. Others
that were measured: AccessControl's \`grantRole\` 51,000, MedRec's grant 185,000, IPEHR's document 869,000 and 60,000 more with each.

## Why it costs what it does

- **Slots.** A new one costs 22,100 gas, one in use 5,000: ${grouped(newSlotGas)} less. A grant is one slot; a record is one slot; a request has none,
  it is an event. A patient's history is one word: the blocks of their last five events, beside the count of what they signed and their epoch.
- **Logs.** Digests, dates and reasons are in events, at 8 gas a byte, not in storage, at about 690. Each event carries the word as it was
  before, so that a history is walked backwards without an indexer.
- **Other contracts.** Who adds a record must be a member (one contract) with a standing consent (another): about 9,000 gas that buy the
  refusal of everybody else.
- **Signatures.** A relayed grant checks one (EIP-712; a contract's own by ERC-1271) and carries 288 bytes more. In a batch, the 21,000 of the
  transaction are shared, and a word that was written once in it is cheap to write again.
- **Proofs.** What binds is the floor price of data (EIP-7623, 40 gas a byte), not the hashing: 512 bytes of the piece and twenty hashes of 32. So a
  proof carries half a leaf, and its challenge holds the record's root.`;
}
