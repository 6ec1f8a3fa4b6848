import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { auditPiece, challenge, type AuditedPiece } from '#lib/audit/index.ts';
import { auditOf, leafCount } from '#lib/audit/tree/index.ts';
import { toHex } from '#lib/bytes.ts';
import { cidOf, connectStore, memory, publicStore, type Store } from '#lib/storage/index.ts';
import { refusal } from '../crypto/refusal.ts';
import { runs } from '../slow.ts';
import { failing, flipped, lying } from '../storage/bad-store.ts';
import { localClouds } from '../storage/clouds.ts';
import { faultyServer, type FaultyServer } from '../storage/faulty-server.ts';
import { bytes, mebibyte } from '../storage/samples.ts';

const seed = new Uint8Array(32).fill(7);

interface Kept extends AuditedPiece {
	content: Uint8Array<ArrayBuffer>;
	hashes: Uint8Array<ArrayBuffer>;
}

/** A piece and what lies beside it. */
async function kept(size: number, of = 1): Promise<Kept> {
	const content = bytes(size, of);
	const { root: audit, proofs: hashes } = await auditOf(content);
	return { cid: await cidOf(content), proofs: await cidOf(hashes), audit, size, content, hashes };
}

async function keepAt(store: Store, piece: Kept): Promise<Store> {
	await store.put(piece.cid, piece.content);
	await store.put(piece.proofs, piece.hashes);
	return store;
}

/** Larger than one level of proofs reaches. */
let large: Kept;
let small: Kept;
beforeAll(async () => {
	large = await kept(9 * mebibyte + 700);
	small = await kept(3000);
});

describe('an audit of a piece', () => {
	test('that is there passes, says how sure it is, and reads little of it', async () => {
		const store = await keepAt(memory(), large);
		const progress: number[] = [];
		const report = await auditPiece(large, { store, seed, onProgress: ({ done }) => progress.push(done) });
		expect(report).toMatchObject({
			store: 'memory:memory',
			cid: String(large.cid),
			outcome: 'passed',
			samples: 460,
			passed: 460,
			failed: [],
			missing: 0.01,
			error: null,
			seed: toHex(seed),
		});
		expect(report.certainty).toBeGreaterThan(0.99);
		expect(report.bytes).toBeLessThan(0.1 * large.size);
		expect(progress[0]).toBe(0);
		expect(progress.at(-1)).toBe(460);
	});

	test('of any size that is there passes, and asks for no more leaves than it has', async () => {
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 1, max: 60_000 }), async (size) => {
				const piece = await kept(size);
				const report = await auditPiece(piece, { store: await keepAt(memory(), piece), samples: 30 });
				expect(report).toMatchObject({ outcome: 'passed', samples: Math.min(30, leafCount(size)), error: null });
			}),
			runs(20, 300),
		);
	});

	test('finds any byte that is wrong in a leaf that it asks for, and names the leaf', async () => {
		const store = await keepAt(memory(), large);
		const asked = challenge(seed, leafCount(large.size), 100);
		await fc.assert(
			fc.asyncProperty(fc.constantFrom(...asked), fc.nat(1023), async (leaf, at) => {
				const place = Math.min(leaf * 1024 + at, large.size - 1);
				const liar = lying(store, (read, cid, start) =>
					cid.equals(large.cid) && start <= place && place < start + read.length ? flipped(read, place - start) : read,
				);
				const report = await auditPiece(large, { store: liar, seed, samples: 100 });
				expect(report).toMatchObject({ outcome: 'failed', failed: [leaf], passed: 99, error: 'storage.corrupt' });
				expect(report.certainty).toBe(0);
			}),
			runs(20, 200),
		);
	});

	test('finds a loss of one leaf in a hundred, twelve times of twelve', async () => {
		const store = await keepAt(memory(), large);
		for (let round = 0; round < 12; round++) {
			const lost = (leaf: number) => (leaf * 7919) % 100 === round;
			const lossy = lying(store, (read, cid, start) => {
				if (!cid.equals(large.cid)) return read;
				for (let i = 0; i < read.length; i += 1024) if (lost((start + i) / 1024)) read.fill(0, i, i + 1024);
				return read;
			});
			const report = await auditPiece(large, { store: lossy, seed: new Uint8Array(32).fill(round) });
			expect(report.outcome).toBe('failed');
			expect(report.failed.every(lost)).toBe(true);
		}
	});

	test('fails where the piece is not there, or ends too soon', async () => {
		const store = memory();
		await store.put(small.proofs, small.hashes);
		expect(await auditPiece(small, { store, seed })).toMatchObject({
			outcome: 'failed',
			failed: [0, 1, 2],
			error: 'storage.not-found',
		});
		await store.put(small.cid, small.content.slice(0, 2500));
		expect(await auditPiece(small, { store, seed })).toMatchObject({
			outcome: 'failed',
			failed: [2],
			passed: 2,
			error: 'storage.corrupt',
		});
	});

	test('fails where what proves the piece is missing, of another piece, or altered at any level', async () => {
		const store = memory();
		await store.put(large.cid, large.content);
		const gone = await auditPiece(large, { store, seed, samples: 20 });
		expect(gone).toMatchObject({ outcome: 'failed', passed: 0, error: 'storage.not-found' });
		const other = await kept(large.size, 2);
		await store.put(large.proofs, other.hashes);
		const swapped = await auditPiece(large, { store, seed, samples: 20 });
		expect(swapped).toMatchObject({ outcome: 'failed', passed: 0, error: 'storage.corrupt' });
		const [first] = challenge(seed, leafCount(large.size), 20);
		const lower = large.hashes.slice();
		lower[lower.length - 32 * (leafCount(large.size) - first!)]! ^= 1;
		await store.put(large.proofs, lower);
		const altered = await auditPiece(large, { store, seed, samples: 20 });
		expect(altered).toMatchObject({ outcome: 'failed', error: 'storage.corrupt' });
		expect(altered.failed).toContain(first);
		await store.put(large.proofs, flipped(large.hashes, 3));
		expect(await auditPiece(large, { store, seed, samples: 20 })).toMatchObject({ outcome: 'failed', passed: 0 });
	});

	test.each(['storage.unreachable', 'storage.unauthorised', 'storage.busy'] as const)(
		'says nothing of a cloud that answers %s, and leaves it alone soon',
		async (code) => {
			const store = failing('c', code);
			const read = vi.spyOn(store, 'readRange');
			const report = await auditPiece(large, { store, seed });
			expect(report).toMatchObject({ outcome: 'unanswered', passed: 0, failed: [], error: code, certainty: 0 });
			expect(read.mock.calls.length).toBeLessThan(10);
		},
	);

	test('ends when it is cancelled', async () => {
		const store = await keepAt(memory(), large);
		const stop = new AbortController();
		const audit = auditPiece(large, { store, signal: stop.signal, onProgress: () => stop.abort() });
		await expect(audit).rejects.toThrow(refusal('general.cancelled'));
	});

	test('of a URL that is none, or with a seed that is none, is refused', async () => {
		await expect(auditPiece(small, { url: 'ftp://a/' })).rejects.toThrow(refusal('storage.invalid-cloud'));
		const odd = auditPiece(small, { store: memory(), seed: new Uint8Array(5) });
		await expect(odd).rejects.toThrow(refusal('records.invalid-input'));
	});
});

