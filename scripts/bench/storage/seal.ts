/** Three sealed copies with their addresses and audit roots, in the page's own workers. */
import { median, type Part } from './part.ts';

const bytes = 96 * 2 ** 20; // 100.7 MB
const rounds = 5;

/** Milliseconds, one of each a round. */
export interface SealTimes {
	/** Everything. */
	seal: number[];
	/** Until the pieces could be on their way. */
	addresses: number[];
	/** The same hashes and AES-GCM by WebCrypto alone. */
	limit: number[];
}

export const sealPart: Part = {
	name: 'seal',
	async measure(bench) {
		const times = await bench.inPage<SealTimes>('seal', 'measureSeal', { bytes, rounds });
		const mbps = (list: readonly number[]) => bytes / 1000 / median(list);
		const shareOfLimit = median(times.limit.map((limit, i) => limit / (times.seal[i] ?? Number.NaN)));
		const percent = `${Math.round(100 * shareOfLimit)} %`;
		return {
			figures: { seal: { mbps: mbps(times.seal), shareOfLimit } },
			rows: [
				{
					what: 'code, seal, address and hash for audits, 100 MB, three sealed copies, by byte of input',
					measured: `${Math.round(mbps(times.seal))} MB/s; ${percent} of WebCrypto alone`,
					target: '≥ 90 MB/s',
				},
				{
					what: 'of that until the pieces can be on their way',
					measured: `${Math.round(median(times.addresses))} ms`,
					target: '',
				},
			],
		};
	},
};
