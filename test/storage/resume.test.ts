/** Uploads that stop half-way, and go on: over real servers behind a proxy that counts and fails. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { treeOf } from '#lib/storage/tree.ts';
import { connectStore, discard, type ResumeNotes, type S3Config, type Store } from '#lib/storage/index.ts';
import { localClouds } from './clouds.ts';
import { faultyServer, type FaultyServer } from './faulty-server.ts';
import { fresh, mebibyte, refusal, same } from './samples.ts';

const local = localClouds();
let proxy: FaultyServer;
let config: S3Config;

beforeEach(async () => {
	const real = local.clouds.configs[1];
	proxy = await faultyServer(real.endpoint);
	config = { ...real, endpoint: proxy.url, publicBase: `${proxy.url}/amana/` };
});
afterEach(() => proxy.stop());

/** Notes as IndexedDB keeps them: cloned. */
function notes(): ResumeNotes & { state: unknown } {
	return {
		state: null,
		load() {
			return Promise.resolve(structuredClone(this.state));
		},
		save(state) {
			this.state = structuredClone(state);
			return Promise.resolve();
		},
	};
}

const parts = () => proxy.requests.filter((line) => line.startsWith('PUT ') && line.includes('partNumber='));
const size = 40 * mebibyte + 5; // six parts
const unfinished = async (store: Store, cid: unknown) =>
	((await store.listUnfinished?.()) ?? []).filter(({ object }) => object === String(cid));

/** Puts with notes until the signal is aborted with this reason, after two parts. */
async function stopHalfWay(store: Store, resume: ResumeNotes | undefined, reason?: unknown) {
	const object = await fresh(size);
	const stop = new AbortController();
	const onProgress = (done: number) => {
		if (done >= 16 * mebibyte) stop.abort(reason);
	};
	await expect(
		store.put(object.cid, object.content, { resume, onProgress, signal: stop.signal }),
	).rejects.toMatchObject(refusal('general.cancelled'));
	// What was on its way when it stopped is counted before what comes next.
	await new Promise((resolve) => setTimeout(resolve, 300));
	return object;
}

