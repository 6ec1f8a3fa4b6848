import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainChunkBytes } from '#lib/crypto/stream.ts';
import type { AppError } from '#lib/errors.ts';
import {
	gather,
	gatherRange,
	gatherSource,
	memory,
	spread,
	type GatherOptions,
	type Manifest,
	type Store,
} from '#lib/storage/index.ts';
import { createRanking } from '#lib/storage/ranking.ts';
import { failing, flipped, lying, slowed } from './bad-store.ts';
import { bytes, drain, mebibyte, randomKey, refusal, same } from './samples.ts';
import { runs } from '../slow.ts';

const chunk = plainChunkBytes;

/** Opens with a ranking that knows nothing yet. */
async function opened(
	manifest: Manifest,
	stores: readonly Store[],
	key: Uint8Array,
	problems: [string, string][] = [],
	more: Partial<GatherOptions> = {},
) {
	const onProblem = (store: Store, error: AppError) => problems.push([store.name, error.code]);
	return drain(await gather(manifest, { stores, key, onProblem, ranking: createRanking(), ...more }));
}

describe('opening', async () => {
	const key = randomKey();
	const source = bytes(6 * chunk + 99);
	const [a, b, c] = [memory('a'), memory('b'), memory('c')];
	const manifest = await spread(source, { stores: [a, b, c], key });
	const badFrom = (store: Store, chunkIndex: number) =>
		lying(store, (found, cid, start) => (cid.code === 0x70 && start >= chunkIndex * mebibyte ? flipped(found) : found));

	test.each([0, 1, 3, 6])(
		'goes on from another cloud when one lies from chunk %i on, and tells which',
		async (from) => {
			const problems: [string, string][] = [];
			expect(same(await opened(manifest, [badFrom(a, from), b, c], key, problems), source)).toBe(true);
			expect(problems).toEqual([['memory:a', 'storage.corrupt']]);
		},
	);

	test('survives two bad clouds of three, each bad in its own way', async () => {
		const problems: [string, string][] = [];
		const gone = lying(b, (found, cid, start) => (start >= 4 * mebibyte && cid.code === 0x70 ? null : found));
		expect(same(await opened(manifest, [badFrom(a, 2), gone, c], key, problems), source)).toBe(true);
		expect(problems.toSorted()).toEqual([['memory:a', 'storage.corrupt'], ['memory:b', 'storage.not-found']]); // prettier-ignore
	});

	test('asks a store that failed no more, and says whose bytes were used', async () => {
		const used: string[] = [];
		const stream = await gather(manifest, {
			stores: [failing('memory:a'), b],
			key,
			onSource: (store) => used.push(store.name),
		});
		expect(same(await drain(stream), source)).toBe(true);
		expect(used).toEqual(['memory:b']);
	});

	test('errors the stream when the last copy fails half-way, and never gives a wrong byte', async () => {
		const stream = await gather(manifest, { stores: [badFrom(a, 5)], key });
		const got: Uint8Array[] = [];
		const reading = (async () => {
			for await (const part of stream) got.push(part);
		})();
		await expect(reading).rejects.toMatchObject(refusal('storage.corrupt'));
		const whole = new Uint8Array(await new Blob(got as Uint8Array<ArrayBuffer>[]).arrayBuffer());
		expect(same(whole, source.subarray(0, whole.length))).toBe(true);
		expect(whole.length).toBe(5 * chunk);
	});

	test('holds no more than a few chunks ahead of its reader', async () => {
		let most = 0;
		const own = randomKey();
		const long = await spread(bytes(20 * chunk), { stores: [a], key: own });
		const watched = lying(a, (found, _cid, start) => ((most = Math.max(most, start)), found));
		const stream = await gather(long, { stores: [watched], key: own });
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(most).toBeLessThanOrEqual(8 * mebibyte);
		await stream.cancel();
	});

	test('stops when its signal is aborted, and when the stream is left', async () => {
		const stop = new AbortController();
		const own = randomKey();
		const long = await spread(bytes(20 * chunk), { stores: [a], key: own }); // more than is read ahead
		const stream = await gather(long, { stores: [a], key: own, signal: stop.signal });
		stop.abort();
		await expect(drain(stream)).rejects.toThrow();
		await expect(gather(manifest, { stores: [a], key, signal: AbortSignal.abort() })).rejects.toMatchObject(
			refusal('general.cancelled'),
		);
	});

	test('needs a cloud', async () => {
		await expect(gather(manifest, { stores: [], key })).rejects.toMatchObject(refusal('storage.no-clouds'));
	});

	test('finds what was moved to a cloud that the manifest does not name, and tells nothing of others that lack it', async () => {
		const { cid } = manifest.pieces[1]!;
		const elsewhere = lying({ ...b, name: 'elsewhere' }, (found) => found);
		const problems: [string, string][] = [];
		const stores = [memory('a'), memory('stranger'), elsewhere];
		expect(same(await opened(manifest, stores, key, problems), source)).toBe(true);
		expect(problems).toEqual([['memory:a', 'storage.not-found']]);
		expect(await elsewhere.stat(cid)).not.toBe(null);
		await expect(gather(manifest, { stores: [memory('stranger')], key })).rejects.toMatchObject(
			refusal('storage.not-found'),
		);
	});

	test('says why nothing can be had', async () => {
		const refused = async (stores: Store[], code: Parameters<typeof refusal>[0]) =>
			expect(gather(manifest, { stores, key })).rejects.toMatchObject(refusal(code));
		await refused([memory('a'), memory('b')], 'storage.not-found');
		await refused([failing('memory:a'), memory('b')], 'storage.unreachable');
		await refused([badFrom(a, 0), memory('b')], 'storage.corrupt');
		await refused([failing('memory:c', 'storage.unauthorised')], 'storage.unauthorised');
	});

	test('refuses another key before it fetches anything', async () => {
		let reads = 0;
		const counting = lying(a, (found) => (reads++, found));
		await expect(gather(manifest, { stores: [counting], key: randomKey() })).rejects.toMatchObject(
			refusal('crypto.wrong-key'),
		);
		expect(reads).toBe(0);
	});

	test('refuses a piece of another file in its place, though its address is right', async () => {
		const other = await spread(bytes(6 * chunk + 99, 2), { stores: [a, b, c], key: randomKey() });
		const swapped = {
			...manifest,
			pieces: manifest.pieces.map((piece, i) => ({ ...piece, cid: other.pieces[i]!.cid })),
		};
		await expect(gather(swapped, { stores: [a, b, c], key })).rejects.toMatchObject(refusal('crypto.corrupt'));
	});

	test.each([
		['one chunk less', 5 * chunk + 99],
		['some bytes less', 6 * chunk + 98],
		['some bytes more', 6 * chunk + 100],
		['one chunk more', 7 * chunk + 99],
	])('refuses a manifest that says %s', async (_, size) => {
		const reading = gather({ ...manifest, size }, { stores: [a, b, c], key }).then(drain);
		const outcome = await reading.then(
			() => 'opened',
			(error: unknown) => error,
		);
		expect(outcome).toMatchObject(refusal('crypto.corrupt'));
	});
});

