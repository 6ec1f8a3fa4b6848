/** What a store over HTTP must survive, refuse or report between itself and a real server: everything that a network or a liar may do. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ErrorCode } from '#lib/errors.ts';
import { connectStore, verified, type Store } from '#lib/storage/index.ts';
import { faultyServer, type Fault, type FaultyServer } from '../storage/faulty-server.ts';
import { fresh, mebibyte, refusal, same } from '../storage/samples.ts';
import type { TestedCloud } from './tested.ts';

type Config = TestedCloud['config'];

/** Changes to the settings that make a stranger of a writer. */
const strangers = {
	s3: { accessKeyId: 'nobody' },
	ipfs: { token: 'nobody' },
	filecoin: { privateKey: `0x${'99'.repeat(32)}` },
};

/** Runs the suite over a cloud, through a proxy that misbehaves as told. */
export function testTransport({ name, config, traits }: TestedCloud): void {
	let proxy: FaultyServer;
	let store: Store;
	const direct = () => connectStore(config);
	const through = (changes: Partial<Config> = {}) =>
		connectStore({ ...behind(config, proxy.url), ...changes } as Config);
	beforeEach(async () => {
		proxy = await faultyServer(originOf(config));
		store = through();
	});
	afterEach(async () => {
		vi.useRealTimers();
		await proxy.stop();
	});

	async function kept(length: number) {
		const object = await fresh(length);
		await direct().put(object.cid, object.content);
		return object;
	}

	describe(`${name}: bad days`, () => {
		test.each<[string, Fault]>([
			['429 with Retry-After', { status: 429, headers: { 'retry-after': '1' } }],
			['503 with Retry-After', { status: 503, headers: { 'retry-after': '0' } }],
			['500', { status: 500 }],
			['a closed connection', 'hang-up'],
		])('%s once is waited out, in writing and in reading', async (_, fault) => {
			const { cid, content } = await fresh(2000);
			proxy.fault = (_request, count) => (count === 1 ? fault : null);
			await store.put(cid, content);
			proxy.requests.length = 0;
			expect(await store.readRange(cid, 0, 2000)).toEqual(content);
		});

		test.each<[string, Fault, ErrorCode]>([
			['503 for ever', { status: 503, headers: { 'retry-after': '0' } }, 'storage.busy'],
			['a Retry-After of an hour', { status: 429, headers: { 'retry-after': '3600' } }, 'storage.busy'],
			['no connection', 'hang-up', 'storage.unreachable'],
			['an answer that always breaks off', 'truncate', 'storage.unreachable'],
		])('%s is given up in the end, and named', async (_, fault, code) => {
			const { cid } = await kept(5000);
			proxy.fault = () => fault;
			await expect(store.readRange(cid, 0, 5000)).rejects.toMatchObject(refusal(code));
		});

		test('an answer that breaks off once is asked for again', async () => {
			const { cid, content } = await kept(300_000);
			proxy.fault = (_request, count) => (count === 1 ? 'truncate' : null);
			expect(same(await store.readRange(cid, 0, 300_000), content)).toBe(true);
		});

		test('a Content-Length that is too small is noticed in a range', async () => {
			const { cid, content } = await kept(5000);
			const reads = () => proxy.requests.filter((request) => request.startsWith('GET'));
			proxy.fault = ({ method }) => (method === 'GET' && reads().length === 1 ? 'shorten' : null);
			expect(await store.readRange(cid, 1000, 2000)).toEqual(content.slice(1000, 2000));
			expect(reads()).toHaveLength(2);
		});

		test('bytes changed on their way here are never taken for the object', async () => {
			const { cid } = await kept(5000);
			proxy.fault = ({ method }) => (method === 'GET' ? 'lie' : null);
			await expect(verified(store).readRange(cid, 0, 5000)).rejects.toMatchObject(refusal('storage.corrupt'));
		});

		test('bytes changed on their way there are refused where the server looks, and else found out in reading', async () => {
			const { cid, content } = await fresh(5000);
			proxy.fault = ({ method }) => (method === 'PUT' || method === 'POST' ? 'spoil' : null);
			const put = store.put(cid, content);
			if (traits.checksBody) {
				await expect(put).rejects.toMatchObject({ name: 'AppError', code: expect.stringMatching(/^storage\.(invalid-cloud|unauthorised)$/) as string }); // prettier-ignore
				expect(await direct().stat(cid)).toBe(null);
			} else {
				await put;
				await expect(verified(direct()).readRange(cid, 0, 5000)).rejects.toMatchObject(refusal('storage.corrupt'));
			}
		});

		test('a redirect is followed in reading what is public, and never with a signature', async () => {
			const { cid, content } = await kept(1000);
			const target = originOf(config);
			proxy.fault = ({ url = '' }) => ({ status: 307, headers: { location: target + url } });
			const read = store.readRange(cid, 0, 1000);
			if (config.kind !== 's3') expect(await read).toEqual(content);
			else {
				await expect(read).rejects.toMatchObject(refusal('storage.invalid-cloud'));
				await expect(store.put(cid, content)).rejects.toMatchObject(refusal('storage.invalid-cloud'));
			}
		});

		test('an answer that never comes is left as soon as the person cancels', async () => {
			const { cid, content } = await kept(mebibyte);
			proxy.fault = () => 'stall';
			for (const work of [
				(signal: AbortSignal) => store.put(cid, content, { signal }),
				(signal: AbortSignal) => store.readRange(cid, 0, 100, { signal }),
				(signal: AbortSignal) => store.stat(cid, { signal }),
				(signal: AbortSignal) => store.remove(cid, { signal }),
			]) {
				const began = performance.now();
				await expect(work(AbortSignal.timeout(100))).rejects.toMatchObject(refusal('general.cancelled'));
				expect(performance.now() - began).toBeLessThan(3000);
			}
		});

		test('a full cloud says so', async () => {
			const { cid, content } = await fresh(100);
			proxy.fault = () => ({ status: 507 });
			await expect(store.put(cid, content)).rejects.toMatchObject(refusal('storage.full', { store: store.name }));
		});

		test('no rights, no writing and no removing', async () => {
			const { cid, content } = await kept(100);
			const stranger = through(strangers[config.kind]);
			const unauthorised = refusal('storage.unauthorised', { store: store.name });
			const unwanted = await fresh(100);
			await expect(stranger.put(unwanted.cid, unwanted.content)).rejects.toMatchObject(unauthorised);
			await expect(stranger.remove(cid)).rejects.toMatchObject(unauthorised);
			expect(await direct().stat(unwanted.cid)).toBe(null);
			expect(await direct().readRange(cid, 0, 100)).toEqual(content);
		});
	});

	if (!traits.checksClock) return;
	describe(`${name}: a clock that is wrong`, () => {
		test.each([-3_600_000, 3_600_000])('by %i ms is set right by what the server says', async (offset) => {
			const { cid, content } = await kept(500);
			vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + offset });
			expect(await store.readRange(cid, 0, 500)).toEqual(content);
			const other = await fresh(200);
			await store.put(other.cid, other.content);
			expect(await store.stat(other.cid)).toEqual({ size: 200 });
		});
	});
}

/** The same cloud through the proxy; a provider of Filecoin's sends whom it hears through one back to it. */
function behind(config: Config, url: string): Config {
	switch (config.kind) {
		case 's3':
			return { ...config, endpoint: url, publicBase: `${url}/${config.bucket}/` };
		case 'ipfs':
			return { ...config, gateway: `${url}/ipfs/`, uploadUrl: `${url}/upload` };
		case 'filecoin':
			return { ...config, rpcUrl: `${url}/rpc` };
	}
}

function originOf(config: Config): string {
	if (config.kind === 's3') return config.endpoint;
	return new URL(config.kind === 'ipfs' ? config.gateway : (config.rpcUrl ?? '')).origin;
}
