import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as r from '#lib/records/index.ts';
import type { Category, Deps, PolicyChoice } from '#lib/records/index.ts';
import { everyKey, opensByForce } from '../../scripts/journey/force.ts';
import { addressOf, day, fileOf, startWorld, type World } from './world.ts';

let world: World;
let hospital: Deps;
let patient: Deps;
let doctor: Deps;
let nurse: Deps;
beforeAll(async () => {
	world = await startWorld();
	hospital = await world.hospital('Nour Hospital');
	[doctor, nurse] = await Promise.all([world.person('Dr Omar'), world.person('Siobhán')]);
	const teamId = await world.member(hospital, doctor);
	await world.member(hospital, nurse, { name: 'Siobhán Kelly', role: 'nurse', teamId });
});
afterAll(() => world.stop());
beforeEach(async () => {
	patient = await world.patient('Lina Haddad');
});

const allowed = (category: Category): PolicyChoice => ({ who: 'allowed', category });

async function save(text: string, policy: PolicyChoice = allowed('labs')): Promise<r.Hash> {
	const document = { file: fileOf(text, 'a.txt'), title: text, clinicalDate: '2026-11-20', policy };
	return (await r.saveDocument(patient, { ...document, category: 'labs' })).recordId;
}

function grant(reader: Deps, scope: Category[] = ['labs'], days = 30) {
	const expiresAt = Date.now() + days * day;
	return r.grantAccess(patient, { grantee: addressOf(reader), scope, expiresAt, shareName: false });
}

async function read(reader: Deps, recordId: r.Hash): Promise<string> {
	return (await r.openPart(reader, { patient: addressOf(patient), recordId, index: 0 })).blob.text();
}

const force = (reader: Deps, recordId: r.Hash) =>
	opensByForce(reader, { patient: addressOf(patient), recordId, index: 0 });

describe('a grant', () => {
	test('opens earlier and later records of its kinds, and no others', async () => {
		const before = await save('before');
		const notes = await save('notes', allowed('notes'));
		const mine = await save('mine', { who: 'only-me' });
		await grant(doctor);
		const after = await save('after');
		expect(await read(doctor, before)).toBe('before');
		expect(await read(doctor, after)).toBe('after');
		await expect(read(doctor, notes)).rejects.toMatchObject({ code: 'crypto.policy-not-met' });
		await expect(read(doctor, mine)).rejects.toMatchObject({ code: 'crypto.policy-not-met' });
		await expect(force(doctor, mine)).rejects.toMatchObject({ code: 'crypto.policy-not-met' });
	});

	test('to a role opens for that role alone, even if others have the same consent', async () => {
		const role: PolicyChoice = { who: 'role', category: 'labs', hospital: addressOf(hospital), role: 'doctor' };
		const record = await save('for doctors', role);
		await Promise.all([grant(doctor), world.person('x')]);
		await grant(nurse);
		expect(await read(doctor, record)).toBe('for doctors');
		await expect(force(nurse, record)).rejects.toMatchObject({ code: 'crypto.policy-not-met' });
		expect((await r.policyOutlook(patient, role)).readers.map(({ address }) => address)).toEqual([addressOf(doctor)]);
	});

	test('of one reader and a role of another do not add up', async () => {
		const outsider = await world.person('Outsider');
		const role: PolicyChoice = { who: 'role', category: 'labs', hospital: addressOf(hospital), role: 'doctor' };
		const record = await save('for doctors', role);
		await grant(outsider);
		const keys = new Map([
			...(await everyKey(outsider, addressOf(outsider))),
			...(await everyKey(doctor, addressOf(doctor))),
		]);
		expect([...keys.keys()].some((attribute) => attribute.startsWith('consent.labs'))).toBe(true);
		expect([...keys.keys()].some((attribute) => attribute.startsWith('doctor#'))).toBe(true);
		for (const reader of [outsider, doctor]) {
			const pooled = { ...reader, engine: { ...reader.engine, decapsulate: pool(reader, keys) } };
			await expect(force(pooled, record)).rejects.toMatchObject({ code: expect.stringMatching(/^crypto\./) as string });
		}
	});

	test('given again adds to what was shared, and its end is the new one', async () => {
		await grant(doctor, ['labs', 'imaging'], 30);
		const { scope } = await grant(doctor, ['notes'], 10);
		expect(scope).toEqual(['notes', 'labs', 'imaging']);
		const [latest, former] = await r.listGrants(patient, { as: 'patient' });
		expect(latest).toMatchObject({ state: 'open', scope: ['notes', 'labs', 'imaging'] });
		expect(former).toMatchObject({ state: 'ended' });
	});

	test('that ran out is refused', async () => {
		const record = await save('text');
		await grant(doctor, ['labs'], 1);
		expect(await read(doctor, record)).toBe('text');
		await world.chainControl.increaseTime({ seconds: 2 * 86_400 });
		await world.chainControl.mine({ blocks: 1 });
		await expect(read(doctor, record)).rejects.toMatchObject({ code: 'records.access-ended' });
	});

	test('to someone without keys is refused before anything is saved', async () => {
		const stranger = (await world.newAccount()).address.toLowerCase() as r.Address;
		const parameters = { grantee: stranger, scope: ['labs' as const], expiresAt: Date.now() + day, shareName: false };
		await expect(r.grantAccess(patient, parameters)).rejects.toMatchObject({ code: 'records.no-keys' });
	});
});

