import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createWalletClient, custom, http } from 'viem';
import { plainChunkBytes } from '#lib/crypto/stream.ts';
import { chainOf } from '#lib/chain/index.ts';
import * as r from '#lib/records/index.ts';
import type { Deps } from '#lib/records/index.ts';
import { noteLeftovers } from '#lib/records/leftovers.ts';
import { readPending } from '#lib/records/pending.ts';
import { cidOf, connectStore, discard } from '#lib/storage/index.ts';
import { addressOf, fileOf, startWorld, type World } from './world.ts';

const mebibyte = 1024 * 1024;
let world: World;
let patient: Deps;
beforeAll(async () => {
	world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
	patient = await world.patient('Lina Haddad');
});

const choice = { category: 'labs', clinicalDate: '2026-11-20', policy: { who: 'allowed', category: 'labs' } } as const;
const save = (file: File, options?: r.SaveOptions) =>
	r.saveDocument(patient, { ...choice, file, title: 'A title' }, options);
const own = () => r.listRecords(patient, { patient: addressOf(patient) });
const open = (recordId: r.Hash) => r.openPart(patient, { patient: addressOf(patient), recordId, index: 0 });

function pattern(length: number): Uint8Array {
	return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
}

describe('a file', () => {
	test.each([0, 1, plainChunkBytes, mebibyte, mebibyte + 1])('of %i bytes comes back byte for byte', async (size) => {
		const bytes = pattern(size);
		const { recordId, rest } = await save(fileOf(bytes, 'file.bin'));
		expect((await rest).saved).toHaveLength(3);
		const { blob, label, problems } = await open(recordId);
		expect(Buffer.compare(new Uint8Array(await blob.arrayBuffer()), bytes)).toBe(0);
		expect(label.size).toBe(size);
		expect(problems).toEqual([]);
	});

	test.each([
		['300 characters', `${'n'.repeat(296)}.pdf`],
		['emoji', '🫀 heart 👩🏽‍⚕️.txt'],
		['Arabic', 'نتائج تحليل الدم.pdf'],
		['no name', ''],
	])('keeps a name of %s', async (_, name) => {
		const { recordId } = await save(fileOf('text', name));
		const [record] = await own();
		expect(record).toMatchObject({ id: recordId, integrity: 'signed' });
		expect(record?.parts[0]?.label?.fileName).toBe(name || 'document');
	});

	test('is kept as the person chose: half on each of three clouds, on chain once all three have it', async () => {
		const bytes = pattern(100_000);
		const document = {
			...choice,
			title: 'Halves',
			file: fileOf(bytes, 'h.bin'),
			keeping: { need: 2, all: true } as const,
		};
		await world.cloudServers.turnOff('s3-b');
		await expect(r.saveDocument(patient, document)).rejects.toMatchObject({
			code: 'storage.too-few',
			details: { saved: 2, needed: 3 },
		});
		expect(await own()).toEqual([]);
		await world.cloudServers.turnOn('s3-b');
		const { recordId, saved } = await r.saveDocument(patient, document);
		expect(saved).toHaveLength(3);
		const [holding] = await r.listHoldings(patient, { patient: addressOf(patient) });
		expect(holding?.parts[0]).toMatchObject({ k: 2, n: 3 });
		await world.cloudServers.turnOff('s3-b');
		const { blob } = await open(recordId);
		expect(Buffer.compare(new Uint8Array(await blob.arrayBuffer()), bytes)).toBe(0);
		await world.cloudServers.turnOn('s3-b');
	});

	test('that cannot be read any more is refused before anything is saved', async () => {
		const gone = fileOf('text', 'gone.txt');
		gone.slice = () => {
			throw new DOMException('gone', 'NotFoundError');
		};
		await expect(save(gone)).rejects.toMatchObject({ code: 'records.invalid-input' });
		expect(await own()).toEqual([]);
	});

	test.each([
		['title', { title: '  ' }],
		['clinicalDate', { clinicalDate: 'yesterday' }],
		['category', { category: 'gossip' }],
		['policy.who', { policy: { who: 'everyone' } }],
		['keeping.need', { keeping: { need: 4, all: false } }],
	])('with a wrong %s is refused', async (field, wrong) => {
		const document = { ...choice, title: 'A title', file: fileOf('x', 'x'), ...wrong } as r.NewDocument;
		await expect(r.saveDocument(patient, document)).rejects.toMatchObject({
			code: 'records.invalid-input',
			details: { field },
		});
	});
});

