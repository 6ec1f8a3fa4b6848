import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expose } from 'comlink';
import { createWalletClient, custom, http } from 'viem';
import { sendTransaction, waitForTransactionReceipt } from 'viem/actions';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { chainOf } from '#lib/chain/index.ts';
import { connectEngine } from '#lib/records/engine-client.ts';
import { serveEngine } from '#lib/records/engine-wire.ts';
import { createEngine } from '#lib/records/engine.ts';
import * as r from '#lib/records/index.ts';
import type { Deps } from '#lib/records/index.ts';
import { readPending } from '#lib/records/pending.ts';
import { cidOf, connectStore, type S3Config } from '#lib/storage/index.ts';
import { payloadOf } from '#lib/storage/payload.ts';
import { s3Client, tagged, text } from '#lib/storage/s3-client.ts';
import { addressOf, day, fileOf, startWorld, type World } from './world.ts';

const mebibyte = 1024 * 1024;
/** Three parts of a bucket's upload. */
const size = 20 * mebibyte;
const bytes = new Uint8Array(size).map((_, i) => (i * 31 + (i >> 8)) & 0xff);
const file = () => fileOf(bytes, 'scan.bin');
const document = {
	title: 'The scan',
	category: 'labs',
	clinicalDate: '2026-11-20',
	policy: { who: 'allowed', category: 'labs' },
} as const;

const ports: MessagePort[] = [];
let world: World;
let first: Deps;
/** Of tests before. */
let halves: string[];
/** The same person in another page: the same browser's notes, and nothing else. */
let second: Deps;
beforeAll(async () => {
	world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
	halves = await halfSent();
	const person = await world.patient('Lina Haddad');
	first = { ...person, engine: engineWith(person.cache) };
	second = r.withIdentity({ ...person, engine: engineWith(person.cache) }, person.identity as r.Identity);
});
afterEach(() => {
	vi.unstubAllGlobals();
	for (const port of ports.splice(0)) port.close();
});

describe('a save whose page ended on the way', () => {
	test('is listed, goes on with the same file, sends only what is missing, and ends on chain once', async () => {
		const before = await sentBy(() => saveAndStop());
		expect(before).toBeGreaterThan(size);
		const [stopped, ...others] = await r.listUnfinished(second);
		expect(others).toEqual([]);
		expect(stopped).toEqual({ ...document, id: 'one', fileName: 'scan.bin', size });
		expect(await own()).toEqual([]);

		let result: r.SaveResult | undefined;
		const sent = await sentBy(async () => {
			result = await goOn(file());
			await result.rest;
		});
		// The first bucket has its piece, the second one of three parts, the IPFS node nothing; hashes for audits go to each.
		expect(sent).toBeLessThan(size + (size - 8 * mebibyte) + 3 * mebibyte);
		expect((await result!.rest).saved).toHaveLength(3);
		expect((await own()).map(({ id }) => id)).toEqual([result!.recordId]);
		expect(await r.listUnfinished(second)).toEqual([]);
		expect((await readPending(second)).unfinished).toEqual([]);
		expect(await halfSent()).toEqual(halves);

		const order = { patient: addressOf(second), recordId: result!.recordId, index: 0 };
		const { blob, problems } = await r.openPart(second, order);
		expect(Buffer.compare(new Uint8Array(await blob.arrayBuffer()), bytes)).toBe(0);
		expect(problems).toEqual([]);
	});

	test.each([
		['of another length', bytes.subarray(1)],
		['of the same length', bytes.with(size - 1, 99)],
	])(
		'refuses another file %s: none of it is sent, and nothing is lost',
		async (_, others) => {
			await saveAndStop();
			const names = await pieceNames();
			const sent = await sentBy(async () => {
				await expect(goOn(fileOf(others, 'scan.bin'))).rejects.toMatchObject({ code: 'records.another-file' });
			});
			expect(sent).toBe(0);
			expect(await pieceNames()).toEqual(names);
			expect(await r.listUnfinished(second)).toHaveLength(1);
			await goOn(file());
			expect(await own()).toHaveLength(1);
		},
		40_000,
	);

	test('does not show on another account, nor go on there', async () => {
		await saveAndStop();
		const stranger = { ...(await world.patient('Someone else')), cache: second.cache };
		expect(await r.listUnfinished(stranger)).toEqual([]);
	});

	test('is forgotten with all that the clouds have of it', async () => {
		const before = await pieceNames();
		await saveAndStop();
		expect(await pieceNames()).not.toEqual(before);
		expect(await halfSent()).not.toEqual(halves);
		await r.forgetUnfinished(second, 'one');
		expect(await pieceNames()).toEqual(before);
		expect(await halfSent()).toEqual(halves);
		expect(await r.listUnfinished(second)).toEqual([]);
		expect((await readPending(second)).leftovers).toEqual([]);
	});

	test('is remembered when the browser is told to forget', async () => {
		await saveAndStop();
		await r.forgetPrivate(second);
		expect(await r.listUnfinished(second)).toHaveLength(1);
	});

	test('begins anew where one of its clouds is not in use any more, and leaves nothing of before behind', async () => {
		await saveAndStop();
		const [ipfs, , other] = world.clouds;
		const fewer = { ...second, configs: [ipfs, other] };
		const { rest } = await r.saveDocument(fewer, { ...document, file: file() }, { id: 'one' });
		expect((await rest).saved).toHaveLength(2);
		expect(await own()).toHaveLength(1);
		expect(await halfSent()).toEqual(halves);
	});
});

