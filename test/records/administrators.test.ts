import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as r from '#lib/records/index.ts';
import type { Deps } from '#lib/records/index.ts';
import { addressOf, day, startWorld, type World } from './world.ts';

let world: World;
let hospital: Deps;
let deputy: Deps;
beforeAll(async () => {
	world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
	[hospital, deputy] = await Promise.all([world.hospital('Nour Hospital'), world.person('Huda Saleh')]);
});

const list = () => r.listAdministrators(world.registrar, { hospital: addressOf(hospital) });
const office = (account: Deps) => ({ hospital: addressOf(hospital), account: addressOf(account) });
const offer = () => r.offerAdministration(hospital, office(deputy));
const accept = () => r.acceptAdministration(deputy, { hospital: addressOf(hospital) });
const refused = (reason: string) => ({ code: 'chain.refused', details: { reason } });

describe('handing over in two steps', () => {
	test('the hospital’s own account is the first administrator, once approved', async () => {
		expect(await list()).toMatchObject([
			{ person: { address: addressOf(hospital), name: 'Nour Hospital' }, state: 'in-office', isHospital: true },
		]);
		expect((await r.lookUpAccount(hospital, addressOf(hospital))).offices).toMatchObject([
			{ address: addressOf(hospital) },
		]);
	});

	test('an offer changes nothing until it is accepted', async () => {
		await offer();
		expect((await list()).map(({ state }) => state)).toEqual(['in-office', 'offered']);
		const asked = await r.lookUpAccount(deputy, addressOf(deputy));
		expect(asked).toMatchObject({ offices: [], roles: [], offers: [{ name: 'Nour Hospital' }] });
		const team = { hospital: addressOf(hospital), name: 'Cardiology' };
		await expect(r.addTeam(deputy, team)).rejects.toMatchObject(refused('NotAdministrator'));
		await accept();
		expect((await list()).map(({ state }) => state)).toEqual(['in-office', 'in-office']);
		const accepted = await r.lookUpAccount(deputy, addressOf(deputy));
		expect(accepted).toMatchObject({
			hospital: null,
			offers: [],
			roles: ['hospital'],
			offices: [{ address: addressOf(hospital), profile: { name: 'Nour Hospital' } }],
		});
		await expect(offer()).rejects.toMatchObject(refused('AlreadyAdministrator'));
	});

	test('an offer is for that account alone, and can be taken back', async () => {
		const other = await world.person('Other');
		await offer();
		const theirs = r.acceptAdministration(other, { hospital: addressOf(hospital) });
		await expect(theirs).rejects.toMatchObject(refused('NotOffered'));
		await r.removeAdministrator(hospital, office(deputy));
		expect(await list()).toHaveLength(1);
		expect((await r.lookUpAccount(deputy, addressOf(deputy))).offers).toEqual([]);
		await expect(accept()).rejects.toMatchObject(refused('NotOffered'));
	});

	test('nobody else offers, removes, or writes nonsense', async () => {
		await expect(r.offerAdministration(deputy, office(deputy))).rejects.toMatchObject(refused('NotAdministrator'));
		await expect(r.removeAdministrator(deputy, office(hospital))).rejects.toMatchObject(refused('NotAdministrator'));
		await expect(r.offerAdministration(hospital, { ...office(deputy), account: '0x12' })).rejects.toMatchObject({
			code: 'records.invalid-input',
			details: { field: 'account' },
		});
	});

	test('the last administrator cannot go; once there is another, the first can', async () => {
		await expect(r.removeAdministrator(hospital, office(hospital))).rejects.toMatchObject(refused('LastAdministrator'));
		await offer();
		await accept();
		await r.removeAdministrator(deputy, office(hospital));
		expect(await list()).toMatchObject([{ person: { address: addressOf(deputy) }, isHospital: false }]);
		expect(await r.lookUpAccount(hospital, addressOf(hospital))).toMatchObject({
			hospital: { status: 'approved' },
			offices: [],
		});
		await expect(r.addTeam(hospital, { name: 'Cardiology' })).rejects.toMatchObject(refused('NotAdministrator'));
		await expect(r.removeAdministrator(deputy, office(deputy))).rejects.toMatchObject(refused('LastAdministrator'));
	});
});

describe('an administrator with a keyring of their own', () => {
	beforeEach(async () => {
		await offer();
		await accept();
	});

	test('changes teams; everybody finds the directory on their clouds, also after they leave office', async () => {
		// The hospital and its deputy write to different clouds, and each name only their own on chain.
		const [first, ...others] = world.clouds;
		await r.changeSettings(hospital, { clouds: others });
		const changed = await r.changeSettings(deputy, { clouds: [first] });
		const apart = r.withIdentity(deputy, changed.identity);
		const { teamId } = await r.addTeam(apart, { hospital: addressOf(hospital), name: 'Cardiology' });
		await r.renameTeam(apart, { hospital: addressOf(hospital), teamId, name: 'Heart centre' });
		const reader = await world.person('Reader');
		expect(await r.readTeams(reader, addressOf(hospital))).toMatchObject([{ name: 'Heart centre', retired: false }]);
		await r.removeAdministrator(hospital, office(deputy));
		const later = await world.person('Later');
		expect(await r.readTeams(later, addressOf(hospital))).toMatchObject([{ name: 'Heart centre' }]);
		await r.retireTeam(hospital, { teamId });
		expect(await r.readTeams(later, addressOf(hospital))).toMatchObject([{ name: 'Heart centre', retired: true }]);
	});

	test('who moves to other clouds takes the directory along', async () => {
		const [first, second] = world.clouds;
		const before = await r.changeSettings(deputy, { clouds: [first] });
		const apart = r.withIdentity(deputy, before.identity);
		await r.addTeam(apart, { hospital: addressOf(hospital), name: 'Cardiology' });
		await r.changeSettings(apart, { clouds: [second] });
		expect(await r.readTeams(await world.person('Reader'), addressOf(hospital))).toMatchObject([
			{ name: 'Cardiology' },
		]);
	});

	test('cannot admit anybody: that needs the hospital’s own keys', async () => {
		const { teamId } = await r.addTeam(deputy, { hospital: addressOf(hospital), name: 'Cardiology' });
		const nurse = addressOf(await world.person('Siobhán'));
		const entry = { name: 'Siobhán', title: '', role: 'nurse' as const, teamId, validUntil: Date.now() + day };
		await expect(r.addMember(deputy, { address: nurse, ...entry })).rejects.toMatchObject({
			code: 'records.not-approved',
		});
		await expect(r.addMember(hospital, { address: nurse, ...entry })).resolves.toMatchObject({});
		expect((await r.readTeams(deputy, addressOf(hospital)))[0]?.members).toMatchObject([{ name: 'Siobhán' }]);
	});

	test('is called by the name in the directory, where the hospital has them as a member', async () => {
		await world.member(hospital, deputy, { name: 'Huda Saleh' });
		expect((await list())[1]?.person).toMatchObject({ name: 'Huda Saleh', hospitalName: 'Nour Hospital' });
		expect((await r.lookUpAccount(deputy, addressOf(deputy))).roles).toEqual(['clinician', 'hospital']);
		const log = await r.readLog(deputy, { kinds: ['administrator-offered', 'administrator-added'] });
		expect(log[0]).toMatchObject({ kind: 'administrator-added', actor: { address: addressOf(deputy) } });
	});
});
