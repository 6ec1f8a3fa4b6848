/** The local clouds as other programs meet them: a browser's preflight, an IPFS node, somebody without credentials. */
import { CarReader } from '@ipld/car';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { cidOf, connectStore, gather, spread } from '#lib/storage/index.ts';
import { carOf } from '#lib/storage/car.ts';
import { treeOf } from '#lib/storage/tree.ts';
import { startClouds } from '../../scripts/clouds/start.ts';
import { localClouds } from './clouds.ts';
import { bytes, drain, fresh, mebibyte, randomKey, same } from './samples.ts';

const local = localClouds();
const ipfs = () => local.clouds.configs[0];
const s3 = () => local.clouds.configs[1];
const get = (cid: unknown, query = '?format=raw', init: RequestInit = {}) =>
	fetch(`${ipfs().gateway}${String(cid)}${query}`, init);

async function upload(body: BodyInit, token = ipfs().token ?? '') {
	return fetch(ipfs().uploadUrl, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } });
}

describe('a page of any origin may', () => {
	const origin = 'https://somewhere.example';
	const preflight = (url: string, method: string, headers: string) =>
		fetch(url, {
			method: 'OPTIONS',
			headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers },
		});

	test.each(['PUT', 'POST', 'DELETE', 'HEAD', 'GET'])('%s on S3 with every header that is signed', async (method) => {
		const response = await preflight(
			`${s3().endpoint}/amana/x`,
			method,
			'authorization,x-amz-content-sha256,x-amz-date,range',
		);
		expect(response.ok).toBe(true);
		expect(response.headers.get('access-control-allow-origin')).toBe('*');
		expect(response.headers.get('access-control-allow-methods')).toContain(method);
		for (const name of ['authorization', 'x-amz-content-sha256', 'x-amz-date', 'range']) {
			expect(response.headers.get('access-control-allow-headers')).toContain(name);
		}
		expect(Number(response.headers.get('access-control-max-age'))).toBeGreaterThan(0);
	});

	test('read S3 answers with their ETag and Content-Range', async () => {
		const { cid, content } = await fresh(100);
		await connectStore(s3()).put(cid, content);
		const response = await fetch(s3().publicBase + String(cid), { headers: { origin, range: 'bytes=0-9' } });
		expect(response.status).toBe(206);
		expect(response.headers.get('access-control-allow-origin')).toBe('*');
		const exposed = response.headers.get('access-control-expose-headers') ?? '';
		for (const name of ['ETag', 'Content-Range']) expect(exposed).toContain(name);
	});

	test.each(['POST', 'DELETE'])('%s to the IPFS node with its token', async (method) => {
		const response = await preflight(`${ipfs().uploadUrl}/x`, method, 'authorization,content-type');
		expect(response.status).toBe(204);
		expect(response.headers.get('access-control-allow-origin')).toBe('*');
		expect(response.headers.get('access-control-allow-methods')).toContain(method);
		expect(response.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization');
	});

	test('read errors too, so that they can be told apart', async () => {
		const { cid } = await fresh(100);
		for (const url of [`${ipfs().gateway}${String(cid)}?format=raw`, s3().publicBase + String(cid)]) {
			const response = await fetch(url, { headers: { origin } });
			expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([404, '*']);
		}
	});
});

describe('without credentials', () => {
	test('nobody writes to S3 or removes from it', async () => {
		const { cid } = await fresh(10);
		for (const method of ['PUT', 'POST', 'DELETE']) {
			const response = await fetch(s3().publicBase + String(cid), {
				method,
				...(method !== 'DELETE' && { body: 'x' }),
			});
			expect(response.status).toBe(403);
			expect(await response.text()).toContain('AccessDenied');
		}
	});

	test.each(['', 'wrong'])('nobody uploads to the IPFS node: token %j', async (token) => {
		const { cid, content } = await fresh(10);
		expect((await upload(carOf(cid, [{ cid, bytes: content }]), token)).status).toBe(401);
		expect((await get(cid)).status).toBe(404);
	});
});

