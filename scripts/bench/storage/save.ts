/** Saving 100 MB on three S3 servers, beside a bare PUT of the same pieces: over links of 200 Mbit/s, and on loopback. */
import { linkBits, startLinks, type Links } from './links.ts';
import { median, type Bench, type Measured, type Part } from './part.ts';

const bytes = 96 * 2 ** 20; // 100.7 MB
const rounds = 3;

/** Milliseconds, one of each a round. */
export interface SaveTimes {
	/** Until two of three clouds have everything, and the file counts as saved. */
	enough: number[];
	/** Until all have. */
	all: number[];
	/** Until two, and all, of the bare requests are answered. */
	bareEnough: number[];
	bareAll: number[];
}

export const savePart: Part = {
	name: 'save',
	measure: (bench) =>
		measure(bench, 'save', `links of ${linkBits / 1e6} Mbit/s`, '≤ 1.10 ×', (links) => links.throttled),
};

export const saveLoopbackPart: Part = {
	name: 'saveLoopback',
	measure: (bench) => measure(bench, 'saveLoopback', 'loopback', '', (links) => links.direct),
};

async function measure(
	bench: Bench,
	name: string,
	where: string,
	target: string,
	choose: (links: Links) => Links['direct'],
): Promise<Measured> {
	const links = await startLinks();
	try {
		const order = { clouds: choose(links), bytes, rounds };
		const times = await bench.inPage<SaveTimes>('save', 'measureSave', order);
		const saved = ratio(times.enough, times.bareEnough);
		const whole = ratio(times.all, times.bareAll);
		const seconds = (median(times.enough) / 1000).toFixed(2);
		return {
			figures: { [name]: saved },
			rows: [
				{
					what: `save 100 MB, 1 of 3, over ${where}: until it counts as saved (two clouds), beside a bare PUT to two`,
					measured: `${saved.toFixed(2)} × (${seconds} s)`,
					target,
				},
				{
					what: `the same until all three clouds have it, beside a bare PUT to three`,
					measured: `${whole.toFixed(2)} ×`,
					target: '',
				},
			],
		};
	} finally {
		await links.stop();
	}
}

/** The middle of the rounds' ratios. */
function ratio(times: readonly number[], bare: readonly number[]): number {
	return median(times.map((time, i) => time / (bare[i] ?? Number.NaN)));
}