describe('a save', () => {
	test('that is under way is not listed as stopped', async () => {
		const seen: unknown[] = [];
		const isSent = ({ stage }: r.SaveProgress) => {
			if (stage === 'saving') seen.push(r.listUnfinished(second));
		};
		await r.saveDocument(first, { ...document, file: file() }, { id: 'one', onProgress: isSent });
		expect(seen.length).toBeGreaterThan(0);
		for (const listed of await Promise.all(seen)) expect(listed).toEqual([]);
	});

	test('that a person cancelled is not listed, and leaves nothing on the clouds', async () => {
		const before = await pieceNames();
		await expect(saveAndStop(r.discard)).resolves.toBeUndefined();
		expect((await readPending(second)).unfinished).toEqual([]);
		expect(await pieceNames()).toEqual(before);
		expect(await halfSent()).toEqual(halves);
	});
});

describe('a save whose page was closed at the wallet’s question', () => {
	const small = () => fileOf(bytes.subarray(0, 50_000), 'small.bin');
	const inThreeDays = () => Date.now() + 3 * day;

	test('is listed, registered without the file, and ends on chain once', async () => {
		const { asked } = await saveAndClose();
		const [one, ...others] = await r.listPlaced(second);
		expect(others).toEqual([]);
		expect(one).toMatchObject({ title: document.title, patient: addressOf(second), hospital: null, mayForget: false });
		expect(await r.listUnfinished(second)).toEqual([]);
		expect(await own()).toEqual([]);

		const { recordId } = await r.registerPlaced(second, one!);
		expect(recordId).toBe(one!.recordId);
		expect(await r.listPlaced(second)).toEqual([]);
		await r.retrySaving(second);
		expect(await r.listPending(second)).toEqual([]);
		const { blob } = await r.openPart(second, { patient: addressOf(second), recordId, index: 0 });
		expect(Buffer.compare(new Uint8Array(await blob.arrayBuffer()), bytes.subarray(0, 50_000))).toBe(0);
		// What was asked first is the same record: the chain takes it once, and another answer changes nothing.
		await expect(asked.send()).rejects.toThrow();
		expect((await own()).map(({ id }) => id)).toEqual([recordId]);
		await expect(r.registerPlaced(second, one!)).rejects.toMatchObject({ code: 'chain.not-found' });
	});

	test('is not listed once the wallet answered after all, and is looked after like any other', async () => {
		const { asked } = await saveAndClose();
		await asked.send();
		expect(await r.listPlaced(second)).toEqual([]);
		expect((await readPending(second)).placed).toEqual([]);
		expect(await own()).toHaveLength(1);
		expect(await r.retrySaving(second)).toMatchObject({ left: 0 });
	});

	test('is registered under new locks where they changed meanwhile, and the first question is of no use any more', async () => {
		const { asked } = await saveAndClose();
		const [one] = await r.listPlaced(second);
		await r.revokeAllAccess(second);
		const { recordId } = await r.registerPlaced(second, one!);
		expect(recordId).not.toBe(one!.recordId);
		await expect(asked.send()).rejects.toThrow();
		expect((await own()).map(({ id }) => id)).toEqual([recordId]);
		const { blob } = await r.openPart(second, { patient: addressOf(second), recordId, index: 0 });
		expect(blob.size).toBe(50_000);
	});

	test('is cleared once its question cannot be answered any more, and not before', async () => {
		const before = await pieceNames();
		await saveAndClose();
		const [one] = await r.listPlaced(second);
		await r.forgetPlaced(second, one!);
		expect(await r.listPlaced(second)).toHaveLength(1);
		expect(await pieceNames()).not.toEqual(before);
		expect(await r.listPlaced(second, inThreeDays())).toMatchObject([{ mayForget: true }]);
		await r.forgetPlaced(second, { ...one!, now: inThreeDays() });
		expect(await r.listPlaced(second)).toEqual([]);
		expect(await pieceNames()).toEqual(before);
	});

	test('is not cleared where it is on the chain after all', async () => {
		const { asked } = await saveAndClose();
		const [one] = await r.listPlaced(second);
		await asked.send();
		await r.forgetPlaced(second, { ...one!, now: inThreeDays() });
		expect(
			(await r.openPart(second, { patient: addressOf(second), recordId: one!.recordId, index: 0 })).blob.size,
		).toBe(50_000);
	});

	test('is nothing to another account, and stays when the browser is told to forget', async () => {
		await saveAndClose();
		await r.forgetPrivate(second);
		expect(await r.listPlaced(second)).toHaveLength(1);
		const stranger = { ...(await world.patient('Someone else')), cache: second.cache };
		expect(await r.listPlaced(stranger)).toEqual([]);
	});

	/** Saves until the wallet is asked, which never answers this page; `asked.send` is the wallet's late yes. */
	async function saveAndClose() {
		const asked = Promise.withResolvers<{ send: () => Promise<unknown> }>();
		const rpc = http(world.chain.rpcUrls[0])({});
		const silent = createWalletClient({
			account: addressOf(first),
			chain: chainOf(world.chain),
			transport: custom({
				request: async ({ method, params }: { method: string; params: never }) => {
					if (method !== 'eth_sendTransaction') return rpc.request({ method, params });
					asked.resolve({ send: () => sendAs(params) });
					return new Promise(() => undefined);
				},
			}),
		});
		vi.stubGlobal('navigator', {}); // a page that is gone holds no locks
		void r.saveDocument({ ...first, wallet: silent }, { ...document, file: small() }, { id: 'two' });
		const question = await asked.promise;
		vi.unstubAllGlobals();
		return { asked: question };
	}

	async function sendAs([transaction]: [{ to: r.Address; data: `0x${string}` }]): Promise<void> {
		const { to, data } = transaction;
		const wallet = second.wallet!;
		const hash = await sendTransaction(wallet, { account: wallet.account!, chain: wallet.chain, to, data });
		const { status } = await waitForTransactionReceipt(second.client, { hash });
		if (status !== 'success') throw new Error('reverted');
	}
});

