import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import * as r from '#lib/records/index.ts';
import type { Deps } from '#lib/records/index.ts';
import { opensByForce } from '../../scripts/journey/force.ts';
import { addressOf, day, fileOf, startWorld, type World } from './world.ts';

let world: World;
let hospital: Deps;
let patient: Deps;
let doctor: Deps;
let nurse: Deps;
beforeAll(async () => {
	world = await startWorld();
	[hospital, doctor, nurse] = await Promise.all([
		world.hospital('Nour Hospital'),
		world.person('Dr Omar'),
		world.person('Siobhán'),
	]);
	const teamId = await world.member(hospital, doctor);
	await world.member(hospital, nurse, { name: 'Siobhán Kelly', role: 'nurse', teamId });
});
afterAll(() => world.stop());
beforeEach(async () => {
	patient = await world.patient('Lina Haddad');
});

async function save(text: string): Promise<r.Hash> {
	const document = { file: fileOf(text, 'a.txt'), title: text, clinicalDate: '2026-11-20' };
	const policy = { who: 'allowed', category: 'labs' } as const;
	return (await r.saveDocument(patient, { ...document, policy, category: 'labs' })).recordId;
}

function grant(reader: Deps, requestId: r.Hash | null = null) {
	const expiresAt = Date.now() + 30 * day;
	const terms = { scope: ['labs' as const], expiresAt, shareName: true };
	return r.grantAccess(patient, { grantee: addressOf(reader), requestId, ...terms });
}

async function read(reader: Deps, recordId: r.Hash): Promise<string> {
	return (await r.openPart(reader, { patient: addressOf(patient), recordId, index: 0 })).blob.text();
}

const force = (reader: Deps, recordId: r.Hash) =>
	opensByForce(reader, { patient: addressOf(patient), recordId, index: 0 });
const given = () => r.listGrants(patient, { as: 'patient' });
const held = async (reader: Deps) => {
	const grants = await r.listGrants(reader, { as: 'grantee' });
	return grants.filter((view) => view.patient.address === addressOf(patient));
};
const oldKeys = { code: 'crypto.old-epoch' };

describe('stopping all sharing', () => {
	test('ends every grant, and what is added later opens for no earlier reader, whatever their browser does', async () => {
		const before = await save('before');
		await grant(doctor);
		await grant(nurse);
		expect(await read(nurse, before)).toBe('before');
		await r.revokeAllAccess(patient);
		const after = await save('after');
		for (const reader of [doctor, nurse]) {
			await expect(read(reader, before)).rejects.toMatchObject({ code: 'records.access-ended' });
			await expect(read(reader, after)).rejects.toMatchObject({ code: 'records.access-ended' });
			await expect(force(reader, after)).rejects.toMatchObject(oldKeys);
			// What they could read before, they could have copied.
			await expect(force(reader, before)).resolves.toHaveLength(32);
		}
		expect((await given()).map(({ state }) => state)).toEqual(['revoked', 'revoked']);
		const [mine] = await held(doctor);
		expect(mine).toMatchObject({ state: 'revoked', patient: { name: 'Lina Haddad' } });
		expect(mine?.endedAt).toBeGreaterThan(0);
		const [record] = await r.listRecords(patient, { patient: addressOf(patient) });
		expect(record?.sharedWith).toEqual([]);
		await expect(r.revokeAccess(patient, { grantee: addressOf(doctor) })).rejects.toMatchObject({
			code: 'records.no-grant',
		});
	});

	test('is not the end: a later grant opens everything of its kinds, and reaches nobody else', async () => {
		await grant(doctor);
		await grant(nurse);
		await r.revokeAllAccess(patient);
		const between = await save('between');
		await grant(doctor);
		expect(await read(doctor, between)).toBe('between');
		expect((await given()).map(({ state }) => state)).toEqual(['open', 'revoked', 'revoked']);
		const { reissued } = await r.revokeAccess(patient, { grantee: addressOf(doctor) });
		expect(reissued).toEqual([]); // the nurse does not come back by another's leaving
		await expect(force(nurse, await save('later'))).rejects.toMatchObject(oldKeys);
	});

	test('does not bring back what was shared with the same person before', async () => {
		await grant(doctor);
		await r.revokeAllAccess(patient);
		const terms = { scope: ['notes' as const], expiresAt: Date.now() + day, shareName: false };
		const { scope } = await r.grantAccess(patient, { grantee: addressOf(doctor), ...terms });
		expect(scope).toEqual(['notes']);
		await expect(force(doctor, await save('labs'))).rejects.toMatchObject(oldKeys);
	});

	test('needs no cloud, leaves hospitals that may add, and changes the locks after a time ran out', async () => {
		await r.allowAdding(patient, { hospital: addressOf(hospital), expiresAt: Date.now() + 30 * day });
		const terms = { scope: ['labs' as const], expiresAt: Date.now() + day, shareName: false };
		await r.grantAccess(patient, { grantee: addressOf(doctor), ...terms });
		await world.chainControl.increaseTime({ seconds: 2 * 86_400 });
		vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * day });
		try {
			expect(await given()).toMatchObject([{ state: 'ended', lapsed: true }]);
			await r.revokeAllAccess({ ...patient, configs: [] });
			expect(await given()).toMatchObject([{ state: 'ended', lapsed: false }]);
			expect(await r.listAdders(patient)).toMatchObject([{ state: 'open' }]);
		} finally {
			vi.useRealTimers();
		}
	});

	test('is a line of the log, and anybody but the patient stops only their own', async () => {
		await grant(doctor);
		await r.revokeAllAccess(doctor);
		expect(await given()).toMatchObject([{ state: 'open' }]);
		await r.revokeAllAccess(patient);
		const log = await r.readLog(doctor, { account: addressOf(patient), kinds: ['all-access-revoked'] });
		expect(log).toMatchObject([{ actor: { address: addressOf(patient) }, object: null }]);
	});
});