describe('over HTTP', () => {
	const local = localClouds();
	let faulty: FaultyServer;
	let url: string;

	beforeAll(async () => {
		const [ipfs, s3] = local.clouds.configs;
		for (const config of [ipfs, s3]) await keepAt(connectStore(config), large);
		const { origin, pathname } = new URL(s3.publicBase);
		faulty = await faultyServer(origin);
		url = `${faulty.url}${pathname}`;
	});
	afterAll(() => faulty.stop());
	beforeEach(() => {
		faulty.fault = () => null;
		faulty.requests.length = 0;
		faulty.bytesGiven = 0;
	});

	test('an S3 server passes, and the bytes are counted', async () => {
		const report = await auditPiece(large, { url, seed, samples: 60 });
		expect(report).toMatchObject({ store: url, outcome: 'passed', passed: 60 });
		expect(report.bytes).toBe(faulty.bytesGiven);
	});

	test('an IPFS gateway passes', async () => {
		const report = await auditPiece(large, { url: local.clouds.configs[0].gateway, seed, samples: 30 });
		expect(report).toMatchObject({ outcome: 'passed', passed: 30 });
	});

	test('a server that lies in every answer fails in every sample', async () => {
		faulty.fault = ({ url: path }) => (path?.includes(String(large.cid)) ? 'lie' : null);
		const report = await auditPiece(large, { url, seed, samples: 20 });
		expect(report).toMatchObject({ outcome: 'failed', passed: 0, error: 'storage.corrupt' });
		expect(report.failed).toHaveLength(20);
	});

	test('a server that sends everything whatever is asked is not asked for long', async () => {
		faulty.fault = ({ url: path }) => (path?.includes(String(large.cid)) ? 'whole' : null);
		const report = await auditPiece(large, { url, seed, samples: 60 });
		expect(report).toMatchObject({ outcome: 'unanswered', failed: [], error: 'storage.invalid-cloud' });
		expect(faulty.requests.filter((line) => line.includes(String(large.cid))).length).toBeLessThan(14);
	});

	test.each(['truncate', 'shorten', 'hang-up'] as const)('a server that does this says nothing: %s', async (fault) => {
		faulty.fault = ({ url: path }) => (path?.includes(String(large.cid)) ? fault : null);
		const report = await auditPiece(large, { url, seed, samples: 20 });
		expect(report).toMatchObject({ outcome: 'unanswered', passed: 0, error: 'storage.unreachable' });
		expect(faulty.requests.length).toBeLessThan(60);
	});

	test('a server that throttles for ever says nothing; one that does so now and then passes', async () => {
		faulty.fault = () => ({ status: 503, headers: { 'retry-after': '0' } });
		expect(await auditPiece(large, { url, seed, samples: 20 })).toMatchObject({
			outcome: 'unanswered',
			error: 'storage.busy',
		});
		faulty.fault = (_, count) => (count % 5 === 0 ? { status: 503, headers: { 'retry-after': '0' } } : null);
		expect(await auditPiece(large, { url, seed, samples: 20 })).toMatchObject({ outcome: 'passed', passed: 20 });
	});

	test('a server that stalls is given up after a while', async () => {
		vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
			const stop = new AbortController();
			setTimeout(() => stop.abort(new DOMException('', 'TimeoutError')), ms / 50);
			return stop.signal;
		});
		faulty.fault = (_, count) => (count > 4 ? 'stall' : null);
		const report = await auditPiece(large, { url, seed, samples: 40 });
		vi.restoreAllMocks();
		expect(report).toMatchObject({ outcome: 'unanswered', failed: [], error: 'storage.stalled' });
		expect(faulty.requests.length).toBeLessThan(30);
	});

	test('a server that has nothing fails', async () => {
		const other = await kept(2000, 9);
		const report = await auditPiece(other, { store: publicStore(url), seed });
		expect(report).toMatchObject({ outcome: 'failed', failed: [0, 1], error: 'storage.not-found' });
	});
});