describe('an upload that was begun and never finished', () => {
	const inTwoDays = () => Date.now() + 2 * day;
	// What other people's browsers left in the same buckets.
	beforeEach(async () => {
		for (const { publicBase: store } of world.clouds.slice(1) as S3Config[])
			await r.clearAbandoned(second, { store, now: inTwoDays() });
	});

	test('is counted with what it takes up after a day, and cleared alone', async () => {
		const [, , bucket] = world.clouds;
		const others = await halfSent();
		await saveAndStop();
		const noted = (await halfSent()).filter((id) => !others.includes(id));
		expect(noted).toHaveLength(1);
		const crashed = await begin(bucket, String(await cidOf(bytes.subarray(7))), 6 * mebibyte);
		const foreign = await begin(bucket, 'backup-of-another-program.tar', 1000);
		const store = r.nameOf(bucket);
		expect(await r.listAbandoned(second)).toEqual([{ store, count: 0, bytes: 0, recent: 1 }]);
		expect(await r.clearAbandoned(second, { store })).toEqual({ count: 0, bytes: 0 });
		const found = { store, count: 1, bytes: 6 * mebibyte, recent: 0 };
		expect(await r.listAbandoned(second, inTwoDays())).toEqual([found]);
		const elsewhere = { store: 'https://elsewhere.example/', now: inTwoDays() };
		expect(await r.clearAbandoned(second, elsewhere)).toEqual({ count: 0, bytes: 0 });
		expect(await halfSent()).toContain(crashed);
		expect(await r.clearAbandoned(second, { store, now: inTwoDays() })).toEqual({ count: 1, bytes: 6 * mebibyte });
		expect(await halfSent()).not.toContain(crashed);
		expect(await halfSent()).toContain(foreign);
		expect(await r.listAbandoned(second, inTwoDays())).toEqual([]);
		// What was noted to be gone on with was left as it was, even once the browser had been told to forget how far it was.
		await r.forgetPrivate(second);
		expect(await r.listAbandoned(second, inTwoDays())).toEqual([]);
		expect(await halfSent()).toEqual(expect.arrayContaining(noted));
		await r.forgetUnfinished(second, 'one');
		expect(await halfSent()).not.toEqual(expect.arrayContaining(noted));
		await abortAll(bucket, foreign);
	});

	test('is let alone while it is under way in any tab, and then is there', async () => {
		const [, bucket] = world.clouds;
		const store = connectStore(bucket);
		const content = bytes.subarray(0, 17 * mebibyte);
		const cid = await cidOf(content);
		const real = globalThis.fetch;
		const held = Promise.withResolvers<undefined>();
		vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
			if (partsOf(input, init).url.includes('partNumber=3')) await held.promise;
			return real(input, init);
		});
		const putting = store.put(cid, content);
		const mine = async () => ((await store.listUnfinished?.()) ?? []).filter(({ object }) => object === String(cid));
		await vi.waitFor(async () => expect(await mine()).toHaveLength(1), { timeout: 10_000 });
		expect(await r.listAbandoned(second, inTwoDays())).toEqual([]);
		expect(await r.clearAbandoned(second, { store: store.name, now: inTwoDays() })).toEqual({ count: 0, bytes: 0 });
		held.resolve(undefined);
		await putting;
		expect(await store.stat(cid)).toEqual({ size: content.length });
		await store.remove(cid);
	});

	test('on a cloud that does not answer or does not list them is passed over', async () => {
		const down = { ...world.clouds[1], endpoint: 'http://127.0.0.1:9' };
		const wrong = { ...world.clouds[2], secretAccessKey: 'wrong' };
		const deps = { ...second, configs: [world.clouds[0], down, wrong] };
		expect(await r.listAbandoned(deps, inTwoDays())).toEqual([]);
		await expect(r.clearAbandoned(deps, { store: down.publicBase })).rejects.toMatchObject({
			code: 'storage.unreachable',
		});
	});
});