describe('a range', async () => {
	const key = randomKey();
	const source = bytes(6 * chunk + 99);
	const stores = [memory('a'), memory('b'), memory('c')];
	const manifest = await spread(source, { stores, key });

	test('is what a slice of the file is, wherever it lies', async () => {
		const place = fc.oneof(fc.nat(source.length + 100), fc.constantFrom(0, chunk - 1, chunk, chunk + 1, source.length));
		await fc.assert(
			fc.asyncProperty(place, place, async (a, b) => {
				const [start, end] = a < b ? [a, b] : [b, a];
				expect(same(await gatherRange(manifest, { stores, key, start, end }), source.subarray(start, end))).toBe(true);
			}),
			runs(30, 300),
		);
	});

	test('fetches no chunk that holds nothing of it', async () => {
		const starts = new Set<number>();
		const watched = stores.map((store) =>
			lying(store, (found, cid, start) => (cid.code === 0x70 && starts.add(start), found)),
		);
		await gatherRange(manifest, { stores: watched, key, start: chunk + 5, end: 3 * chunk, ranking: createRanking() });
		expect([...starts].toSorted()).toEqual([mebibyte, 2 * mebibyte]);
	});

	test('of a file that is read here and there learns which clouds are bad once', async () => {
		const problems: string[] = [];
		const file = await gatherSource(manifest, {
			stores: [failing('memory:a'), stores[1]!],
			key,
			ranking: createRanking(),
			onProblem: (store) => problems.push(store.name),
		});
		expect(file.size).toBe(source.length);
		for (const start of [5 * chunk, 0, 2 * chunk]) {
			expect(same(await file.read(start, start + 9), source.subarray(start, start + 9))).toBe(true);
		}
		expect(problems).toEqual(['memory:a']);
	});

	test('of an empty file is empty', async () => {
		const empty = await spread(new Uint8Array(), { stores, key: randomKey() }).catch(() => null);
		expect(empty?.size).toBe(0);
		const own = randomKey();
		const nothing = await spread(new Uint8Array(), { stores, key: own });
		expect(await gatherRange(nothing, { stores, key: own, start: 0, end: 5 })).toEqual(new Uint8Array());
	});

	test.each([
		[5, 4],
		[-1, 3],
		[0, 1.5],
		[0, Infinity],
	])('from %d to %d is refused', async (start, end) => {
		await expect(gatherRange(manifest, { stores, key, start, end })).rejects.toMatchObject(
			refusal('records.invalid-input'),
		);
	});

	test('that is changed is refused', async () => {
		const liars = stores.map((store) => lying(store, (found, cid) => (cid.code === 0x70 ? flipped(found) : found)));
		await expect(gatherRange(manifest, { stores: liars, key, start: 10, end: 20 })).rejects.toMatchObject(
			refusal('storage.corrupt'),
		);
	});

	test('is not read under a signal that is aborted', async () => {
		const signal = AbortSignal.abort();
		await expect(gatherRange(manifest, { stores, key, start: 0, end: 9, signal })).rejects.toMatchObject(
			refusal('general.cancelled'),
		);
	});
});

