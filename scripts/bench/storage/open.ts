/** Opening 100 MB from three S3 servers, beside a bare GET of one copy: over links, on loopback, with one cloud that answers after 2 seconds; and the start of 500 MB. */
import { startLinks, linkBits, type Links } from './links.ts';
import { median, type Bench, type Measured, type Part } from './part.ts';
import type { S3Config } from '../../../src/lib/storage/store.ts';

const bytes = 96 * 2 ** 20; // 100.7 MB
const largeBytes = 480 * 2 ** 20; // 503 MB
const previewBytes = 4 * 2 ** 20;
const lateMs = 2000;
const rounds = 3;

export interface OpenOrder {
	clouds: S3Config[];
	bytes: number;
	rounds: number;
	/** The first cloud answers so much later. */
	lateMs?: number;
	/** Only so many bytes from the start. */
	previewBytes?: number;
}

/** Milliseconds, one of each a round. */
export interface OpenTimes {
	opened: number[];
	/** The same bytes with nothing else to do; with one cloud late, the opening while none is. */
	bare: number[];
}

export const openPart = partOf('open', {
	order: (links) => ({ clouds: links.throttled, bytes, rounds }),
	what: `open 100 MB, 1 of 3, over links of ${linkBits / 1e6} Mbit/s, beside a bare GET of one copy`,
	target: '≤ 1.10 ×',
});

export const openLoopbackPart = partOf('openLoopback', {
	order: (links) => ({ clouds: links.direct, bytes, rounds }),
	what: 'the same on loopback',
	target: '',
});

export const openOneSlowPart = partOf('openOneSlow', {
	order: (links) => ({ clouds: links.throttled, bytes, rounds, lateMs }),
	what: `open 100 MB over the links while one of three clouds answers after ${lateMs / 1000} s, beside the same while none does`,
	target: '≤ 1.25 ×',
});

export const previewPart = partOf('preview', {
	order: (links) => ({ clouds: links.throttled, bytes: largeBytes, rounds, previewBytes }),
	what: 'the first 4 MiB of 500 MB over the links, beside a bare GET of 4 MiB',
	target: '≤ 10 ×',
});

function partOf(
	name: string,
	{ order, what, target }: { order: (links: Links) => OpenOrder; what: string; target: string },
): Part {
	return {
		name,
		async measure(bench: Bench): Promise<Measured> {
			const links = await startLinks();
			try {
				const { opened, bare } = await bench.inPage<OpenTimes>('open', 'measureOpen', order(links));
				const ratio = median(opened.map((time, i) => time / (bare[i] ?? Number.NaN)));
				const measured = `${ratio.toFixed(2)} × (${(median(opened) / 1000).toFixed(2)} s)`;
				return { figures: { [name]: ratio }, rows: [{ what, measured, target }] };
			} finally {
				await links.stop();
			}
		},
	};
}