/** Begins an upload as a program that then crashes; its id. */
async function begin(bucket: S3Config, object: string, length: number): Promise<string> {
	const client = s3Client(bucket);
	const id = tagged(await client.send(`${object}?uploads=`, { method: 'POST' }, text), 'UploadId') ?? '';
	const body = await payloadOf(bytes.subarray(0, length));
	await client.send(`${object}?partNumber=1&uploadId=${encodeURIComponent(id)}`, { method: 'PUT', body }, text);
	return id;
}

async function abortAll(bucket: S3Config, wanted: string): Promise<void> {
	const store = connectStore(bucket);
	for (const upload of (await store.listUnfinished?.()) ?? [])
		if (upload.id === wanted) await store.abortUnfinished?.(upload);
}

/** An engine at the other end of a port, as a page has it. */
function engineWith(notes: r.Cache): r.Engine {
	const { port1, port2 } = new MessageChannel();
	ports.push(port1, port2);
	expose(serveEngine(createEngine(undefined, notes)), port1);
	return connectEngine(port2);
}

const own = () => r.listRecords(second, { patient: addressOf(second) });
const goOn = (chosen: File) => r.saveDocument(second, { ...document, file: chosen }, { id: 'one' });

/** Saves until the first bucket has its piece and the second one part of three, while the IPFS node takes nothing; then stops. */
async function saveAndStop(reason = 'the page was closed'): Promise<void> {
	const [ipfs, , late] = world.clouds;
	const stop = new AbortController();
	const real = globalThis.fetch;
	const steps = { joined: false, part: false };
	vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
		const { url, method, signal } = partsOf(input, init);
		const isLate = url.startsWith(new URL(late.endpoint).origin) && /partNumber=[23]/.test(url);
		if (url === ipfs.uploadUrl || isLate) await aborted(signal);
		const response = await real(input, init);
		if (method === 'POST' && url.includes('uploadId')) steps.joined ||= response.ok;
		if (url.startsWith(new URL(late.endpoint).origin) && url.includes('partNumber=1')) steps.part ||= response.ok;
		return response;
	});
	const attempt = r.saveDocument(first, { ...document, file: file() }, { id: 'one', signal: stop.signal });
	const refused = expect(attempt).rejects.toMatchObject({ code: 'general.cancelled' });
	await vi.waitFor(() => expect(steps).toEqual({ joined: true, part: true }), { timeout: 30_000 });
	await new Promise((resolve) => setTimeout(resolve, 200)); // that what was acknowledged is noted
	stop.abort(reason);
	await refused;
	vi.unstubAllGlobals();
}