describe('giving keys again', () => {
	test('brings what someone missed, when no cloud took the new keys', async () => {
		await grant(doctor);
		await grant(nurse);
		expect(await given()).toMatchObject([{ lacksKeys: false }, { lacksKeys: false }]);
		await r.revokeAccess({ ...patient, configs: [] }, { grantee: addressOf(doctor), withoutKeys: true });
		const after = await save('after');
		await expect(read(nurse, after)).rejects.toMatchObject(oldKeys);
		expect((await given())[0]).toMatchObject({ state: 'open', lacksKeys: true });
		await r.deliverKeys(patient, { grantee: addressOf(nurse) });
		expect(await read(nurse, after)).toBe('after');
		await expect(force(doctor, after)).rejects.toMatchObject(oldKeys);
		expect((await given())[0]).toMatchObject({ state: 'open', lacksKeys: false, scope: ['labs'] });
	});

	test('brings all that was missed in a row, and what follows comes by itself again', async () => {
		await grant(nurse);
		const missed: r.Hash[] = [];
		for (const text of ['one', 'two']) {
			await grant(doctor);
			await r.revokeAccess({ ...patient, configs: [] }, { grantee: addressOf(doctor), withoutKeys: true });
			missed.push(await save(text));
		}
		await r.deliverKeys(patient, { grantee: addressOf(nurse) });
		expect(await read(nurse, missed[0]!)).toBe('one');
		expect(await read(nurse, missed[1]!)).toBe('two');
		await grant(doctor);
		const { reissued } = await r.revokeAccess(patient, { grantee: addressOf(doctor) });
		expect(reissued).toEqual([addressOf(nurse)]);
		expect(await read(nurse, await save('three'))).toBe('three');
	});

	test('reaches someone whose grant rested while the locks changed', async () => {
		const resting = await world.person('Resting');
		const teamId = await world.member(hospital, resting, { name: 'Dr Resting' });
		const asked = { patient: addressOf(patient), hospital: addressOf(hospital), purpose: 'care', days: 30 };
		const { requestId } = await r.requestAccess(resting, { ...asked, scope: ['labs'] });
		await grant(resting, requestId);
		await grant(doctor);
		await r.removeMember(hospital, { address: addressOf(resting) });
		await r.revokeAccess(patient, { grantee: addressOf(doctor) });
		await expect(r.deliverKeys(patient, { grantee: addressOf(resting) })).rejects.toMatchObject({
			code: 'records.no-grant',
		});
		await world.member(hospital, resting, { name: 'Dr Resting', teamId });
		const after = await save('after');
		await expect(read(resting, after)).rejects.toMatchObject(oldKeys);
		const mine = (await given()).find(({ grantee }) => grantee.address === addressOf(resting));
		expect(mine).toMatchObject({ state: 'open', lacksKeys: true });
		await r.deliverKeys(patient, { grantee: addressOf(resting) });
		expect(await read(resting, after)).toBe('after');
	});

	test('is refused where nothing is shared', async () => {
		await expect(r.deliverKeys(patient, { grantee: addressOf(nurse) })).rejects.toMatchObject({
			code: 'records.no-grant',
		});
		await grant(nurse);
		await r.revokeAllAccess(patient);
		await expect(r.deliverKeys(patient, { grantee: addressOf(nurse) })).rejects.toMatchObject({
			code: 'records.no-grant',
		});
	});
});
