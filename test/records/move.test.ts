import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as r from '#lib/records/index.ts';
import { connectStore } from '#lib/storage/index.ts';
import { addressOf, day, fileOf, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
afterAll(() => world.stop());

const label = { title: 'Scan', category: 'imaging', clinicalDate: '2026-11-20', policy: { who: 'only-me' } } as const;

/** A patient with one document, a piece of it on each cloud. */
async function patientWithScan() {
	const patient = await world.patient('Lina Haddad');
	const file = fileOf(crypto.getRandomValues(new Uint8Array(60_000)), 'scan.bin');
	const { recordId } = await r.saveDocument(patient, { file, ...label });
	return { patient, recordId, address: addressOf(patient), file };
}

async function holdingsOf(patient: r.Deps): Promise<r.Holding[]> {
	return r.listHoldings(patient, { patient: addressOf(patient) });
}

/** Which of the pieces of these records a store has. */
async function has(config: r.StoreConfig, holdings: readonly r.Holding[]): Promise<boolean[]> {
	const pieces = holdings.flatMap(({ parts }) => parts.flatMap((part) => part.pieces));
	return Promise.all(pieces.map(async ({ cid }) => (await connectStore(config).stat(cid)) !== null));
}

describe('moving from one cloud to another', () => {
	test('takes all pieces over, removes the old ones, and the record opens from the new place', async () => {
		const { patient, recordId, address, file } = await patientWithScan();
		const [, from, to] = world.clouds;
		const before = await holdingsOf(patient);
		expect(await has(from, before)).toEqual([false, true, false]);
		const steps: number[] = [];
		const moved = await r.moveCloud(
			patient,
			{ holdings: before, from: r.nameOf(from), to: r.nameOf(to) },
			{ onProgress: ({ done, total }) => steps.push(done / total) },
		);
		expect(moved).toMatchObject({ kept: 0, failed: [] });
		expect(moved.bytes).toBeGreaterThan(60_000);
		expect(steps.at(-1)).toBe(1);
		expect(await has(from, before)).toEqual([false, false, false]);
		expect(await has(to, before)).toEqual([false, true, true]);
		const places = (await holdingsOf(patient)).flatMap(({ parts }) => parts.flatMap((part) => part.pieces));
		expect(places.map(({ store }) => store).filter((store) => store === r.nameOf(from))).toEqual([]);
		const only = { ...patient, configs: [to] };
		const opened = await r.openPart(only, { patient: address, recordId, index: 0 });
		expect(new Uint8Array(await opened.blob.arrayBuffer())).toEqual(new Uint8Array(await file.arrayBuffer()));
	});

	test('begun again sends nothing twice', async () => {
		const { patient } = await patientWithScan();
		const [, from, to] = world.clouds;
		const order = { holdings: await holdingsOf(patient), from: r.nameOf(from), to: r.nameOf(to) };
		await r.moveCloud(patient, order);
		expect(await r.moveCloud(patient, order)).toMatchObject({ bytes: 0, failed: [] });
	});

	test('removes nothing where one object could not be brought over', async () => {
		const { patient } = await patientWithScan();
		const [, from, to] = world.clouds;
		const holdings = await holdingsOf(patient);
		const piece = holdings[0]!.parts[0]!.pieces[1]!;
		await connectStore(from).remove(piece.cid);
		const moved = await r.moveCloud(patient, { holdings, from: r.nameOf(from), to: r.nameOf(to) });
		expect(moved).toMatchObject({ removed: 0, kept: 0, failed: [{ code: 'storage.not-found' }] });
		expect(await connectStore(from).stat(holdings[0]!.blocks[0]!)).not.toBeNull();
	});

	test('removes nothing where it is not known what a record has there', async () => {
		const { patient } = await patientWithScan();
		const [, from, to] = world.clouds;
		const [holding] = await holdingsOf(patient);
		const recordId = `0x${'5'.repeat(64)}` as const;
		const way = { from: r.nameOf(from), to: r.nameOf(to) };
		const unread = { ...holding!, recordId, parts: [], blocks: [], problem: 'storage.not-found' as const };
		const moved = await r.moveCloud(patient, { holdings: [holding!, unread], ...way });
		expect(moved).toMatchObject({ removed: 0, kept: 0, failed: [{ recordId, code: 'storage.not-found' }] });
		expect(await has(to, [holding!])).toEqual([false, true, true]);
		// What was written there is no record, and never has anything to move.
		const none = { ...unread, problem: 'records.invalid-header' as const };
		expect(await r.moveCloud(patient, { holdings: [holding!, none], ...way })).toMatchObject({ failed: [] });
		expect(await has(from, [holding!])).toEqual([false, false, false]);
	});

	test('is refused between a cloud and itself, and where it is not one of the account’s', async () => {
		const { patient } = await patientWithScan();
		const [ipfs] = world.clouds;
		const holdings = await holdingsOf(patient);
		const refused = { name: 'AppError', code: 'storage.no-clouds' };
		const name = r.nameOf(ipfs);
		await expect(r.moveCloud(patient, { holdings, from: name, to: name })).rejects.toMatchObject(refused);
		const elsewhere = { holdings, from: name, to: 'https://elsewhere.example/' };
		await expect(r.moveCloud(patient, elsewhere)).rejects.toMatchObject(refused);
	});

	test('stops when it is cancelled, and then nothing was removed', async () => {
		const { patient } = await patientWithScan();
		const [, from, to] = world.clouds;
		const order = { holdings: await holdingsOf(patient), from: r.nameOf(from), to: r.nameOf(to) };
		await expect(r.moveCloud(patient, order, { signal: AbortSignal.abort() })).rejects.toMatchObject({
			code: 'general.cancelled',
		});
		expect(await has(from, order.holdings)).toEqual([false, true, false]);
	});
});

describe('moving a large piece', () => {
	afterEach(() => vi.unstubAllGlobals());

	test('goes on in another page with the parts that the cloud has', async () => {
		const [, from, to] = world.clouds;
		const person = await world.patient('Lina Haddad');
		const file = fileOf(
			new Uint8Array(20 * 2 ** 20).map((_, i) => (i * 31 + (i >> 8)) & 0xff),
			'scan.bin',
		);
		const { recordId } = await r.saveDocument({ ...person, configs: [from] }, { file, ...label });
		const page = () => ({ ...r.withIdentity(person, person.identity as r.Identity), configs: [from, to] });
		const order = { holdings: await holdingsOf(page()), from: r.nameOf(from), to: r.nameOf(to) };
		const real = globalThis.fetch;
		const sent: string[] = [];
		/** Parts after the first are held up where they are to be. */
		const watch = (isHeld: boolean) =>
			vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
				const part = /partNumber=(\d+)/.exec(url)?.[1];
				if (isHeld && part && part !== '1')
					await new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(new Error('closed'))));
				const response = await real(url, init);
				if (part) sent.push(part);
				return response;
			});
		watch(true);
		const stop = new AbortController();
		const stopped = expect(r.moveCloud(page(), order, { signal: stop.signal })).rejects.toMatchObject({
			code: 'general.cancelled',
		});
		await vi.waitFor(() => expect(sent).toEqual(['1']), { timeout: 20_000 });
		await new Promise((resolve) => setTimeout(resolve, 200)); // that what was acknowledged is noted
		stop.abort('the page was closed');
		await stopped;
		watch(false);
		expect(await r.moveCloud(page(), order)).toMatchObject({ kept: 0, failed: [] });
		expect(sent.toSorted()).toEqual(['1', '2', '3']);
		const only = { ...page(), configs: [to] };
		const { blob } = await r.openPart(only, { patient: addressOf(person), recordId, index: 0 });
		expect(Buffer.compare(Buffer.from(await blob.arrayBuffer()), Buffer.from(await file.arrayBuffer()))).toBe(0);
	});
});