describe('what the clouds hold', () => {
	test('has neither the bytes, nor the name, nor the title, nor the patient', async () => {
		const secret = 'potassium 4.1 and creatinine 88, as on the last visit in June';
		await r.saveDocument(patient, { ...choice, file: fileOf(secret, 'kidney-results.txt'), title: 'Kidney results' });
		const names = await readdir(world.dataDir, { recursive: true, withFileTypes: true });
		const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
		expect(files.length).toBeGreaterThan(10);
		// Long enough that no sealed megabytes have them by chance.
		const words = [secret.slice(0, 12), 'kidney-results', 'Kidney results', 'Lina Haddad', 'text/plain'];
		for (const path of files) {
			const bytes = await readFile(path);
			for (const word of words) {
				expect(bytes.includes(word) || path.includes(word), `${word} in ${path}`).toBe(false);
			}
		}
	});
});

describe('when clouds are down', () => {
	test('one: two copies are saved, it is said so, and the third is saved later', async () => {
		const [, , down] = world.clouds;
		await world.cloudServers.turnOff('s3-b');
		const { recordId, rest } = await save(fileOf(pattern(2 * mebibyte), 'big.bin'));
		const { saved, failed } = await rest;
		expect(saved).toHaveLength(2);
		expect(failed).toEqual([{ store: down.publicBase, code: 'storage.unreachable' }]);
		expect(await r.listPending(patient)).toEqual([{ recordId, missing: [down.publicBase] }]);
		expect((await own())[0]?.pending).toEqual([down.publicBase]);
		expect((await open(recordId)).blob.size).toBe(2 * mebibyte);
		const early = await r.retrySaving(patient);
		expect(early.repaired).toBe(0);

		await world.cloudServers.turnOn('s3-b');
		const later = await r.retrySaving(patient);
		expect(later).toEqual({ repaired: early.left, left: 0 });
		expect(await r.listPending(patient)).toEqual([]);

		// The third cloud alone now has all that it takes: also for someone who remembers nothing.
		await Promise.all([world.cloudServers.turnOff('ipfs'), world.cloudServers.turnOff('s3-a')]);
		const fresh = { ...r.withIdentity(patient, patient.identity as r.Identity), cache: r.memoryCache() };
		const { sources } = await r.openPart(fresh, { patient: addressOf(patient), recordId, index: 0 });
		expect(sources).toEqual([down.publicBase]);
		await Promise.all([world.cloudServers.turnOn('ipfs'), world.cloudServers.turnOn('s3-a')]);
	});

	test('all: nothing is on chain, the wallet is not asked, and it can be tried again', async () => {
		await Promise.all((['ipfs', 's3-a', 's3-b'] as const).map((name) => world.cloudServers.turnOff(name)));
		const stages = new Set<string>();
		const attempt = save(fileOf('text', 'a.txt'), { onProgress: ({ stage }) => stages.add(stage) });
		await expect(attempt).rejects.toMatchObject({ code: 'storage.none-saved' });
		expect(stages).not.toContain('waiting-for-wallet');
		expect(await r.readLog(patient, { account: addressOf(patient), kinds: ['record-added'] })).toEqual([]);
		await Promise.all((['ipfs', 's3-a', 's3-b'] as const).map((name) => world.cloudServers.turnOn(name)));
		await save(fileOf('text', 'a.txt'));
		expect(await own()).toHaveLength(1);
	});
});

