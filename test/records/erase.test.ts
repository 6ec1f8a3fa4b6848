import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { plainChunkBytes } from '#lib/crypto/index.ts';
import * as r from '#lib/records/index.ts';
import type { Deps } from '#lib/records/index.ts';
import { connectStore } from '#lib/storage/index.ts';
import { faultyServer, type FaultyServer } from '../storage/faulty-server.ts';
import { addressOf, day, fileOf, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
afterAll(() => world.stop());

const label = { title: 'Scan', category: 'imaging', clinicalDate: '2026-11-20', policy: { who: 'only-me' } } as const;

async function saved(bytes = 60_000) {
	const patient = await world.patient('Lina Haddad');
	const file = fileOf(crypto.getRandomValues(new Uint8Array(bytes)), 'scan.bin');
	const { recordId } = await r.saveDocument(patient, { file, ...label });
	const [holding] = await r.listHoldings(patient, { patient: addressOf(patient) });
	const pieces = holding!.parts.flatMap((part) => part.pieces);
	const objects = [holding!.blocks[0]!, ...pieces.flatMap(({ cid, proofs }) => [cid, proofs])];
	return { patient, recordId, objects, file };
}

describe('erasing', () => {
	test('takes header, pieces and what audits need off every cloud, and the receipt says so', async () => {
		const { patient, recordId, objects } = await saved();
		const before = Date.now();
		const { erasure, transaction } = await r.eraseRecord(patient, { recordId });
		expect(erasure).toMatchObject({ recordId, transaction, keyDestroyed: true });
		expect(erasure.erasedAt).toBeGreaterThanOrEqual(before);
		expect(erasure.clouds.map(({ name }) => name).toSorted()).toEqual(world.clouds.map(r.nameOf).toSorted());
		for (const cloud of erasure.clouds) {
			expect(cloud).toMatchObject({ answer: 'removed', removed: 3, asked: objects.length, code: null });
			expect(cloud.objects.map(({ object }) => object)).toEqual(objects.map(String));
		}
		for (const config of world.clouds)
			for (const cid of objects) expect(await connectStore(config).stat(cid)).toBe(null);
		expect(JSON.parse(JSON.stringify(erasure))).toEqual(erasure);
		const open = r.openPart(patient, { patient: addressOf(patient), recordId, index: 0 });
		await expect(open).rejects.toMatchObject({ code: 'records.erased' });
	});

	test('leaves the locks, which serve other records', async () => {
		const { patient, recordId, file } = await saved();
		const { recordId: other } = await r.saveDocument(patient, { file, ...label });
		await r.eraseRecord(patient, { recordId });
		const forgetful = { ...r.withIdentity(patient, patient.identity as r.Identity), cache: r.memoryCache() };
		const { blob } = await r.openPart(forgetful, { patient: addressOf(patient), recordId: other, index: 0 });
		expect(blob.size).toBe(file.size);
	});

	test('forgets the header in this browser', async () => {
		const { patient, recordId, objects } = await saved();
		expect(await patient.cache.get(`block/${String(objects[0])}`)).not.toBe(null);
		await r.eraseRecord(patient, { recordId });
		expect(await patient.cache.get(`block/${String(objects[0])}`)).toBe(null);
	});

	test('says of a cloud that does not answer that it did not, and that the key may still be there', async () => {
		const { patient, recordId } = await saved();
		await world.cloudServers.turnOff('s3-b');
		const { erasure } = await r.eraseRecord(patient, { recordId });
		await world.cloudServers.turnOn('s3-b');
		expect(erasure.keyDestroyed).toBe(false);
		const answers = new Map(erasure.clouds.map(({ name, answer, code }) => [name, { answer, code }]));
		expect(answers.get(r.nameOf(world.clouds[2]))).toEqual({ answer: 'unreachable', code: 'storage.unreachable' });
		expect(answers.get(r.nameOf(world.clouds[1]))).toEqual({ answer: 'removed', code: null });
	});

	test('says of a cloud that this browser cannot write to any more that it cannot', async () => {
		const { patient, recordId } = await saved();
		const [ipfs, s3A] = world.clouds;
		const { erasure } = await r.eraseRecord({ ...patient, configs: [ipfs, s3A] }, { recordId });
		const lost = erasure.clouds.find(({ name }) => name === r.nameOf(world.clouds[2]));
		expect(lost).toMatchObject({ answer: 'cannot', removed: 0 });
		expect(erasure.keyDestroyed).toBe(false);
	});

	test('is refused for a record that is not there, and twice', async () => {
		const { patient, recordId } = await saved(10);
		const nothing = `0x${'00'.repeat(32)}` as const;
		await expect(r.eraseRecord(patient, { recordId: nothing })).rejects.toMatchObject({ code: 'chain.not-found' });
		await r.eraseRecord(patient, { recordId });
		await expect(r.eraseRecord(patient, { recordId })).rejects.toMatchObject({ code: 'chain.refused' });
	});
});

describe('a reader who was not told of a move', () => {
	test('finds the piece on the patient’s clouds', async () => {
		const patient = await world.patient('Lina Haddad');
		const doctor = await world.person('Dr Omar Nasser');
		const content = crypto.getRandomValues(new Uint8Array(60_000));
		const policy = { who: 'allowed', category: 'imaging' } as const;
		const [, from, to] = world.clouds;
		const narrow = { ...patient, configs: [from] };
		const { recordId } = await r.saveDocument(narrow, { ...label, policy, file: fileOf(content, 'scan.bin') });
		const expiresAt = Date.now() + day;
		await r.grantAccess(patient, { grantee: addressOf(doctor), scope: ['imaging'], expiresAt, shareName: false });
		const holdings = await r.listHoldings(patient, { patient: addressOf(patient) });
		const moved = await r.moveCloud(patient, { holdings, from: r.nameOf(from), to: r.nameOf(to) });
		expect(moved.failed).toEqual([]);
		const place = { patient: addressOf(patient), recordId, index: 0 };
		const opened = await r.openPart(doctor, place);
		expect(new Uint8Array(await opened.blob.arrayBuffer())).toEqual(content);
		// How fast the clouds were is remembered for the next visit, and not where others can read it.
		const told: unknown[] = [];
		const recallSpeeds = (kept: unknown) => Promise.resolve(void told.push(kept));
		const again = r.withIdentity(
			{ ...doctor, engine: { ...doctor.engine, recallSpeeds } },
			doctor.identity as r.Identity,
		);
		await r.openPart(again, place);
		await r.openPart(again, place);
		expect(told).toMatchObject([{ [r.nameOf(to)]: { latencyMs: expect.any(Number) as number } }]);
		const stranger = await world.person('Mallory');
		await expect(r.openPart(stranger, place)).rejects.toMatchObject({ code: 'records.no-grant' });
	});
});

describe('a large file', () => {
	const mebibyte = 2 ** 20;
	const size = 20 * mebibyte;
	const content = new Uint8Array(size).map((_, i) => (i * 31 + (i >> 8)) & 0xff);
	const beginningBytes = 4 * plainChunkBytes;
	let proxy: FaultyServer;
	let place: Parameters<typeof r.openPart>[1];
	let patient: Deps;
	beforeAll(async () => {
		const [, s3] = world.clouds;
		proxy = await faultyServer(s3.endpoint);
		const config = { ...s3, endpoint: proxy.url, publicBase: `${proxy.url}/amana/` };
		patient = { ...(await world.patient('Lina Haddad')), configs: [config] };
		const { recordId } = await r.saveDocument(patient, { ...label, file: fileOf(content, 'scan.bin') });
		place = { patient: addressOf(patient), recordId, index: 0 };
	});
	afterEach(() => {
		proxy.fault = () => null;
		proxy.bytesGiven = 0;
		vi.unstubAllGlobals();
	});
	afterAll(() => proxy.stop());

	test('gives its beginning when no more was fetched, and then the rest, nothing of it twice', async () => {
		let early = { size: 0, given: 0, bytes: Promise.resolve(new ArrayBuffer()) };
		const onBeginning = (blob: Blob) => {
			early = { size: blob.size, given: proxy.bytesGiven, bytes: blob.arrayBuffer() };
		};
		const seen: number[] = [];
		const onProgress = ({ done }: r.OpenProgress) => seen.push(done);
		const { blob } = await r.openPart(patient, place, { onBeginning, onProgress });
		expect(early.size).toBe(beginningBytes);
		expect(Buffer.compare(new Uint8Array(await early.bytes), content.subarray(0, beginningBytes))).toBe(0);
		expect(Buffer.compare(new Uint8Array(await blob.arrayBuffer()), content)).toBe(0);
		// Beside the sealed bytes: the nodes of the tree.
		expect(early.given).toBeLessThan(beginningBytes + 20_000);
		expect(proxy.bytesGiven).toBeLessThan(size + 40_000);
		expect(Math.max(...seen)).toBe(size);
	});

	test('stops after its beginning when the person has seen enough', async () => {
		const stop = new AbortController();
		const onBeginning = vi.fn(() => stop.abort());
		const opening = r.openPart(patient, place, { onBeginning, signal: stop.signal });
		await expect(opening).rejects.toMatchObject({ code: 'general.cancelled' });
		expect(onBeginning).toHaveBeenCalledOnce();
		expect(proxy.bytesGiven).toBeLessThan(beginningBytes + 20_000);
	});

	test('of which a cloud gives a wrong beginning shows it from another cloud', async () => {
		proxy.fault = ({ headers }) => (headers.range?.startsWith('bytes=0-') ? 'lie' : null);
		const onBeginning = vi.fn((blob: Blob) => beginnings.push(blob));
		const beginnings: Blob[] = [];
		const { blob } = await r.openPart(patient, place, { onBeginning });
		expect(onBeginning).toHaveBeenCalledOnce();
		const shown = new Uint8Array(await beginnings[0]!.arrayBuffer());
		expect(Buffer.compare(shown, content.subarray(0, beginningBytes))).toBe(0);
		expect(blob.size).toBe(size);
	});

	test.each([
		['beginning', 0, 0],
		['end', 9 * mebibyte, 1],
	])(
		'of which nobody gives the right %s: nothing wrong is shown, and it says so',
		async (_, start, shown) => {
			proxy.fault = ({ headers }) => (headers.range?.startsWith(`bytes=${start}-`) ? 'lie' : null);
			const real = globalThis.fetch;
			const [, s3] = world.clouds;
			vi.stubGlobal('fetch', (input: string, init?: RequestInit) =>
				input.startsWith(s3.endpoint) ? Promise.reject(new TypeError('down')) : real(input, init),
			);
			const onBeginning = vi.fn();
			await expect(r.openPart(patient, place, { onBeginning })).rejects.toMatchObject({
				code: expect.stringMatching(/^storage\.(corrupt|unreachable)$/) as string,
			});
			expect(onBeginning).toHaveBeenCalledTimes(shown);
		},
		30_000,
	);
});
