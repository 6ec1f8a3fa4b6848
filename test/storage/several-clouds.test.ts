/** Files over three real clouds at once, on good days and on bad ones. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppError } from '#lib/errors.ts';
import {
	connectStore,
	gather,
	getBlock,
	publicStore,
	putBlock,
	repair,
	spread,
	type Manifest,
	type Store,
} from '#lib/storage/index.ts';
import { createRanking } from '#lib/storage/ranking.ts';
import { localClouds } from './clouds.ts';
import { faultyServer, type FaultyServer } from './faulty-server.ts';
import { bytes, drain, mebibyte, randomKey, refusal, same } from './samples.ts';

const local = localClouds();
const proxies: FaultyServer[] = [];
let stores: Store[];

/** The three stores, each behind a proxy that can be told to fail. */
beforeAll(async () => {
	const [ipfs, s3a, s3b] = local.clouds.configs;
	proxies.push(
		await faultyServer(new URL(ipfs.gateway).origin),
		await faultyServer(s3a.endpoint),
		await faultyServer(s3b.endpoint),
	);
	const [p, q, r] = proxies.map(({ url }) => url) as [string, string, string];
	stores = [
		connectStore({ ...ipfs, gateway: `${p}/ipfs/`, uploadUrl: `${p}/upload` }),
		connectStore({ ...s3a, endpoint: q, publicBase: `${q}/amana/` }),
		connectStore({ ...s3b, endpoint: r, publicBase: `${r}/amana/` }),
	];
});
afterAll(() => Promise.all(proxies.map((proxy) => proxy.stop())));

/** Lets the clouds with these numbers fail in `work`. */
async function withFaults(which: number[], fault: FaultyServer['fault'], work: () => Promise<void>): Promise<void> {
	for (const index of which) proxies[index]!.fault = fault;
	try {
		await work();
	} finally {
		for (const proxy of proxies) proxy.fault = () => null;
	}
}

const readers = (manifest: Manifest) => manifest.pieces.map(({ store }) => publicStore(store));

async function opened(manifest: Manifest, from: readonly Store[], key: Uint8Array) {
	const problems: [string, string][] = [];
	// On a busy machine any cloud may be late.
	const onProblem = (store: Store, { code }: AppError) => code !== 'storage.slow' && problems.push([store.name, code]);
	return {
		content: await drain(await gather(manifest, { stores: from, key, onProblem, ranking: createRanking() })),
		problems,
	};
}

describe('three clouds', () => {
	test.each([0, 1, mebibyte, mebibyte + 1, 9 * mebibyte + 7])(
		'keep a file of %i bytes, which an anonymous reader with the key opens from each',
		async (length) => {
			const key = randomKey();
			const source = bytes(length);
			const manifest = await spread(new Blob([source]), { stores, key });
			for (const reader of readers(manifest)) {
				const { content, problems } = await opened(manifest, [reader], key);
				expect(same(content, source)).toBe(true);
				expect(problems).toEqual([]);
			}
		},
	);

	test('keep a block that anyone finds by its digest', async () => {
		const { cid, saved } = await putBlock(stores, bytes(900));
		expect(saved).toHaveLength(3);
		for (const store of stores) expect(await getBlock([publicStore(store.name)], cid)).toEqual(bytes(900));
	});
});

/** An IPFS node, and an S3 server: the third is as the second. */
const kinds = [0, 1];