describe('when it is broken off', () => {
	test.each(['sealing', 'saving'] as const)('while %s: nothing is on chain', async (stage) => {
		const before = await pieceNames();
		const stop = new AbortController();
		const onProgress = (progress: r.SaveProgress) => {
			if (progress.stage === stage) stop.abort(discard);
		};
		const attempt = save(fileOf(pattern(4 * mebibyte), 'a.bin'), { signal: stop.signal, onProgress });
		await expect(attempt).rejects.toMatchObject({ code: 'general.cancelled' });
		expect(await own()).toEqual([]);
		expect(await pieceNames()).toEqual(before);
	});

	test('by the wallet: nothing is on chain, and nothing is left to be saved again', async () => {
		const rejecting = createWalletClient({
			account: addressOf(patient),
			chain: chainOf(world.chain),
			transport: custom({
				request: async ({ method, params }: { method: string; params: never }) => {
					if (method === 'eth_sendTransaction') throw Object.assign(new Error('User rejected'), { code: 4001 });
					return http(world.chain.rpcUrls[0])({}).request({ method, params });
				},
			}),
		});
		const before = await pieceNames();
		const attempt = r.saveDocument(
			{ ...patient, wallet: rejecting },
			{ ...choice, file: fileOf('x', 'x'), title: 'x' },
		);
		await expect(attempt).rejects.toMatchObject({ code: 'wallet.rejected' });
		expect(await own()).toEqual([]);
		expect(await r.listPending(patient)).toEqual([]);
		expect((await readPending(patient)).leftovers).toEqual([]);
		expect(await pieceNames()).toEqual(before);
	});

	test('after it was handed over: whoever has it may still execute it, so the clouds keep what it names', async () => {
		const before = await pieceNames();
		const stop = new AbortController();
		const attempt = save(fileOf('handed over', 'a.txt'), { signal: stop.signal, handOver: () => stop.abort() });
		await expect(attempt).rejects.toMatchObject({ code: 'general.cancelled' });
		expect((await pieceNames()).length).toBeGreaterThan(before.length);
		expect((await readPending(patient)).leftovers).toEqual([]);
	});

	test('by a chain that does not answer: a clear error', async () => {
		const nowhere = { ...world.chain, rpcUrls: ['http://127.0.0.1:9'] };
		const { wallet, account, identity, engine } = patient;
		const lost = r.makeDeps({ chain: nowhere, engine, cache: r.memoryCache(), wallet, account, identity });
		await expect(r.listRecords(lost, { patient: addressOf(patient) })).rejects.toMatchObject({
			code: 'chain.unreachable',
		});
		await expect(r.readLog(lost)).rejects.toMatchObject({ code: 'chain.unreachable' });
	});

	test('no keyring, no wallet, no clouds: refused with its own code each', async () => {
		const document = { ...choice, file: fileOf('x', 'x'), title: 'x' };
		await expect(r.saveDocument({ ...patient, identity: null }, document)).rejects.toMatchObject({
			code: 'wallet.locked',
		});
		await expect(r.saveDocument({ ...patient, wallet: null }, document)).rejects.toMatchObject({ code: 'wallet.none' });
		await expect(r.saveDocument({ ...patient, configs: [] }, document)).rejects.toMatchObject({
			code: 'storage.no-clouds',
		});
	});
});

describe('the last cloud', () => {
	test('takes its piece after the record is on chain; what it lacks is noted until then', async () => {
		const [, , late] = world.clouds;
		let open = () => {};
		const gate = new Promise<void>((resolve) => (open = resolve));
		const real = globalThis.fetch;
		vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
			const url = input instanceof Request ? input.url : String(input);
			const method = input instanceof Request ? input.method : (init?.method ?? 'GET');
			// Pieces alone: a header is dag-cbor, and is waited for.
			if (method === 'PUT' && url.startsWith(late.publicBase) && !url.includes('/bafyrei')) await gate;
			return real(input, init);
		});
		try {
			const lines: r.SaveProgress[] = [];
			const file = fileOf(pattern(2 * mebibyte), 'late.bin');
			const result = await save(file, { onProgress: (progress) => lines.push(progress) });
			expect(result.saved).toHaveLength(2);
			expect(result.failed).toEqual([]);
			expect(await r.listPending(patient)).toEqual([{ recordId: result.recordId, missing: [late.publicBase] }]);
			expect((await own()).map(({ id }) => id)).toEqual([result.recordId]);
			open();
			expect((await result.rest).saved).toHaveLength(3);
			await vi.waitFor(async () => expect(await r.listPending(patient)).toEqual([]));
			expect(lines.at(-1)).toMatchObject({ stage: 'saved' });
			expect(lines.at(-1)?.clouds.map(({ state }) => state)).toEqual(['saved', 'saved', 'saved']);
			const stages = lines.map(({ stage }) => stage).filter((stage, i, all) => stage !== all[i - 1]);
			expect(stages).toEqual(['reading', 'sealing', 'saving', 'waiting-for-wallet', 'confirming', 'saved']);
		} finally {
			vi.unstubAllGlobals();
		}
	});
});