function partsOf(input: RequestInfo | URL, init: RequestInit = {}) {
	if (input instanceof Request) throw new Error('a request whose body would have to be read');
	const { body, method = 'GET', signal } = init;
	const size = body instanceof Blob ? body.size : body instanceof Uint8Array ? body.length : 0;
	return { url: String(input), method, signal: signal ?? new AbortController().signal, size };
}

/** Rejects when the signal does. */
function aborted(signal: AbortSignal): Promise<never> {
	return new Promise((_, reject) => {
		const fail = () => reject(new DOMException('aborted', 'AbortError'));
		if (signal.aborted) fail();
		signal.addEventListener('abort', fail, { once: true });
	});
}

/** Bytes sent to the clouds meanwhile. */
async function sentBy(work: () => Promise<unknown>): Promise<number> {
	let sent = 0;
	const real = globalThis.fetch;
	const places = world.clouds.map((cloud) => ('endpoint' in cloud ? cloud.endpoint : cloud.uploadUrl));
	const counting = async (input: RequestInfo | URL, init?: RequestInit) => {
		const { url, size: length } = partsOf(input, init);
		if (places.some((place) => url.startsWith(place))) sent += length;
		return real(input, init);
	};
	globalThis.fetch = counting;
	try {
		await work();
	} finally {
		globalThis.fetch = real;
	}
	return sent;
}

/** What was begun to be sent to a bucket and never joined. */
async function halfSent(): Promise<string[]> {
	const lists = world.clouds.map(async (config) => (await connectStore(config).listUnfinished?.()) ?? []);
	return (await Promise.all(lists)).flat().map(({ id }) => id);
}

/** Names of all that lies on the two buckets, but for small objects (dag-cbor), which may stay. */
async function pieceNames(): Promise<string[]> {
	const folders = ['s3-a', 's3-b'].map((name) => readdir(join(world.dataDir, name, 'amana')));
	const names = (await Promise.all(folders)).flat().filter((name) => name.startsWith('baf'));
	return names.filter((name) => !name.startsWith('bafyrei')).toSorted();
}
