/** Sealing in workers, in a real Chromium: the same bytes and refusals as in this thread, also from within the app's worker. */
import { describe, expect, test } from 'vitest';
import { connectEngine } from '#lib/records/engine-client.ts';
import type { AppError } from '#lib/errors.ts';
import { addressBatch, auditBatch, digestsOf, payloadBatch, type Audited } from '#lib/storage/seal-batch.ts';
import { addressInPool, auditInPool, digestsInPool, payloadInPool } from '#lib/storage/seal-pool.ts';
import { memory, spread, type StoreConfig } from '#lib/storage/index.ts';
import { bytes, mebibyte, randomKey } from './samples.ts';

const order = { source: new Blob([bytes(9 * mebibyte + 7)]), key: randomKey(), code: { k: 2, n: 3 }, shards: [0, 2] };
const batch = { ...order, from: 1, to: 5 };
const plain = (runs: readonly Audited[]) =>
	Promise.all(runs.map(async ({ levels, ...run }) => ({ ...run, levels: await Promise.all(levels.map((level) => level.bytes())) }))); // prettier-ignore
const tagsOf = (addressed: { tags: Uint8Array[] }[]) => addressed.map(({ tags }) => tags);

describe('the pool', () => {
	test('gives what this thread gives, for addresses and for audits', async () => {
		const here = await addressBatch(batch);
		expect(await addressInPool(batch)).toEqual(here);
		const audited = await auditInPool(batch, tagsOf(here));
		expect(await plain(audited)).toEqual(await plain(await auditBatch(batch, tagsOf(here))));
		expect(audited[0]!.leaves).toBe(3585);
	});

	test('gives what is sent of a piece, and hashes of what is kept, as this thread does', async () => {
		const [, second] = order.shards;
		const piece = { ...batch, shards: [second!] };
		const [, tags] = tagsOf(await addressBatch(batch));
		const [here, there] = [await payloadBatch(piece, tags!), await payloadInPool(piece, tags!)];
		expect(there.sha256).toBe(here.sha256);
		expect(await there.blob.bytes()).toEqual(await here.blob.bytes());
		await expect(payloadInPool(piece, tags!.toReversed())).rejects.toMatchObject({ code: 'records.invalid-input' });
		for (const stride of [1, 1000, 1024, 5000])
			expect(await digestsInPool(here.blob.slice(0, 3000), stride)).toEqual(await digestsOf(here.blob.slice(0, 3000), stride)); // prettier-ignore
	});

	test('gives the sealed bytes too where they are to be kept, as one run for each piece', async () => {
		const pieces = await addressInPool({ ...batch, keep: true });
		expect(pieces).toEqual(await addressBatch({ ...batch, keep: true }));
		const digests = pieces.map(({ digests }) => digests);
		expect((await addressInPool(batch)).map((piece) => piece.digests)).toEqual(digests);
		for (const {
			bytes: kept,
			digests: [first],
		} of pieces) {
			const chunk = kept!.slice(0, mebibyte);
			expect(new Uint8Array(await crypto.subtle.digest('SHA-256', chunk))).toEqual(first);
		}
	});

	test('does many batches at once and answers each its own', async () => {
		const batches = Array.from({ length: 5 }, (_, i) => ({ ...order, from: i, to: i + 1, keep: i > 2 }));
		expect(await Promise.all(batches.map(addressInPool))).toEqual(await Promise.all(batches.map(addressBatch)));
	});

	test('says by its code what went wrong, and goes on', async () => {
		const wrong = await addressInPool({ ...batch, key: new Uint8Array(7) }).catch((error: unknown) => error);
		expect(wrong).toMatchObject({ name: 'AppError', code: 'crypto.wrong-key' } satisfies Partial<AppError>);
		const tags = tagsOf(await addressInPool(batch));
		tags[1]![2]![0]! ^= 1;
		await expect(auditInPool(batch, tags)).rejects.toMatchObject({ code: 'records.invalid-input' });
		expect(await addressInPool(batch)).toEqual(await addressBatch(batch));
	});
});

describe('the app’s worker', () => {
	const clouds = ['a', 'b', 'c'].map((label): StoreConfig => ({ kind: 'memory', label }));
	const worker = new Worker(new URL('../../src/lib/records/worker.ts', import.meta.url), { type: 'module' });
	const engine = connectEngine(worker);

	test('saves with workers of its own, and tells what came of it', async () => {
		const key = randomKey();
		const { manifest, ticket } = await engine.spreadFile({ source: order.source, clouds, key });
		const outcome = await engine.finishSpread(ticket);
		expect(outcome.saved.toSorted()).toEqual(['memory:a', 'memory:b', 'memory:c']);
		expect(outcome.failed).toEqual([]);
		const stores = ['a', 'b', 'c'].map((label) => memory(label));
		const here = await spread(order.source, { stores, key });
		const text = ({ pieces }: typeof here) => pieces.map(({ cid, proofs }) => `${String(cid)} ${String(proofs)}`);
		expect(text(manifest)).toEqual(text(here));
		const part = await engine.gatherRange({ manifest, clouds, elsewhere: [], key, start: 10, end: 20 });
		expect(part).toEqual(new Uint8Array(await order.source.slice(10, 20).arrayBuffer()));
		expect((await engine.gatherFile({ manifest, clouds, elsewhere: [], key })).blob.size).toBe(order.source.size);
		expect(await engine.takeBackSpread(ticket)).toEqual([]);
		await expect(engine.gatherFile({ manifest, clouds, elsewhere: [], key })).rejects.toMatchObject({
			code: 'storage.not-found',
		});
		expect(await engine.takeBackSpread(ticket)).toEqual([]);
	});

	test('names by their addresses what a cloud keeps', async () => {
		const base = 'https://nowhere.invalid/';
		const keeping: StoreConfig = { kind: 'http', base };
		const spreading = engine.spreadFile({ source: new Blob(['x']), clouds: [...clouds.slice(0, 2), keeping], key: randomKey() }); // prettier-ignore
		const { manifest, ticket } = await spreading;
		const { failed } = await engine.finishSpread(ticket);
		expect(failed).toEqual([{ store: base, code: 'storage.unauthorised' }]);
		const left = await engine.takeBackSpread(ticket);
		const { cid, proofs } = manifest.pieces[2]!;
		expect(left.map((one) => `${one.store} ${String(one.cid)}`)).toEqual([cid, proofs].map((name) => `${base} ${String(name)}`)); // prettier-ignore
	});
});
