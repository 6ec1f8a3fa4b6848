import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as chain from '#lib/chain/index.ts';
import * as r from '#lib/records/index.ts';
import type { Deps, PolicyChoice } from '#lib/records/index.ts';
import { addressOf, day, fileOf, startWorld, type World } from './world.ts';

let world: World;
let hospital: Deps;
let doctor: Deps;
let patient: Deps;
let teamId: r.Hash;
beforeAll(async () => {
	world = await startWorld();
	[hospital, doctor, patient] = await Promise.all([
		world.hospital('Nour Hospital'),
		world.person('Dr Omar'),
		world.patient('Lina Haddad'),
	]);
	({ teamId } = await r.addTeam(hospital, { name: 'Cardiology' }));
	await world.member(hospital, doctor, { teamId });
});
afterAll(() => world.stop());

const teams = () => r.readTeams(patient, addressOf(hospital));
const cardiology: () => PolicyChoice = () => {
	const team = { teamId, teamSlug: 'cardiology' };
	return { who: 'team', category: 'labs', hospital: addressOf(hospital), ...team };
};

async function save(title: string): Promise<r.Hash> {
	const document = { file: fileOf(title, 'a.txt'), title, category: 'labs' as const, clinicalDate: '2026-11-20' };
	return (await r.saveDocument(patient, { ...document, policy: cardiology() })).recordId;
}

async function read(recordId: r.Hash): Promise<string> {
	return (await r.openPart(doctor, { patient: addressOf(patient), recordId, index: 0 })).blob.text();
}

describe('renaming a team', () => {
	test('changes its name everywhere, and neither its id nor what its keys open', async () => {
		const before = await save('before');
		const expiresAt = Date.now() + 30 * day;
		await r.grantAccess(patient, { grantee: addressOf(doctor), scope: ['labs'], expiresAt, shareName: false });
		await r.renameTeam(hospital, { teamId, name: '  Heart centre ' });
		expect(await teams()).toMatchObject([{ id: teamId, slug: 'cardiology', name: 'Heart centre', retired: false }]);
		expect((await r.lookUpAccount(doctor, addressOf(doctor))).memberships[0]?.teamName).toBe('Heart centre');
		expect(await read(before)).toBe('before');
		expect(await read(await save('after'))).toBe('after');
		const { readers, canBeMet, alone } = await r.policyOutlook(patient, cardiology());
		expect(readers).toMatchObject([{ address: addressOf(doctor) }]);
		expect({ canBeMet, alone }).toEqual({ canBeMet: true, alone: [] });
	});

	test('to its own name changes nothing, to another team’s is refused', async () => {
		await r.addTeam(hospital, { name: 'Radiology' });
		await r.renameTeam(hospital, { teamId, name: 'Heart centre' });
		await expect(r.renameTeam(hospital, { teamId, name: 'Radiology' })).rejects.toMatchObject({
			code: 'records.invalid-input',
			details: { field: 'name' },
		});
		await expect(r.renameTeam(hospital, { teamId, name: '' })).rejects.toMatchObject({ details: { field: 'name' } });
	});

	test('that does not exist is refused', async () => {
		const other: r.Hash = `0x${'ab'.repeat(32)}`;
		const refused = { code: 'records.invalid-input', details: { field: 'teamId' } };
		await expect(r.renameTeam(hospital, { teamId: other, name: 'x' })).rejects.toMatchObject(refused);
		await expect(r.retireTeam(hospital, { teamId: other })).rejects.toMatchObject(refused);
	});

	test('of a hospital that one does not run is refused before the wallet is asked', async () => {
		const order = { hospital: addressOf(hospital), teamId, name: 'Mine' };
		await expect(r.renameTeam(doctor, order)).rejects.toMatchObject({
			code: 'chain.refused',
			details: { reason: 'NotAdministrator' },
		});
		await expect(r.renameTeam({ ...hospital, identity: null }, order)).rejects.toMatchObject({ code: 'wallet.locked' });
	});

	test('is a line of the log', async () => {
		const [line] = await r.readLog(patient, { kinds: ['team-renamed'] });
		expect(line?.actor).toMatchObject({ name: 'Nour Hospital' });
	});
});

describe('a retired team', () => {
	let record: r.Hash;
	beforeAll(async () => {
		record = await save('sealed for the team');
		await r.retireTeam(hospital, { teamId });
	});

	test('keeps its members, and what they could open', async () => {
		const [team] = await teams();
		expect(team).toMatchObject({ id: teamId, name: 'Heart centre', retired: true });
		expect(team?.members).toMatchObject([{ address: addressOf(doctor), active: true }]);
		expect(await read(record)).toBe('sealed for the team');
	});

	test('takes nobody in, by our word and by the contract’s', async () => {
		const nurse = addressOf(await world.person('Siobhán'));
		const entry = { name: 'Siobhán', title: '', role: 'nurse' as const, teamId, validUntil: Date.now() + day };
		await expect(r.addMember(hospital, { address: nurse, ...entry })).rejects.toMatchObject({
			code: 'records.invalid-input',
			details: { field: 'teamId' },
		});
		const registry = world.chain.contracts.hospitalRegistry;
		const digests = { directoryDigest: teamId, keysDigest: teamId };
		const terms = { hospital: addressOf(hospital), member: nurse, role: 2, teamId, validUntil: 4_000_000_000 };
		await expect(chain.addMember(hospital.wallet!, { registry, ...terms, ...digests })).rejects.toMatchObject({
			code: 'chain.refused',
			details: { reason: 'UnknownTeam' },
		});
	});

	test('cannot be renamed or retired again, and its name stays taken', async () => {
		const refused = { code: 'records.invalid-input', details: { field: 'teamId' } };
		await expect(r.renameTeam(hospital, { teamId, name: 'Again' })).rejects.toMatchObject(refused);
		await expect(r.retireTeam(hospital, { teamId })).rejects.toMatchObject(refused);
		await expect(r.addTeam(hospital, { name: 'Heart centre' })).rejects.toMatchObject({ details: { field: 'name' } });
	});

	test('gives its members new keys when somebody else leaves', async () => {
		const leaving = await world.person('Leaving');
		await world.member(hospital, leaving, { name: 'Dr Leaving' });
		const { reissued, missed } = await r.removeMember(hospital, { address: addressOf(leaving) });
		expect(reissued).toContain(addressOf(doctor));
		expect(missed).toEqual([]);
	});
});
