import { afterAll, beforeAll, expect, test } from 'vitest';
import * as r from '#lib/records/index.ts';
import { connectStore } from '#lib/storage/index.ts';
import { addressOf, fileOf, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
afterAll(() => world.stop());

const label = { title: 'Scan', category: 'imaging', clinicalDate: '2026-11-20', policy: { who: 'only-me' } } as const;

/** A patient with one document, and where its pieces lie. */
async function patientWith(size: number) {
	const patient = await world.patient('Lina Haddad');
	const file = fileOf(crypto.getRandomValues(new Uint8Array(size)), 'scan.bin');
	const { recordId } = await r.saveDocument(patient, { file, ...label });
	return { patient, recordId, holdings: await r.listHoldings(patient, { patient: addressOf(patient) }) };
}

test('each cloud is asked for its own pieces, and what was found is remembered, the latest first', async () => {
	const { patient, holdings } = await patientWith(60_000);
	const seen = new Set<string>();
	const audits = await r.auditHoldings(patient, holdings, { samples: 20, onProgress: ({ store }) => seen.add(store) });
	expect(audits.map(({ store }) => store).sort()).toEqual(world.clouds.map(r.nameOf).sort());
	for (const audit of audits) {
		expect(audit).toMatchObject({
			state: 'held',
			records: 1,
			pieces: 1,
			samples: 20,
			failed: 0,
			code: null,
			troubled: [],
		});
		expect(audit.isWhole).toBe(false);
		expect(audit.certainty).toBeGreaterThan(0.2);
	}
	expect(seen.size).toBe(3);
	await r.auditHoldings(patient, holdings, { samples: 5, stores: [r.nameOf(world.clouds[0])] });
	const remembered = await r.listAudits(patient);
	expect(remembered.map(({ samples }) => samples)).toEqual([5, 20, 20, 20]);
});

test('a record opens where enough clouds were found to hold it, and else nobody says so', () => {
	const minute = 60_000;
	const piece = (store: string) => ({ store }) as r.Holding['parts'][number]['pieces'][number];
	const part = (k: number, stores: string[]) => ({ k, pieces: stores.map(piece) }) as r.Holding['parts'][number];
	const [recordId, other] = [`0x${'1'.repeat(64)}`, `0x${'2'.repeat(64)}`] as const;
	const holding = {
		recordId,
		addedAt: minute * 60,
		parts: [part(1, ['a', 'b', 'c']), part(2, ['a', 'b', 'c'])],
	} as r.Holding;
	const audit = (
		store: string,
		state: 'held' | 'damaged' | 'silent',
		troubled: r.Holding['recordId'][] = [],
		at = minute * 55,
	) => ({ store, state, troubled, at }) as r.CloudAudit;
	const lost = audit('c', 'damaged', [recordId]);
	expect(r.opensByAudits(holding, [audit('a', 'held'), audit('b', 'held'), lost])).toBe(true);
	expect(r.opensByAudits(holding, [audit('a', 'held'), audit('b', 'damaged', [other]), lost])).toBe(true);
	expect(r.opensByAudits(holding, [audit('a', 'held'), audit('b', 'silent'), lost])).toBe(false);
	expect(r.opensByAudits(holding, [audit('a', 'held'), audit('b', 'damaged', [recordId]), lost])).toBe(false);
	expect(r.opensByAudits(holding, [audit('a', 'held'), audit('b', 'held', [], minute * 49), lost])).toBe(false);
	expect(r.opensByAudits(holding, [audit('a', 'held'), lost])).toBe(false);
	expect(r.opensByAudits({ ...holding, parts: [] }, [audit('a', 'held'), audit('b', 'held'), lost])).toBe(false);
});

test('of little everything is read', async () => {
	const { patient, holdings } = await patientWith(3000);
	const audits = await r.auditHoldings(patient, holdings);
	expect(audits.map(({ isWhole, certainty }) => [isWhole, certainty])).toEqual([
		[true, 1],
		[true, 1],
		[true, 1],
	]);
});

test('a cloud without the piece is damaged, one that is off is silent, and the others are neither', async () => {
	const { patient, recordId, holdings } = await patientWith(5000);
	const [ipfs, s3A, s3B] = world.clouds;
	const piece = holdings[0]!.parts[0]!.pieces.find(({ store }) => store === r.nameOf(s3A))!;
	await connectStore(s3A).remove(piece.cid);
	await world.cloudServers.turnOff('s3-b');
	const audits = await r.auditHoldings(patient, holdings);
	await world.cloudServers.turnOn('s3-b');
	const stateAt = (config: r.StoreConfig) => audits.find(({ store }) => store === r.nameOf(config));
	expect(stateAt(ipfs)).toMatchObject({ state: 'held' });
	expect(stateAt(s3A)).toMatchObject({
		state: 'damaged',
		code: 'storage.not-found',
		troubled: [recordId],
		certainty: 0,
	});
	expect(stateAt(s3B)).toMatchObject({ state: 'silent', code: 'storage.unreachable', troubled: [recordId] });
});

test('a piece that another browser brought to a cloud of one’s own is found there', async () => {
	const { patient, holdings } = await patientWith(5000);
	const [ipfs, s3A, s3B] = world.clouds;
	const moving = { holdings, from: r.nameOf(s3A), to: r.nameOf(s3B) };
	await r.moveCloud({ ...patient, cache: r.memoryCache() }, moving);
	const own = { ...patient, configs: [ipfs, s3B] };
	const audits = await r.auditHoldings(own, holdings);
	expect(audits.map(({ state }) => state)).toEqual(['held', 'held', 'held']);
	const places = await r.listHoldings(own, { patient: addressOf(own) });
	expect(
		r
			.sharesOf(places)
			.map(({ store }) => store)
			.sort(),
	).toEqual([r.nameOf(ipfs), r.nameOf(s3B)].sort());
});

test('is stopped by its signal, and nothing is remembered of it', async () => {
	const { patient, holdings } = await patientWith(5000);
	const stopped = r.auditHoldings(patient, holdings, { signal: AbortSignal.abort() });
	await expect(stopped).rejects.toMatchObject({ code: 'general.cancelled' });
	expect(await r.listAudits(patient)).toEqual([]);
});