describe('what a cloud did not take away', () => {
	const leftover = async (bytes: Uint8Array) => {
		const [, store] = world.clouds.map(connectStore);
		const cid = await cidOf(bytes);
		await store!.put(cid, bytes);
		return { store: store!, cid };
	};

	test('is taken away later, with what a cloud lacks', async () => {
		const { store, cid } = await leftover(pattern(100));
		await noteLeftovers(patient, [{ store: store.name, cid }]);
		await world.cloudServers.turnOff('s3-a');
		await r.retrySaving(patient);
		expect((await readPending(patient)).leftovers).toHaveLength(1);
		await world.cloudServers.turnOn('s3-a');
		await r.retrySaving(patient);
		expect((await readPending(patient)).leftovers).toEqual([]);
		expect(await store.stat(cid)).toBe(null);
	});

	test('is not noted for a cloud that never removes, nor for one that is not used', async () => {
		const cid = await cidOf(pattern(3));
		await noteLeftovers(patient, [{ store: 'https://elsewhere.example/', cid }]);
		expect((await readPending(patient)).leftovers).toEqual([]);
	});

	test('two at once are both noted, and stay when the browser is told to forget', async () => {
		const [one, two] = await Promise.all([leftover(pattern(10)), leftover(pattern(11))]);
		await Promise.all([one, two].map(({ store, cid }) => noteLeftovers(patient, [{ store: store.name, cid }])));
		await r.forgetPrivate(patient);
		expect((await readPending(patient)).leftovers.map(({ cid }) => String(cid)).toSorted()).toEqual(
			[one, two].map(({ cid }) => String(cid)).toSorted(),
		);
	});
});

describe('locks', () => {
	test('one lock serves all that an author seals under one policy, also after the browser forgot it', async () => {
		await Promise.all([save(fileOf('1', '1')), save(fileOf('2', '2'))]);
		const forgetful = { ...r.withIdentity(patient, patient.identity as r.Identity), cache: r.memoryCache() };
		await r.saveDocument(forgetful, { ...choice, file: fileOf('3', '3'), title: '3' });
		const lockCount = await countLocks(patient);
		expect(lockCount).toBe(1);
		await r.saveDocument(patient, { ...choice, file: fileOf('4', '4'), title: '4', policy: { who: 'only-me' } });
		expect(await countLocks(patient)).toBe(2);
	});

	test('a patient who changed the locks in mid-upload: sealed again under the new ones, with one question to the wallet', async () => {
		const doctor = await world.person('Dr Omar');
		const grant = {
			grantee: addressOf(doctor),
			scope: ['labs' as const],
			expiresAt: Date.now() + 86_400_000,
			shareName: false,
		};
		await r.grantAccess(patient, grant);
		let asked = 0;
		const onProgress = ({ stage }: r.SaveProgress) => {
			if (stage === 'confirming') asked += 1;
		};
		// The first wallet question comes only after the epoch has moved.
		const other = r.withIdentity(patient, patient.identity as r.Identity);
		const moving = movingEpoch(patient, () => r.revokeAccess(other, { grantee: addressOf(doctor) }));
		const { recordId } = await r.saveDocument(
			moving,
			{ ...choice, file: fileOf('x', 'x'), title: 'x' },
			{ onProgress },
		);
		expect(asked).toBe(1);
		const [record] = await own();
		expect(record).toMatchObject({ id: recordId, integrity: 'signed' });
		expect(record?.parts[0]?.policy).toContain('consent.labs#1@');
	});
});

/** Names of all that lies on the two S3 clouds, but for small objects (dag-cbor), which may stay. */
async function pieceNames(): Promise<string[]> {
	const folders = ['s3-a', 's3-b'].map((name) => readdir(join(world.dataDir, name, 'amana')));
	const names = (await Promise.all(folders)).flat().filter((name) => name.startsWith('baf'));
	return names.filter((name) => !name.startsWith('bafyrei')).toSorted();
}

async function countLocks(deps: Deps): Promise<number> {
	const { findHeader } = await import('#lib/records/headers.ts');
	const { recordEvents } = await import('#lib/records/record-events.ts');
	const headers = await Promise.all(
		(await recordEvents(deps, addressOf(deps))).map((event) => findHeader(deps, event)),
	);
	return new Set(headers.flatMap(({ parts }) => parts.map(({ lock }) => lock.toString()))).size;
}

/** The same session, whose lock is made, and then the epoch moves before its transaction. */
function movingEpoch(deps: Deps, move: () => Promise<unknown>): Deps {
	let moved = false;
	const { engine } = deps;
	return {
		...deps,
		engine: {
			...engine,
			async encapsulate(order) {
				const made = await engine.encapsulate(order);
				if (!moved) {
					moved = true;
					await move();
				}
				return made;
			},
		},
	};
}