describe('the gateway', () => {
	test('gives raw blocks with the headers of its specification', async () => {
		const { cid, content } = await fresh(300);
		await connectStore(ipfs()).put(cid, content);
		for (const response of [
			await get(cid),
			await get(cid, '', { headers: { accept: 'application/vnd.ipld.raw' } }),
			await get(cid, ''),
		]) {
			expect(response.status).toBe(200);
			expect(response.headers.get('content-type')).toBe('application/vnd.ipld.raw');
			expect(response.headers.get('cache-control')).toContain('immutable');
			expect(response.headers.get('x-content-type-options')).toBe('nosniff');
			expect(response.headers.get('etag')).toBe(`"${String(cid)}.raw"`);
			expect(new Uint8Array(await response.arrayBuffer())).toEqual(content);
		}
		const head = await get(cid, '?format=raw', { method: 'HEAD' });
		expect([head.status, head.headers.get('content-length')]).toEqual([200, '300']);
		expect((await head.arrayBuffer()).byteLength).toBe(0);
	});

	test('gives whole files as CAR, depth first', async () => {
		const content = bytes(3 * mebibyte + 1, 77);
		const tree = await treeOf(content);
		await connectStore(ipfs()).put(tree.cid, content);
		for (const response of [
			await get(tree.cid, '?format=car'),
			await get(tree.cid, '', { headers: { accept: 'application/vnd.ipld.car' } }),
		]) {
			expect(response.headers.get('content-type')).toContain('application/vnd.ipld.car');
			const reader = await CarReader.fromBytes(new Uint8Array(await response.arrayBuffer()));
			expect((await reader.getRoots()).map(String)).toEqual([String(tree.cid)]);
			const cids: string[] = [];
			for await (const { cid } of reader.blocks()) cids.push(String(cid));
			expect(cids).toEqual([tree.cid, ...tree.leaves.map(({ cid }) => cid)].map(String));
		}
		const block = await CarReader.fromBytes(
			new Uint8Array(await (await get(tree.cid, '?format=car&dag-scope=block')).arrayBuffer()),
		);
		expect(await block.has(tree.leaves[0]!.cid)).toBe(false);
	});

	test.each([
		['no address', 'hello', '?format=raw', 400],
		['a path below', 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku/x', '?format=raw', 404],
		['an unknown format', 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku', '?format=tar', 406],
		['something it does not have', 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e', '?format=car', 404],
	])('refuses %s', async (_, path, query, status) => {
		expect((await get(path, query)).status).toBe(status);
	});

	test('does not put a file’s bytes together: that would have to be trusted', async () => {
		const content = bytes(mebibyte + 1, 78);
		const cid = await cidOf(content);
		await connectStore(ipfs()).put(cid, content);
		expect((await get(cid, '')).status).toBe(406);
	});
});

describe('the upload', () => {
	test('says which roots and how many blocks came', async () => {
		const { cid, content } = await fresh(50);
		const response = await upload(carOf(cid, [{ cid, bytes: content }]));
		expect(await response.json()).toEqual({ roots: [String(cid)], blocks: 1 });
	});

	test.each([
		['no CAR file', () => Promise.resolve(new Blob(['hello world, this is no CAR']))],
		['nothing', () => Promise.resolve(new Blob([]))],
		['a CAR file cut short', async () => (await car()).slice(0, -10)],
		[
			'a block under another address',
			async () => carOf((await fresh(9)).cid, [{ cid: (await fresh(9)).cid, bytes: bytes(9) }]),
		],
	])('refuses %s', async (_, make) => {
		const response = await upload(await make());
		expect(response.status).toBe(400);
	});

	async function car() {
		const { cid, content } = await fresh(100);
		return carOf(cid, [{ cid, bytes: content }]);
	}
});

describe('another IPFS node', () => {
	test('fetches a sealed piece over bitswap, bit by bit what the cloud has', async () => {
		const key = randomKey();
		const source = bytes(4 * mebibyte + 5);
		const store = connectStore(ipfs());
		const manifest = await spread(source, { stores: [store], key });
		const { cid } = manifest.pieces[0]!;
		const folder = await mkdtemp(join(tmpdir(), 'amana-bitswap-'));
		const program = new URL('../../scripts/clouds/fetch-over-bitswap.ts', import.meta.url).pathname;
		const { stdout } = await promisify(execFile)(process.execPath, [
			program,
			local.clouds.multiaddr,
			String(cid),
			folder,
		]);
		expect(stdout.trim()).toBe(join(folder, String(cid)));
		const fetched = await readFile(stdout.trim());
		expect(same(fetched, await store.readRange(cid, 0, 10 * mebibyte))).toBe(true);
		expect((await cidOf(new Uint8Array(fetched))).equals(cid)).toBe(true);
		expect(await readdir(folder)).toEqual([String(cid)]);
		await rm(folder, { recursive: true });
	});
});

describe('the clouds', () => {
	test('keep what they have when they are turned off and on', async () => {
		const key = randomKey();
		const source = bytes(2 * mebibyte);
		const stores = local.clouds.configs.map((config) => connectStore(config));
		const manifest = await spread(source, { stores, key });
		for (const name of ['ipfs', 's3-b'] as const) await local.clouds.turnOff(name);
		expect(await stores[2]!.probe()).toMatchObject({ ok: false });
		const failed: string[] = [];
		await expect(
			spread(source, { stores, key: randomKey(), onFailure: ({ name }) => failed.push(name) }),
		).rejects.toThrow();
		expect(failed).toHaveLength(2);
		for (const name of ['ipfs', 's3-b'] as const) await local.clouds.turnOn(name);
		for (const store of [stores[0]!, stores[2]!]) {
			expect(same(await drain(await gather(manifest, { stores: [store], key })), source)).toBe(true);
		}
	});

	test('say in one sentence that a port is in use, and leave nothing running', async () => {
		const dataDir = await mkdtemp(join(tmpdir(), 'amana-clouds-'));
		const port = Number(new URL(s3().endpoint).port);
		for (const ports of [{ ipfs: port }, { s3A: port }, { s3B: port }]) {
			await expect(startClouds({ dataDir, ports })).rejects.toMatchObject({
				name: 'Problem',
				message: expect.stringMatching(new RegExp(`^Port ${port} is in use.*\\.$`)) as string,
			});
		}
		await rm(dataDir, { recursive: true });
	});
});