describe('revoking', () => {
	test('closes everything by the chain’s word, and what comes later by its lock', async () => {
		const before = await save('before');
		await grant(doctor);
		expect(await read(doctor, before)).toBe('before');
		await r.revokeAccess(patient, { grantee: addressOf(doctor) });
		const after = await save('after');
		await expect(read(doctor, before)).rejects.toMatchObject({ code: 'records.access-ended' });
		await expect(read(doctor, after)).rejects.toMatchObject({ code: 'records.access-ended' });
		await expect(force(doctor, after)).rejects.toMatchObject({ code: 'crypto.old-epoch' });
		// What he could read before, he could have copied: the keys of before still open what was sealed before.
		await expect(force(doctor, before)).resolves.toHaveLength(32);
		await expect(r.revokeAccess(patient, { grantee: addressOf(doctor) })).rejects.toMatchObject({
			code: 'records.no-grant',
		});
	});

	test('gives those who stay new keys in the same transaction', async () => {
		await grant(doctor);
		await grant(nurse);
		const { reissued, missed } = await r.revokeAccess(patient, { grantee: addressOf(doctor) });
		expect({ reissued, missed }).toEqual({ reissued: [addressOf(nurse)], missed: [] });
		const after = await save('after');
		expect(await read(nurse, after)).toBe('after');
		await expect(force(doctor, after)).rejects.toMatchObject({ code: 'crypto.old-epoch' });
	});

	test('several times keeps those who stay reading all epochs, and a later grant opens them all', async () => {
		const records = [await save('epoch 0')];
		await grant(nurse);
		for (const epoch of [1, 2]) {
			await grant(doctor);
			await r.revokeAccess(patient, { grantee: addressOf(doctor) });
			records.push(await save(`epoch ${epoch}`));
		}
		for (const [epoch, record] of records.entries()) expect(await read(nurse, record)).toBe(`epoch ${epoch}`);
		await grant(doctor);
		for (const [epoch, record] of records.entries()) expect(await read(doctor, record)).toBe(`epoch ${epoch}`);
	});

	test('works without any cloud, and says who misses the new keys', async () => {
		await grant(doctor);
		await grant(nurse);
		const cloudless = { ...patient, configs: [] };
		await expect(r.revokeAccess(cloudless, { grantee: addressOf(doctor) })).rejects.toMatchObject({
			code: 'storage.no-clouds',
		});
		const { missed } = await r.revokeAccess(cloudless, { grantee: addressOf(doctor), withoutKeys: true });
		expect(missed).toEqual([addressOf(nurse)]);
		const after = await save('after');
		await expect(read(nurse, after)).rejects.toMatchObject({ code: 'crypto.old-epoch' });
		await grant(nurse);
		expect(await read(nurse, after)).toBe('after');
	});
});

describe('leaving a hospital', () => {
	test('ends grants given in its name, and its attributes, for the one who leaves alone', async () => {
		const [leaving, staying] = await Promise.all([world.person('Leaving'), world.person('Staying')]);
		const teamId = await world.member(hospital, leaving, { name: 'Dr Leaving' });
		await world.member(hospital, staying, { name: 'Dr Staying', teamId });
		const role: PolicyChoice = { who: 'role', category: 'labs', hospital: addressOf(hospital), role: 'doctor' };
		for (const reader of [leaving, staying]) {
			const asked = { patient: addressOf(patient), hospital: addressOf(hospital), purpose: 'care', days: 30 };
			const { requestId } = await r.requestAccess(reader, { ...asked, scope: ['labs'] });
			const expiresAt = Date.now() + 20 * day;
			await r.grantAccess(patient, {
				grantee: addressOf(reader),
				requestId,
				scope: ['labs'],
				expiresAt,
				shareName: false,
			});
		}
		const before = await save('before', role);
		expect(await read(leaving, before)).toBe('before');

		const { reissued } = await r.removeMember(hospital, { address: addressOf(leaving) });
		expect(reissued).toContain(addressOf(staying));
		expect(reissued).not.toContain(addressOf(leaving));
		const after = await save('after', role);
		await expect(read(leaving, before)).rejects.toMatchObject({ code: 'records.access-ended' });
		await expect(force(leaving, after)).rejects.toMatchObject({ code: 'crypto.old-epoch' });
		expect(await read(staying, after)).toBe('after');
		const [team] = (await r.readTeams(patient, addressOf(hospital))).filter(({ id }) => id === teamId);
		expect(team?.members.map(({ name }) => name)).toEqual(['Dr Staying']);
		// Names of those who left are still known to the log.
		const log = await r.readLog(patient, { account: addressOf(leaving), kinds: ['member-removed'] });
		expect(log[0]?.object).toMatchObject({ name: 'Dr Leaving', hospitalName: 'Nour Hospital' });
	});

	test('of someone who never belonged to it is refused', async () => {
		const stranger = addressOf(await world.person('Stranger'));
		await expect(r.removeMember(hospital, { address: stranger })).rejects.toMatchObject({
			code: 'records.not-a-member',
		});
	});
});

/** Decapsulation with keys that were pooled, under the name of one reader. */
function pool(reader: Deps, keys: Map<string, Uint8Array>): r.Engine['decapsulate'] {
	return (order) => reader.engine.decapsulate({ ...order, keys });
}
