/** The tables of `docs/gas.md`, each made from figures already rounded. */
import { actions, anchors, meanings, targets, type Action, type Measures } from './actions.ts';
import { dataBytes, dollars, gasPerSecond, wattHours } from './cost.ts';
import { networks, type GasNetwork } from './networks.ts';

/** What a slot that nothing has used before costs above one in use (EIP-2929: 22,100 and 5,000). */
export const newSlotGas = 17_100;
const recordsPerDay = 1_000;

export function gasTable({ gas, callBytes }: Measures): string {
	return table(
		['Action', 'first', 'repeat', 'target', 'slots between', 'call bytes', 'What it is'],
		actions.map((action) => {
			const { first, repeat } = gas[action];
			const target = action === 'applyHospital' ? '–' : pair(targets[action].first, targets[action].repeat);
			const slots = Math.round((first - repeat) / newSlotGas);
			return [
				action,
				grouped(first),
				grouped(repeat),
				target,
				String(slots),
				String(callBytes[action]),
				meanings[action],
			];
		}),
	);
}

export function anchorTable({ gas }: Measures): string {
	return table(
		['Work', 'Project', 'there', 'here', 'times less'],
		anchors.map(({ work, project, gas: there, like }) => [
			work,
			project,
			there.repeat === undefined ? grouped(there.first) : pair(there.first, there.repeat),
			`${pair(gas[like].first, gas[like].repeat)} (${like})`,
			(there.first / gas[like].first).toFixed(1),
		]),
	);
}

/** In cents, since most are far below a dollar. */
export function costTable(measures: Measures): string {
	return perNetwork(measures, 'cents', (network, gas, bytes) => aligned(dollars(network, gas, bytes) * 100));
}

/** In milliwatt-hours. */
export function energyTable(measures: Measures): string {
	return perNetwork(measures, 'mWh', (network, gas, bytes) => aligned(wattHours(network, gas, bytes) * 1000));
}

export function throughputTable({ gas }: Measures): string {
	const record = gas.addRecord.repeat;
	return table(
		['Network', 'Mgas/s (limit)', 'addRecord/s', 'grantAccess/s', 'addRecordBatch20/s', 'hospitals'],
		networks.map((network) => {
			const { target, limit } = gasPerSecond(network);
			const perSecond = (action: Action) => significant(target / gas[action].repeat);
			return [
				network.name,
				`${significant(target / 1e6)} (${significant(limit / 1e6)})`,
				perSecond('addRecord'),
				perSecond('grantAccess'),
				perSecond('addRecordBatch20'),
				significant((target * 86_400) / (record * recordsPerDay)),
			];
		}),
	);
}

function perNetwork(
	measures: Measures,
	unit: string,
	value: (network: GasNetwork, gas: number, bytes: number) => string,
): string {
	return table(
		['Action', 'data bytes', ...networks.map(({ name }) => `${name}, ${unit}`)],
		actions.map((action) => {
			const { first, repeat } = measures.gas[action];
			const bytes = dataBytes(action, measures);
			const cells = networks.map((network) =>
				[...new Set([first, repeat])].map((gas) => value(network, gas, bytes)).join(' / '),
			);
			return [action, grouped(Math.round(bytes)), ...cells];
		}),
	);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function pair(first: number, repeat: number): string {
	return first === repeat ? grouped(first) : `${grouped(first)} / ${grouped(repeat)}`;
}

export function grouped(value: number): string {
	return value.toLocaleString('en');
}

/** Three significant digits; below 1, two. */
export function significant(value: number): string {
	if (value >= 1000) return grouped(Number(value.toPrecision(3)));
	return String(Number(value.toPrecision(value >= 1 ? 3 : 2)));
}

/** The same with its zeros, so that a column reads evenly. */
function aligned(value: number): string {
	return value >= 1000 ? significant(value) : value.toPrecision(value >= 1 ? 3 : 2);
}
