import { gather, gatherRange } from '#lib/storage/gather.ts';
import type { Manifest } from '#lib/storage/manifest.ts';
import { createRanking } from '#lib/storage/ranking.ts';
import { s3 } from '#lib/storage/s3.ts';
import { spread } from '#lib/storage/spread.ts';
import type { Store } from '#lib/storage/store.ts';
import type { OpenOrder, OpenTimes } from '../open.ts';
import { randomFile } from './random-file.ts';

interface File {
	manifest: Manifest;
	key: Uint8Array;
}

/** Milliseconds of opening a file that lies on the clouds, and of fetching as many bytes with nothing else to do, in turns. */
export async function measureOpen(order: OpenOrder): Promise<OpenTimes> {
	const stores = order.clouds.map(s3);
	const key = crypto.getRandomValues(new Uint8Array(32));
	const file = { manifest: await spread(await randomFile(order.bytes), { stores, key }), key };
	const { lateMs, previewBytes, rounds } = order;
	const times: OpenTimes = { opened: [], bare: [] };
	for (let round = 0; round < rounds; round++) {
		const healthy = lateMs ? () => open(file, stores) : () => bare(file, stores, previewBytes ?? file.manifest.size);
		times.bare.push(await timed(healthy));
		const [first, ...others] = stores;
		const clouds = lateMs && first ? [late(first, lateMs), ...others] : stores;
		times.opened.push(await timed(() => (previewBytes ? preview(file, clouds, previewBytes) : open(file, clouds))));
	}
	return times;
}

/** Each time as in a page that knows nothing of the clouds yet. */
async function open({ manifest, key }: File, stores: Store[]): Promise<void> {
	const stream = await gather(manifest, { stores, key, ranking: createRanking() });
	await drain(stream);
}

async function preview({ manifest, key }: File, stores: Store[], end: number): Promise<void> {
	await gatherRange(manifest, { stores, key, start: 0, end, ranking: createRanking() });
}

async function bare({ manifest }: File, stores: Store[], bytes: number): Promise<void> {
	const url = `${stores[0]?.name ?? ''}${String(manifest.pieces[0]?.cid)}`;
	const response = await fetch(url, { cache: 'no-store', headers: { range: `bytes=0-${bytes - 1}` } });
	if (!response.ok || !response.body) throw new Error(`A bare GET was answered ${response.status}.`);
	await drain(response.body);
}

async function drain(stream: ReadableStream<Uint8Array>): Promise<void> {
	const reader = stream.getReader();
	while (!(await reader.read()).done);
}

function late(store: Store, ms: number): Store {
	return {
		...store,
		async readRange(cid, start, end, options) {
			await new Promise<void>((resolve) => {
				setTimeout(resolve, ms);
				options?.signal?.addEventListener('abort', () => resolve()); // what is broken off ends at once, as with fetch
			});
			return store.readRange(cid, start, end, options);
		},
	};
}

async function timed(work: () => Promise<void>): Promise<number> {
	const start = performance.now();
	await work();
	return performance.now() - start;
}