describe('one cloud of three', () => {
	const key = randomKey();
	const source = bytes(5 * mebibyte + 11);

	test.each<[string, FaultyServer['fault']]>([
		['is down', () => 'hang-up'],
		['says 503 all the time', () => ({ status: 503 })],
		['refuses the credentials', () => ({ status: 403 })],
		['is full', () => ({ status: 507 })],
	])('%s while a file is saved: two have it, the third is told and repaired later', async (_, fault) => {
		for (const index of kinds) {
			const name = stores[index]!.name;
			const own = randomKey();
			let manifest: Manifest | null = null;
			await withFaults([index], fault, async () => {
				const failed: string[] = [];
				manifest = await spread(source, { stores, key: own, onFailure: (store) => failed.push(store.name) });
				expect(failed).toEqual([name]);
			});
			const saved = manifest as unknown as Manifest;
			expect(await stores[index]!.stat(saved.pieces[index]!.cid)).toBe(null);
			expect(same((await opened(saved, readers(saved), own)).content, source)).toBe(true);
			const mended: string[] = [];
			await repair(saved, { stores, key: own, source, onSaved: (store) => mended.push(store.name) });
			expect(mended).toEqual([name]);
			expect(same((await opened(saved, [publicStore(name)], own)).content, source)).toBe(true);
		}
	});

	test.each<[string, FaultyServer['fault'], string]>([
		['lies', () => 'lie', 'storage.corrupt'],
		['is down', () => 'hang-up', 'storage.unreachable'],
		['cuts every answer off', () => 'truncate', 'storage.unreachable'],
		['shortens every answer', () => 'shorten', 'storage.'],
		['says 503 all the time', () => ({ status: 503 }), 'storage.busy'],
		['wants to be left alone for a while', () => ({ status: 503, headers: { 'retry-after': '2' } }), 'storage.busy'],
		['has lost everything', () => ({ status: 404 }), 'storage.not-found'],
		['wants to be paid', () => ({ status: 402 }), 'storage.invalid-cloud'],
		[
			'answers with a web page',
			() => ({ status: 200, body: '<html>Welcome to our captive portal</html>' }),
			'storage.',
		],
	])('%s while a file is opened: another is used, and it is reported', async (_, fault, code) => {
		const manifest = await spread(source, { stores, key });
		for (const index of kinds) {
			const preferred = [readers(manifest)[index]!, ...readers(manifest)];
			await withFaults([index], fault, async () => {
				const { content, problems } = await opened(manifest, preferred, key);
				expect(same(content, source)).toBe(true);
				expect(new Set(problems.map(([name]) => name))).toEqual(new Set([stores[index]!.name]));
				expect(problems[0]?.[1]).toContain(code);
			});
		}
	});

	test('says nothing while a file is opened: another is used, and it is reported as slow', async () => {
		const manifest = await spread(source, { stores, key });
		for (const index of kinds) {
			const slow: string[] = [];
			await withFaults(
				[index],
				() => 'stall',
				async () => {
					const preferred = [readers(manifest)[index]!, ...readers(manifest)];
					const onProblem = (store: Store, { code }: AppError) => slow.push(`${store.name} ${code}`);
					const file = await gather(manifest, { stores: preferred, key, onProblem, ranking: createRanking() });
					expect(same(await drain(file), source)).toBe(true);
				},
			);
			expect(slow).toContain(`${stores[index]!.name} storage.slow`);
		}
	});

	test('begins to lie in the middle of a file: the rest comes from another', async () => {
		const manifest = await spread(source, { stores, key });
		for (const index of kinds) {
			let served = 0;
			await withFaults(
				[index],
				() => (++served > 4 ? 'lie' : null),
				async () => {
					const { content, problems } = await opened(manifest, [readers(manifest)[index]!, ...readers(manifest)], key);
					expect(same(content, source)).toBe(true);
					expect(problems.length).toBeGreaterThan(0);
				},
			);
		}
	});

	test('lies about a block: it is ignored, and reported', async () => {
		const { cid } = await putBlock(stores, bytes(700));
		await withFaults(
			[1],
			() => 'lie',
			async () => {
				const bad: [string, string][] = [];
				const from = [stores[1]!, stores[2]!].map(({ name }) => publicStore(name));
				expect(await getBlock(from, cid, { onBad: (store, error) => bad.push([store.name, error.code]) })).toEqual(
					bytes(700),
				);
				expect(bad).toEqual([[stores[1]!.name, 'storage.corrupt']]);
			},
		);
	});
});

describe('bits that rot on a disk', () => {
	test('are noticed, the file opens from elsewhere, and a deep repair mends them', async () => {
		const key = randomKey();
		const source = bytes(3 * mebibyte);
		const manifest = await spread(source, { stores, key });
		const { cid } = manifest.pieces[1]!;
		const path = join(local.dataDir, 's3-a/amana', `${String(cid)}._S3rver_object`);
		const object = await readFile(path);
		object[2_000_000] = (object[2_000_000] ?? 0) ^ 1;
		await writeFile(path, object);
		const { content, problems } = await opened(manifest, [stores[0]!, stores[1]!], key);
		expect(same(content, source)).toBe(true);
		expect(problems).toEqual([[stores[1]!.name, 'storage.corrupt']]);
		await repair(manifest, { stores, key, deep: true });
		expect((await opened(manifest, [stores[1]!], key)).problems).toEqual([]);
	});
});

describe('all clouds', () => {
	test('down: nothing is saved, nothing is lost, and it works once they are back', async () => {
		const key = randomKey();
		const source = new Blob([bytes(2 * mebibyte)]);
		await withFaults(
			[0, 1, 2],
			() => 'hang-up',
			async () => {
				await expect(spread(source, { stores, key })).rejects.toMatchObject(
					refusal('storage.none-saved', { saved: 0, needed: 2 }),
				);
				await expect(putBlock(stores, bytes(5))).rejects.toMatchObject(refusal('storage.none-saved'));
			},
		);
		const manifest = await spread(source, { stores, key });
		await withFaults(
			[0, 1, 2],
			() => 'hang-up',
			async () => {
				await expect(gather(manifest, { stores, key })).rejects.toMatchObject(refusal('storage.unreachable'));
			},
		);
		expect(same((await opened(manifest, stores, key)).content, bytes(2 * mebibyte))).toBe(true);
	});

	test('busy for a moment: the file is saved without anybody noticing', async () => {
		const failed: string[] = [];
		await withFaults(
			[0, 1, 2],
			(_request, count) => (count % 3 === 0 ? { status: 503, headers: { 'retry-after': '0' } } : null),
			async () => {
				await spread(bytes(9 * mebibyte), { stores, key: randomKey(), onFailure: (store) => failed.push(store.name) });
			},
		);
		expect(failed).toEqual([]);
	});
});

describe('cancelling', () => {
	test('a save leaves no object on any cloud, and no parts of one', async () => {
		const stop = new AbortController();
		const key = randomKey();
		const source = bytes(30 * mebibyte);
		const spreading = spread(source, {
			stores,
			key,
			signal: stop.signal,
			onProgress: ({ stage, done }) => stage === 'saving' && done > 0 && stop.abort(),
		});
		await expect(spreading).rejects.toMatchObject(refusal('general.cancelled'));
		for (const name of ['s3-a', 's3-b']) {
			const uploads = await readdir(join(local.dataDir, name, 'amana/._S3rver_uploads')).catch(() => []);
			expect(uploads).toEqual([]);
		}
		const manifest = await spread(source, {
			stores: stores.map((store) => ({ ...store, put: () => Promise.resolve() })),
			key,
		});
		for (const [index, store] of stores.entries()) expect(await store.stat(manifest.pieces[index]!.cid)).toBe(null);
	});
});