describe('an upload in parts', () => {
	test('goes on in another page where it stopped: only the missing parts are sent', async () => {
		const resume = notes();
		const { cid, content } = await stopHalfWay(connectStore(config), resume);
		const before = new Set(parts().map((line) => /partNumber=(\d+)/.exec(line)?.[1])).size;
		proxy.requests.length = 0;
		const done: number[] = [];
		const another = connectStore(config);
		await another.put(cid, content, { resume, onProgress: (value) => done.push(value) });
		expect(parts().length).toBeLessThanOrEqual(4);
		expect(before + parts().length).toBeGreaterThanOrEqual(6);
		expect(done[0]).toBeGreaterThanOrEqual(16 * mebibyte);
		expect(done.at(-1)).toBe(size);
		expect(same(await another.readRange(cid, 0, size), content)).toBe(true);
		expect(resume.state).toBe(null);
		expect(await unfinished(another, cid)).toEqual([]);
	});

	test('goes on after the cloud failed in the middle', async () => {
		const resume = notes();
		const { cid, content } = await fresh(size);
		proxy.fault = ({ url = '' }) => (/partNumber=[456]/.test(url) ? { status: 403 } : null);
		await expect(connectStore(config).put(cid, content, { resume })).rejects.toMatchObject(
			refusal('storage.unauthorised'),
		);
		proxy.fault = () => null;
		proxy.requests.length = 0;
		await connectStore(config).put(cid, content, { resume });
		expect(parts()).toHaveLength(3);
		expect(same(await connectStore(config).readRange(cid, 0, size), content)).toBe(true);
	});

	test('without notes leaves nothing behind when it is stopped', async () => {
		const { cid } = await stopHalfWay(connectStore(config), undefined);
		expect(await unfinished(connectStore(config), cid)).toEqual([]);
	});

	test('with notes leaves nothing behind when the person cancelled for good', async () => {
		const resume = notes();
		const { cid } = await stopHalfWay(connectStore(config), resume, discard);
		expect(await unfinished(connectStore(config), cid)).toEqual([]);
		expect(resume.state).toBe(null);
	});

	test('with notes is listed as unfinished, and can be taken back from there', async () => {
		const store = connectStore(config);
		const { cid } = await stopHalfWay(store, notes());
		const [upload] = await unfinished(store, cid);
		expect(upload?.startedAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
		await store.abortUnfinished?.(upload!);
		expect(await unfinished(store, cid)).toEqual([]);
		await expect(store.abortUnfinished?.(upload!)).resolves.toBeUndefined();
	});

	test('is begun anew when the server no longer knows it', async () => {
		const resume = notes();
		const store = connectStore(config);
		const { cid, content } = await stopHalfWay(store, resume);
		for (const upload of await unfinished(store, cid)) await store.abortUnfinished?.(upload);
		proxy.requests.length = 0;
		await store.put(cid, content, { resume });
		expect(parts()).toHaveLength(6);
		expect(same(await store.readRange(cid, 0, size), content)).toBe(true);
	});

	test('sends a part again whose tag is not the one that was noted', async () => {
		const resume = notes();
		const store = connectStore(config);
		const { cid, content } = await stopHalfWay(store, resume);
		const state = resume.state as { tags: [number, string][] };
		const kept = state.tags.length;
		state.tags[0]![1] = '"00000000000000000000000000000000"';
		proxy.requests.length = 0;
		await store.put(cid, content, { resume });
		expect(parts()).toHaveLength(6 - kept + 1);
		expect(same(await store.readRange(cid, 0, size), content)).toBe(true);
	});

	test.each<[string, unknown]>([
		['text', 'hello'],
		['no upload', { id: '', partBytes: 8 * mebibyte, size, tags: [] }],
		['parts of another length', { id: 'x', partBytes: 5 * mebibyte, size, tags: [] }],
		['an object of another size', { id: 'x', partBytes: 8 * mebibyte, size: 1, tags: [] }],
		['a part that is none', { id: 'x', partBytes: 8 * mebibyte, size, tags: [[0, 'a']] }],
	])('begins anew with notes that make no sense: %s', async (_, state) => {
		const resume = { ...notes(), state };
		const { cid, content } = await fresh(9 * mebibyte);
		await connectStore(config).put(cid, content, { resume });
		expect(same(await connectStore(config).readRange(cid, 0, content.length), content)).toBe(true);
	});

	test('stops, and keeps what it noted, when the server cannot be asked what it has', async () => {
		const resume = notes();
		const { cid, content } = await stopHalfWay(connectStore(config), resume);
		const noted = structuredClone(resume.state);
		proxy.fault = () => 'hang-up';
		await expect(connectStore(config).put(cid, content, { resume })).rejects.toMatchObject(
			refusal('storage.unreachable'),
		);
		expect(resume.state).toEqual(noted);
	});
});

describe('an upload of blocks', () => {
	let node: FaultyServer;
	let store: Store;
	const uploads = () => node.requests.filter((line) => line === 'POST /upload');
	beforeEach(async () => {
		const real = local.clouds.configs[0];
		node = await faultyServer(new URL(real.gateway).origin);
		store = connectStore({ ...real, gateway: `${node.url}/ipfs/`, uploadUrl: `${node.url}/upload` });
	});
	afterEach(() => node.stop());

	test('goes on where it stopped: batches that went are not sent again', async () => {
		const resume = notes();
		const { cid, content } = await stopHalfWay(store, resume);
		const { sent } = resume.state as { sent: number[] };
		expect(sent.length).toBeGreaterThanOrEqual(2);
		node.requests.length = 0;
		await store.put(cid, content, { resume });
		expect(uploads()).toHaveLength(6 - sent.length + 1);
		expect(same(await store.readRange(cid, 0, size), content)).toBe(true);
		expect(resume.state).toBe(null);
	});

	test('sends a batch again that the node has forgotten', async () => {
		const resume = notes();
		const { cid, content } = await stopHalfWay(store, resume);
		const { sent } = resume.state as { sent: number[] };
		const { cid: last } = (await treeOf(content)).leaves[8 * (sent[0]! + 1) - 1]!;
		await store.remove(last);
		node.requests.length = 0;
		await store.put(cid, content, { resume });
		expect(uploads()).toHaveLength(6 - sent.length + 2);
		expect(same(await store.readRange(cid, 0, size), content)).toBe(true);
	});

	test('forgets its notes when the person cancelled for good', async () => {
		const resume = notes();
		await stopHalfWay(store, resume, discard);
		expect(resume.state).toBe(null);
	});

	test.each([null, 'hello', { batchLeaves: 8, sent: [999, -1] }, { batchLeaves: 3, sent: [0] }])(
		'sends everything with notes that make no sense: %j',
		async (state) => {
			const resume = { ...notes(), state };
			const { cid, content } = await fresh(9 * mebibyte);
			await store.put(cid, content, { resume });
			expect(uploads()).toHaveLength(3);
			expect(same(await store.readRange(cid, 0, content.length), content)).toBe(true);
		},
	);
});

describe('a part of a block', () => {
	test('costs what it is long, from a gateway that answers ranges, and is right from one that does not', async () => {
		const real = local.clouds.configs[0];
		const { cid, content } = await fresh(3 * mebibyte);
		await connectStore(real).put(cid, content);
		for (const deaf of [false, true]) {
			const node = await faultyServer(new URL(real.gateway).origin);
			node.fault = (request) => {
				if (deaf) delete request.headers.range;
				return null;
			};
			const store = connectStore({ ...real, gateway: `${node.url}/ipfs/` });
			const [start, end] = [mebibyte + 7, mebibyte + 519];
			expect(await store.readRange(cid, start, end)).toEqual(content.slice(start, end));
			expect(node.bytesGiven < 5000).toBe(!deaf);
			await node.stop();
		}
	});
});

describe('a presigned link', () => {
	test('is read by anyone, in part too, and by nobody once it is changed', async () => {
		const { cid, content } = await fresh(1000);
		const store = connectStore(config);
		await store.put(cid, content);
		const link = (await store.presign?.(cid, 60)) ?? '';
		expect(new Uint8Array(await (await fetch(link)).arrayBuffer())).toEqual(content);
		const range = await fetch(link, { headers: { range: 'bytes=10-19' } });
		expect(new Uint8Array(await range.arrayBuffer())).toEqual(content.slice(10, 20));
		expect((await fetch(link.replace(/Signature=..../, 'Signature=0000'))).status).toBe(403);
	});

	test.each([0, -1, 1.5, 604_801, Number.NaN])('never lasts %d seconds', async (seconds) => {
		const { cid } = await fresh(10);
		await expect(connectStore(config).presign?.(cid, seconds)).rejects.toMatchObject(refusal('records.invalid-input'));
	});
});
