/** One call to a cloud on its bad days: over a real server that fails as told. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '#lib/errors.ts';
import { http } from '#lib/storage/http.ts';
import { cidOfBlock, connectStore } from '#lib/storage/index.ts';
import { request } from '#lib/storage/request.ts';
import { localClouds } from './clouds.ts';
import { faultyServer, type Fault, type FaultyServer } from './faulty-server.ts';
import { fresh, refusal } from './samples.ts';

const local = localClouds();
let server: FaultyServer;

beforeEach(async () => {
	server = await faultyServer(local.clouds.configs[1].endpoint);
});
afterEach(() => (vi.restoreAllMocks(), server.stop()));

const s3 = () => connectStore({ ...local.clouds.configs[1], endpoint: server.url, publicBase: `${server.url}/amana/` });
const gateway = () => http(`${server.url}/amana/`);

function stopAfter(ms: number): AbortSignal {
	const stop = new AbortController();
	setTimeout(() => stop.abort(new DOMException('', 'TimeoutError')), ms);
	return stop.signal;
}

describe('what may pass is tried again', () => {
	test.each<[string, Fault]>([
		['503', { status: 503 }],
		['503 with Retry-After in seconds', { status: 503, headers: { 'retry-after': '1' } }],
		['429', { status: 429 }],
		['500', { status: 500 }],
		['502', { status: 502 }],
		['504', { status: 504 }],
		['408', { status: 408 }],
		['a closed connection', 'hang-up'],
	])('%s once: the object is saved all the same', async (_, fault) => {
		const { cid, content } = await fresh(100);
		server.fault = (_request, count) => (count === 1 ? fault : null);
		const began = performance.now();
		await s3().put(cid, content);
		expect(server.requests.length).toBe(2);
		const asked = typeof fault === 'object' && fault.headers?.['retry-after'];
		expect(performance.now() - began).toBeGreaterThan(asked ? 1000 : 100);
		expect(await s3().readRange(cid, 0, 100)).toEqual(content);
	});

	test('an answer cut off in the middle is asked for again', async () => {
		const { cid, content } = await fresh(200_000);
		await s3().put(cid, content);
		server.fault = (_request, count) => (count === 2 ? 'truncate' : null);
		expect(await s3().readRange(cid, 0, 200_000)).toEqual(content);
		expect(server.requests.length).toBe(3);
	});

	test('an answer that is shorter than the range is noticed and asked for again', async () => {
		const { cid, content } = await fresh(1000);
		await s3().put(cid, content);
		server.fault = (_request, count) => (count === 2 ? 'shorten' : null);
		expect(await s3().readRange(cid, 100, 200)).toEqual(content.slice(100, 200));
	});

	test('but not for ever: three times, then it is busy', async () => {
		const { cid, content } = await fresh(100);
		server.fault = () => ({ status: 503 });
		await expect(s3().put(cid, content)).rejects.toMatchObject(
			refusal('storage.busy', { store: `${server.url}/amana/` }),
		);
		expect(server.requests.length).toBe(3);
	});

	test('a server that wants to be left alone for an hour is left alone', async () => {
		const { cid } = await fresh(100);
		server.fault = () => ({ status: 503, headers: { 'retry-after': '3600' } });
		const began = performance.now();
		await expect(gateway().stat(cid)).rejects.toMatchObject(refusal('storage.busy'));
		expect(performance.now() - began).toBeLessThan(2000);
		expect(server.requests.length).toBe(1);
	});

	test('Retry-After may be a date', async () => {
		const { cid } = await fresh(100);
		server.fault = (_request, count) => (count === 1 ? { status: 429, headers: { 'retry-after': new Date(Date.now() - 5000).toUTCString() } } : null); // prettier-ignore
		expect(await gateway().stat(cid)).toBe(null);
		expect(server.requests.length).toBe(2);
	});
});

describe('a refusal is final and has its own code', () => {
	test.each([
		[401, '', 'storage.unauthorised'],
		[403, '<Error><Code>SignatureDoesNotMatch</Code></Error>', 'storage.unauthorised'],
		[403, '<Error><Code>QuotaExceeded</Code></Error>', 'storage.full'],
		[413, '', 'storage.full'],
		[507, '', 'storage.full'],
		[400, '<Error><Code>AuthorizationHeaderMalformed</Code></Error>', 'storage.invalid-cloud'],
		[405, '', 'storage.invalid-cloud'],
	] as const)('%i %s', async (status, body, code) => {
		const { cid, content } = await fresh(100);
		server.fault = () => ({ status, body });
		await expect(s3().put(cid, content)).rejects.toMatchObject(refusal(code));
		expect(server.requests.length).toBe(1);
	});

	test.each([404, 410])('%i in reading is no refusal: it is not here', async (status) => {
		const { cid } = await fresh(100);
		server.fault = () => ({ status });
		expect(await gateway().readRange(cid, 0, 10)).toBe(null);
		expect(await gateway().stat(cid)).toBe(null);
	});
});

describe('a cloud that is not there', () => {
	test('cannot be reached, and says whose it is', async () => {
		const { cid, content } = await fresh(100);
		const store = s3();
		await server.stop();
		await expect(store.put(cid, content)).rejects.toMatchObject(refusal('storage.unreachable', { store: store.name }));
		expect(await store.probe()).toMatchObject({ ok: false, checks: [{ step: 'write', ok: false }] });
	});
});

describe('a call', () => {
	test('ends at once when it is cancelled while the server says nothing', async () => {
		const { cid } = await fresh(100);
		server.fault = () => 'stall';
		const began = performance.now();
		await expect(gateway().stat(cid, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject(
			refusal('general.cancelled'),
		);
		expect(performance.now() - began).toBeLessThan(2000);
	});

	test('that nothing answers has stalled once its time is up, and is not made again', async () => {
		const { cid } = await fresh(100);
		server.fault = () => 'stall';
		vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => stopAfter(50));
		const store = gateway();
		await expect(store.stat(cid)).rejects.toMatchObject(refusal('storage.stalled', { store: store.name }));
		expect(server.requests.length).toBe(1);
	});

	test('that is broken off says whether the server had stalled or was only slow', async () => {
		const { cid } = await fresh(100);
		server.fault = () => 'stall';
		const broken = [100, 2_100].map((ms) => gateway().stat(cid, { signal: stopAfter(ms) }).catch((error: unknown) => error)); // prettier-ignore
		const [early, late] = (await Promise.all(broken)) as AppError[];
		expect(early).toMatchObject(refusal('general.cancelled'));
		expect(early?.cause).not.toBeInstanceOf(AppError);
		expect(late?.cause).toMatchObject(refusal('storage.stalled'));
	});

	test('ends at once when it is cancelled between two attempts', async () => {
		const { cid } = await fresh(100);
		server.fault = () => ({ status: 503, headers: { 'retry-after': '4' } });
		const began = performance.now();
		await expect(gateway().stat(cid, { signal: AbortSignal.timeout(100) })).rejects.toMatchObject(
			refusal('general.cancelled'),
		);
		expect(performance.now() - began).toBeLessThan(2000);
	});

	test('does not take in more than it asked for from a server that ignores ranges', async () => {
		const content = new Uint8Array(5000).map((_, i) => i);
		const cid = await cidOfBlock(content, 'raw');
		server.fault = () => ({ status: 200, body: 'x'.repeat(5_000_000) });
		expect((await gateway().readRange(cid, 10, 20))?.length).toBe(10);
	});

	test('keeps a failure of its reader as it is, and does not try again', async () => {
		server.fault = () => ({ status: 200 });
		const wrong = new AppError('storage.corrupt', 'wrong bytes');
		const call = request({
			store: 'x',
			make: () => Promise.resolve({ url: server.url, init: {} }),
			read: () => Promise.reject(wrong),
		});
		await expect(call).rejects.toBe(wrong);
		expect(server.requests.length).toBe(1);
	});
});
