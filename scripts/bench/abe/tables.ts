/** The figures of `npm run bench:abe` as tables for people. */
import { backends, sizes, type Figures, type Report } from './measure.ts';

/** Milliseconds in Chromium with one thread: by operation, rows, library. */
const targets: Partial<Record<keyof Figures, Record<string, Partial<Record<(typeof backends)[number], number>>>>> = {
	issueKey: { 1: { mcl: 0.8, noble: 2 } },
	encapsulate: { 10: { mcl: 18, noble: 45 }, 50: { mcl: 85, noble: 220 } },
	decapsulate: { 10: { mcl: 50, noble: 110 }, 50: { mcl: 220, noble: 480 } },
	decapsulateInTwo: { 50: { mcl: 130 } },
};
const operations = {
	issueKey: () => 'issueKey, an attribute',
	encapsulate: (rows) => `encapsulate, ${rows} rows`,
	decapsulate: (rows) => `decapsulate, ${rows} rows`,
	encapsulateInTwo: (rows) => `encapsulate, ${rows} rows, two workers`,
	decapsulateInTwo: (rows) => `decapsulate, ${rows} rows, two workers`,
} satisfies Record<keyof Figures, (rows: number) => string>;

/** Markdown: times with targets and ratios, timelines, operations, refusals. */
export function tablesOf(reports: readonly (readonly [string, Report])[]): string {
	const sections = reports.map(([name, report]) => [
		`In ${name}: median (fastest run), and ratios of the medians. A pairing takes ${ms(report.pairing.mcl)} (mcl) and ${ms(report.pairing.noble)} (noble).`,
		timesTable(report, name === 'Chromium'),
		timelineTable(report, name === 'Chromium'),
		rejectionTable(report),
	]);
	const [, first] = reports[0] ?? [];
	return [...sections.flat(), ...(first ? [countsTable(first)] : [])].join('\n\n');
}

function timesTable(report: Report, withTargets: boolean): string {
	const rows = (Object.keys(operations) as (keyof Figures)[]).flatMap((operation) =>
		sizes
			.filter((size) => report.mcl[size]?.[operation] !== undefined && (operation !== 'issueKey' || size === 1))
			.map((size) => {
				const of = (figures: Report | Report['best']) =>
					backends.map((backend) => figures[backend][size]?.[operation] ?? Number.NaN) as [number, number];
				const [[mcl, noble], [bestMcl, bestNoble]] = [of(report), of(report.best)];
				const target = withTargets ? targets[operation]?.[size] : undefined;
				return [
					operations[operation](size),
					...[`${ms(mcl)} (${ms(bestMcl)})`, target?.mcl ? `${target.mcl} ms` : ''],
					...[`${ms(noble)} (${ms(bestNoble)})`, target?.noble ? `${target.noble} ms` : ''],
					ratio(noble / mcl),
					`${ratio(mcl / report.pairing.mcl)} / ${ratio(noble / report.pairing.noble)}`,
				];
			}),
	);
	return table(['', 'mcl', 'target', 'noble', 'target', 'noble : mcl', 'in pairings, mcl / noble'], rows);
}

function timelineTable({ timeline }: Report, withTargets: boolean): string {
	const row = (what: string, key: 'cold' | 'warm', target: string) => [
		what,
		...backends.map((backend) => ms(timeline[backend][key])),
		withTargets ? target : '',
	];
	return table(
		['1,000 records under 10 policies', 'mcl', 'noble', 'target'],
		[row('never opened before', 'cold', '1000 ms'), row('locks open', 'warm', '50 ms')],
	);
}

function rejectionTable({ rejection }: Report): string {
	const names = Object.keys(rejection.mcl);
	const rows = backends.map((backend) => [backend, ...names.map((name) => ms(rejection[backend][name] ?? Number.NaN))]);
	return table(['refused after, by what is another’s', ...names], rows);
}

function countsTable({ counts }: Report): string {
	const names = Object.keys(counts.encapsulate) as (keyof typeof counts.encapsulate)[];
	const rows = (['encapsulate', 'decapsulate'] as const).map((operation) => [
		operation,
		...names.map((name) => `${counts[operation][name]}`),
	]);
	return table(['10 rows, all used', ...names], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function ms(time: number): string {
	return `${time < 10 ? time.toFixed(1) : Math.round(time)} ms`;
}

function ratio(value: number): string {
	return value.toFixed(1);
}