describe('a cloud that is slow', async () => {
	const key = randomKey();
	const source = bytes(12 * chunk);
	const [a, b, c] = [memory('a'), memory('b'), memory('c')];
	const manifest = await spread(source, { stores: [a, b, c], key });

	test('is overtaken by the others, told once, and then left alone', async () => {
		const problems: [string, string][] = [];
		let asked = 0;
		const startedAt = performance.now();
		const slow = slowed(a, 2_000, () => asked++);
		expect(same(await opened(manifest, [slow, b, c], key, problems), source)).toBe(true);
		expect(performance.now() - startedAt).toBeLessThan(1_900);
		expect(problems).toEqual([['memory:a', 'storage.slow']]);
		expect(asked).toBeLessThanOrEqual(6);
	});

	test('for ever, a stalled one, is survived as well; its requests are broken off', async () => {
		const problems: [string, string][] = [];
		let broken = 0;
		const stalled: Store = {
			...a,
			readRange: (_cid, _start, _end, options) =>
				new Promise((_resolve, reject) => {
					options?.signal?.addEventListener('abort', () => {
						broken++;
						reject(new DOMException('', 'AbortError'));
					});
				}),
		};
		expect(same(await opened(manifest, [stalled, b, c], key, problems), source)).toBe(true);
		expect(problems).toEqual([['memory:a', 'storage.slow']]);
		expect(broken).toBeGreaterThan(0);
	});

	test('but alone, is waited for', async () => {
		const problems: [string, string][] = [];
		const stores = [slowed(a, 400), failing('memory:b')];
		expect(same(await opened(manifest, stores, key, problems), source)).toBe(true);
		expect(problems).toEqual([['memory:b', 'storage.unreachable']]);
	});

	test('is known to be slow when the next file is opened', async () => {
		const ranking = createRanking();
		const slow = slowed(a, 1_000);
		await opened(manifest, [slow, b, c], key, [], { ranking });
		const sources: string[] = [];
		await opened(manifest, [slow, b, c], key, [], { ranking, onSource: ({ name }) => sources.push(name) });
		expect(sources).not.toContain('memory:a');
	});

	test('costs at most a tenth more requests, and a few', async () => {
		let requests = 0;
		const count = (store: Store) => lying(store, (found, cid) => ((requests += cid.code === 0x70 ? 1 : 0), found));
		const flaky = (store: Store) => {
			let asked = 0;
			return {
				...store,
				readRange: async (...all: Parameters<Store['readRange']>) => {
					if (++asked % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 700));
					return store.readRange(...all);
				},
			};
		};
		const stores = [a, b, c].map((store) => flaky(count(store)));
		expect(same(await opened(manifest, stores, key), source)).toBe(true);
		expect(requests).toBeLessThanOrEqual(12 + 4 + 2);
	});
});

