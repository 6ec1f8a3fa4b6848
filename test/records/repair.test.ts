import { afterAll, beforeAll, expect, test } from 'vitest';
import * as r from '#lib/records/index.ts';
import { connectStore } from '#lib/storage/index.ts';
import { addressOf, day, fileOf, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
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
	const repaired = await r.repairRecords(patient, { records: [{ patient: addressOf(patient), recordId }] });
	expect(repaired).toEqual({ pieces: 1, failed: [], left: [] });
	expect(await Promise.all(lost.map(async (cid) => (await store.stat(cid)) !== null))).toEqual(lost.map(() => true));
	const again = await r.repairRecords(patient, { records: [{ patient: addressOf(patient), recordId }] });
	expect(again.pieces).toBe(0);
});

test('says of a record that somebody else keeps private that it cannot be repaired, and leaves it', async () => {
	const patient = await world.patient('Lina Haddad');
	const { recordId } = await r.saveDocument(patient, { file: fileOf('private', 'a.txt'), ...label });
	const stranger = await world.patient('Sami Khoury');
	const repaired = await r.repairRecords(stranger, { records: [{ patient: addressOf(patient), recordId }] });
	expect(repaired).toMatchObject({ pieces: 0, left: [{ recordId, code: 'records.no-grant' }] });
});

test('puts back what is theirs of several patients’ records, and leaves the rest', async () => {
	const patients = [await world.patient('Lina Haddad'), await world.patient('Sami Khoury')] as const;
	const records = [];
	for (const patient of patients) {
		const { recordId } = await r.saveDocument(patient, { file: fileOf('y'.repeat(3000), 'scan.txt'), ...label });
		records.push({ patient: addressOf(patient), recordId });
	}
	const [, s3A] = world.clouds;
	for (const [i, patient] of patients.entries()) {
		const holding = await r.readHolding(patient, records[i]!);
		const piece = holding.parts[0]!.pieces.find((one) => one.store === r.nameOf(s3A))!;
		await connectStore(s3A).remove(piece.cid);
	}
	const repaired = await r.repairRecords(patients[0], { records });
	expect(repaired).toMatchObject({ pieces: 1, left: [{ recordId: records[1]!.recordId, code: 'records.no-grant' }] });
});

test('of a treatment is done by the member who wrote it, and not by those whom nobody gave a key', async () => {
	const patient = await world.patient('Lina Haddad');
	const hospital = await world.hospital('Nour Hospital');
	const doctor = await world.person('Omar Nasser');
	await world.member(hospital, doctor);
	await r.allowAdding(patient, { hospital: addressOf(hospital), expiresAt: Date.now() + 30 * day });
	const form = { title: 'Fever', startedOn: '2026-11-20', endedOn: null, conditions: [], medicines: [], notes: 'rest' };
	await r.addTreatment(doctor, { patient: addressOf(patient), hospital: addressOf(hospital), form });
	const records = await r.listHoldings(hospital, { hospital: addressOf(hospital) });
	const [, s3A] = world.clouds;
	const lost = records[0]!.parts[0]!.pieces.find((one) => one.store === r.nameOf(s3A))!;
	await connectStore(s3A).remove(lost.cid);
	expect(await r.repairRecords(hospital, { records })).toMatchObject({
		pieces: 0,
		left: [{ code: 'records.no-grant' }],
	});
	expect(await r.repairRecords(doctor, { records })).toEqual({ pieces: 1, failed: [], left: [] });
	expect(await connectStore(s3A).stat(lost.cid)).not.toBeNull();
});

test('counts a cloud that takes nothing among the failures', async () => {
	const patient = await world.patient('Lina Haddad');
	const { recordId } = await r.saveDocument(patient, { file: fileOf('again', 'a.txt'), ...label });
	await world.cloudServers.turnOff('s3-b');
	const repaired = await r.repairRecords(patient, { records: [{ patient: addressOf(patient), recordId }] });
	expect(repaired).toMatchObject({ pieces: 0, left: [], failed: [{ store: r.nameOf(world.clouds[2]) }] });
	await world.cloudServers.turnOn('s3-b');
});