describe('adopting what a hospital stored', () => {
	test('copies pieces, header and locks to the patient’s clouds, and the record opens without the hospital’s', async () => {
		const [ipfs, s3A, s3B] = world.clouds;
		const hospital = await world.hospital('Nour Hospital');
		const doctor = await world.person('Omar Nasser');
		await world.member(hospital, doctor);
		const patient = await world.patient('Lina Haddad');
		const own = { ...patient, configs: [s3B] };
		await r.allowAdding(patient, { hospital: addressOf(hospital), expiresAt: Date.now() + 30 * day });
		const form = { title: 'Fever', startedOn: '2026-11-20', endedOn: null, conditions: [], medicines: [], notes: '' };
		const order = { patient: addressOf(patient), hospital: addressOf(hospital), form };
		const { recordId } = await r.addTreatment({ ...doctor, configs: [ipfs, s3A] }, order);
		const holdings = await holdingsOf(own);
		expect(r.notOwn(own, holdings)).toHaveLength(1);
		const adopted = await r.adoptRecords(own, { holdings });
		expect(adopted).toMatchObject({ removed: 0, failed: [] });
		expect(await has(s3B, holdings)).toEqual([true, true]);
		expect(await has(s3A, holdings)).toEqual([false, true]);
		const places = (await holdingsOf(own)).flatMap(({ parts }) => parts.flatMap((part) => part.pieces));
		expect(new Set(places.map(({ store }) => store))).toEqual(new Set([r.nameOf(s3B)]));
		expect(r.notOwn(own, await holdingsOf(own))).toEqual([]);
		await Promise.all([world.cloudServers.turnOff('ipfs'), world.cloudServers.turnOff('s3-a')]);
		const opened = await r.openPart(own, { patient: addressOf(own), recordId, index: 0 });
		expect(opened.label.title).toBe('Fever');
		await Promise.all([world.cloudServers.turnOn('ipfs'), world.cloudServers.turnOn('s3-a')]);
	});

	test('is refused where no cloud of one’s own takes anything', async () => {
		const { patient } = await patientWithScan();
		const order = { holdings: await holdingsOf(patient) };
		await expect(r.adoptRecords({ ...patient, configs: [] }, order)).rejects.toMatchObject({
			code: 'storage.no-clouds',
		});
	});
});
