import { afterAll, beforeAll, expect, test } from 'vitest';
import * as r from '#lib/records/index.ts';
import { connectStore } from '#lib/storage/index.ts';
import { addressOf, fileOf, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
	world = await startWorld();
}, 60_000);
afterAll(() => world.stop());

const label = { title: 'Scan', category: 'imaging', clinicalDate: '2026-11-20', policy: { who: 'only-me' } } as const;

test('puts back a piece, a header and a lock that a cloud lost, the same to the last bit', async () => {
	const patient = await world.patient('Lina Haddad');
	const { recordId } = await r.saveDocument(patient, { file: fileOf('x'.repeat(5000), 'scan.txt'), ...label });
	const [holding] = await r.listHoldings(patient, { patient: addressOf(patient) });
	const [, s3A] = world.clouds;
	const store = connectStore(s3A);
	const piece = holding!.parts[0]!.pieces.find((one) => one.store === r.nameOf(s3A))!;
	const lost = [piece.cid, ...holding!.blocks];
	await Promise.all(lost.map((cid) => store.remove(cid)));
	const repaired = await r.repairRecords(patient, { patient: addressOf(patient), recordIds: [recordId] });
	expect(repaired).toEqual({ pieces: 1, failed: [], left: [] });
	expect(await Promise.all(lost.map(async (cid) => (await store.stat(cid)) !== null))).toEqual(lost.map(() => true));
	const again = await r.repairRecords(patient, { patient: addressOf(patient), recordIds: [recordId] });
	expect(again.pieces).toBe(0);
});

test('says of a record that somebody else keeps private that it cannot be repaired, and leaves it', async () => {
	const patient = await world.patient('Lina Haddad');
	const { recordId } = await r.saveDocument(patient, { file: fileOf('private', 'a.txt'), ...label });
	const stranger = await world.patient('Sami Khoury');
	const repaired = await r.repairRecords(stranger, { patient: addressOf(patient), recordIds: [recordId] });
	expect(repaired).toMatchObject({ pieces: 0, left: [{ recordId, code: 'records.no-grant' }] });
});

test('counts a cloud that takes nothing among the failures', async () => {
	const patient = await world.patient('Lina Haddad');
	const { recordId } = await r.saveDocument(patient, { file: fileOf('again', 'a.txt'), ...label });
	await world.cloudServers.turnOff('s3-b');
	const repaired = await r.repairRecords(patient, { patient: addressOf(patient), recordIds: [recordId] });
	expect(repaired).toMatchObject({ pieces: 0, left: [], failed: [{ store: r.nameOf(world.clouds[2]) }] });
	await world.cloudServers.turnOn('s3-b');
});