describe('a file spread as k of n', () => {
	/** A store under its name that does not have, refuses, or lies, by number. */
	const spoilt = (store: Store, how: number): Store =>
		[memory(store.name.slice('memory:'.length)), failing(store.name), lying(store, (found) => flipped(found))][
			how % 3
		]!;

	test('opens whole and in part from any k of its pieces, whatever is wrong with the others', async () => {
		const code = fc
			.integer({ min: 1, max: 6 })
			.chain((n) => fc.record({ n: fc.constant(n), k: fc.integer({ min: 1, max: n }) }));
		await fc.assert(
			fc.asyncProperty(code, fc.nat(5 * mebibyte), fc.infiniteStream(fc.nat()), async ({ k, n }, size, dice) => {
				const roll = (below: number) => dice.next().value! % below;
				const key = randomKey();
				const stores = Array.from({ length: n }, (_, i): Store => memory(String(i)));
				const source = bytes(size, n);
				const manifest = await spread(source, { stores, key, k, n });
				for (let bad = 0; bad < n - k;) {
					const index = roll(n);
					if (stores[index]!.put === failing('').put) continue;
					stores[index] = spoilt(stores[index]!, roll(3));
					bad++;
				}
				expect(same(await opened(manifest, stores, key), source)).toBe(true);
				const [a, b] = [roll(size + 1), roll(size + 1)];
				const range = { start: Math.min(a, b), end: Math.max(a, b) };
				const part = await gatherRange(manifest, { stores, key, ranking: createRanking(), ...range });
				expect(same(part, source.subarray(range.start, range.end))).toBe(true);
			}),
			runs(25, 200),
		);
	});

	test.each([2, 3, 2 * chunk - 1, 2 * chunk, 2 * chunk + 1, 4 * chunk + 1])(
		'2 of 4, %i bytes: each pair opens it, each piece alone does not',
		async (size) => {
			const [key, source] = [randomKey(), bytes(size)];
			const stores = [0, 1, 2, 3].map((i) => memory(String(i)));
			const manifest = await spread(new Blob([source]), { stores, key, k: 2 });
			for (const [i, one] of stores.entries()) {
				for (const other of stores.slice(i + 1))
					expect(same(await opened(manifest, [one, other], key), source)).toBe(true);
				await expect(opened(manifest, [one], key)).rejects.toMatchObject(refusal('storage.not-found'));
			}
		},
	);

	test.each([0, 1])(
		'2 of 4, %i bytes: each pair opens it, and so does the first piece, which has all of it',
		async (size) => {
			const [key, source] = [randomKey(), bytes(size)];
			const stores = [0, 1, 2, 3].map((i) => memory(String(i)));
			const manifest = await spread(source, { stores, key, k: 2 });
			for (const two of [[0], [0, 1], [1, 2], [2, 3]])
			expect(await opened(manifest, two.map((i) => stores[i]!), key)).toEqual(source); // prettier-ignore
			await expect(opened(manifest, [stores[3]!], key)).rejects.toMatchObject(refusal('storage.not-found'));
		},
	);

	test('is read from its own chunks where their clouds are well, and the others are left alone', async () => {
		const [key, source] = [randomKey(), bytes(8 * chunk)];
		const stores = [0, 1, 2, 3].map((i) => memory(String(i)));
		const manifest = await spread(source, { stores, key, k: 2 });
		const sources: string[] = [];
		await opened(manifest, stores, key, [], { onSource: ({ name }) => sources.push(name) });
		expect(sources.toSorted()).toEqual(['memory:0', 'memory:1']);
	});

	test('goes on when clouds begin to lie, vanish or stall in mid-stream', async () => {
		const [key, source] = [randomKey(), bytes(24 * chunk)];
		const stores = [0, 1, 2, 3, 4].map((i) => memory(String(i)));
		const manifest = await spread(source, { stores, key, k: 3 });
		const later = (store: Store, change: (bytes: Uint8Array) => Uint8Array | null) =>
			lying(store, (found, cid, start) => (cid.code === 0x70 && start >= 3 * mebibyte ? change(found) : found));
		const problems: [string, string][] = [];
		const bad = [later(stores[0]!, flipped), stores[1]!, later(stores[2]!, () => null), stores[3]!, stores[4]!];
		expect(same(await opened(manifest, bad, key, problems), source)).toBe(true);
		expect(problems.toSorted()).toEqual([['memory:0', 'storage.corrupt'], ['memory:2', 'storage.not-found']]); // prettier-ignore
	});

	test('with fewer than k pieces left fails with the reason, and never with wrong bytes', async () => {
		const [key, source] = [randomKey(), bytes(6 * chunk)];
		const stores = [0, 1, 2].map((i) => memory(String(i)));
		const manifest = await spread(source, { stores, key, k: 2 });
		const open = (bad: Store[]) => opened(manifest, bad, key);
		await expect(open([stores[0]!, failing('memory:1'), failing('memory:2')])).rejects.toMatchObject(refusal('storage.unreachable', { clouds: 2 })); // prettier-ignore
		const liars = stores.slice(1).map((store) => lying(store, (found) => flipped(found)));
		await expect(open([stores[0]!, ...liars])).rejects.toMatchObject(refusal('storage.corrupt'));
	});

	test('refuses pieces that were swapped among themselves', async () => {
		const [key, source] = [randomKey(), bytes(6 * chunk)];
		const stores = [0, 1, 2].map((i) => memory(String(i)));
		const manifest = await spread(source, { stores, key, k: 2 });
		const [p, q, r] = manifest.pieces;
		const swapped = { ...manifest, pieces: [{ ...p!, cid: q!.cid }, { ...q!, cid: p!.cid }, r!] };
		await expect(opened(swapped, stores, key)).rejects.toMatchObject(refusal('crypto.corrupt'));
	});
});
