/** What a policy comes to: who could open it today, whether anybody could, which hospital could alone, and what a reader lacks. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hospitalsAlone } from '#lib/records/outlook.ts';
import * as r from '#lib/records/index.ts';
import type { Category, Deps, PolicyChoice } from '#lib/records/index.ts';
import { addressOf, day, fileOf, startWorld, type World } from './world.ts';

let world: World;
let hospital: Deps;
let patient: Deps;
let doctor: Deps;
let nurse: Deps;
let teamId: r.Hash;
beforeAll(async () => {
	world = await startWorld();
	hospital = await world.hospital('Nour Hospital');
	[doctor, nurse] = await Promise.all([world.person('Dr Omar'), world.person('Siobhán')]);
	teamId = await world.member(hospital, doctor);
	await world.member(hospital, nurse, { name: 'Siobhán Kelly', role: 'nurse', teamId });
});
afterAll(() => world.stop());
beforeEach(async () => {
	patient = await world.patient('Lina Haddad');
});

function grant(reader: Deps, scope: Category[]) {
	const expiresAt = Date.now() + 30 * day;
	return r.grantAccess(patient, { grantee: addressOf(reader), scope, expiresAt, shareName: false });
}
const forRole = (role: r.MemberRole): PolicyChoice => ({
	who: 'role',
	category: 'labs',
	hospital: addressOf(hospital),
	role,
});
async function outlook(choice: PolicyChoice) {
	const { readers, ...rest } = await r.policyOutlook(patient, choice);
	return { ...rest, readers: readers.map(({ address }) => address) };
}

describe('a policy', () => {
	test('that asks for permission alone is met by whoever has it', async () => {
		const choice: PolicyChoice = { who: 'allowed', category: 'labs' };
		expect(await outlook(choice)).toEqual({ readers: [], canBeMet: true, alone: [] });
		await grant(doctor, ['labs']);
		await grant(nurse, ['notes']);
		expect(await outlook(choice)).toEqual({ readers: [addressOf(doctor)], canBeMet: true, alone: [] });
	});

	test('that asks for a role too is met by those with both', async () => {
		await grant(doctor, ['labs']);
		await grant(nurse, ['labs']);
		expect(await outlook(forRole('nurse'))).toEqual({ readers: [addressOf(nurse)], canBeMet: true, alone: [] });
		await r.revokeAccess(patient, { grantee: addressOf(nurse) });
		expect(await outlook(forRole('nurse'))).toEqual({ readers: [], canBeMet: true, alone: [] });
	});

	test('for a role that nobody has, or a team that nobody is in, can be met by nobody, whoever is allowed', async () => {
		await grant(doctor, ['labs']);
		expect(await outlook(forRole('pharmacist'))).toEqual({ readers: [], canBeMet: false, alone: [] });
		const empty = await r.addTeam(hospital, { name: `Team ${String(Date.now())}` });
		const team: PolicyChoice = { who: 'team', category: 'labs', hospital: addressOf(hospital), teamId: empty.teamId, teamSlug: empty.slug }; // prettier-ignore
		expect(await outlook(team)).toEqual({ readers: [], canBeMet: false, alone: [] });
	});

	test('that only the patient opens has no other readers', async () => {
		await grant(doctor, ['labs']);
		expect(await outlook({ who: 'only-me' })).toMatchObject({ readers: [], alone: [] });
	});

	test('of another form names the hospitals that could open it without the patient', async () => {
		const [me, theirs] = [addressOf(patient), addressOf(hospital)];
		const alone = async (policy: string) => (await hospitalsAlone(patient, policy, me)).map(({ name }) => name);
		expect(await alone(`consent.labs#0@${me} or doctor#0@${theirs}`)).toEqual(['Nour Hospital']);
		expect(await alone(`consent.labs#0@${me} and doctor#0@${theirs}`)).toEqual([]);
		expect(await alone(`consent.labs#0@${me}`)).toEqual([]);
	});
});

describe('a reader for whom a part stays closed', () => {
	async function save(policy: PolicyChoice): Promise<r.Hash> {
		const document = { file: fileOf('text', 'a.txt'), title: 'a', clinicalDate: '2026-11-20', policy };
		return (await r.saveDocument(patient, { ...document, category: 'labs' })).recordId;
	}
	async function part(reader: Deps, recordId: r.Hash) {
		const record = await r.readRecord(reader, { patient: addressOf(patient), recordId });
		return record.parts[0];
	}

	test('is told which permission is lacking', async () => {
		await grant(doctor, ['notes']);
		expect(await part(doctor, await save({ who: 'allowed', category: 'labs' }))).toMatchObject({
			label: null,
			closedBecause: 'crypto.policy-not-met',
			lacking: [{ what: 'permission', category: 'labs', older: false }],
		});
	});

	test('and which role or team; of several, only what is lacking', async () => {
		await grant(nurse, ['labs']);
		expect(await part(nurse, await save(forRole('doctor')))).toMatchObject({
			lacking: [{ what: 'role', role: 'doctor', hospital: 'Nour Hospital', older: false }],
		});
		const { teamId: other, slug } = await r.addTeam(hospital, { name: `Dialysis ${String(Date.now())}` });
		const team: PolicyChoice = { who: 'team', category: 'notes', hospital: addressOf(hospital), teamId: other, teamSlug: slug }; // prettier-ignore
		expect((await part(nurse, await save(team)))?.lacking).toMatchObject([
			{ what: 'permission', category: 'notes', older: false },
			{ what: 'team', team: expect.stringMatching(/^Dialysis/) as string, hospital: 'Nour Hospital', older: false },
		]);
	});

	test('and that a key is from before the locks changed', async () => {
		await grant(doctor, ['labs']);
		await grant(nurse, ['labs']);
		await r.revokeAccess(patient, { grantee: addressOf(nurse), withoutKeys: true });
		expect(await part(doctor, await save({ who: 'allowed', category: 'labs' }))).toMatchObject({
			closedBecause: 'crypto.old-epoch',
			lacking: [{ what: 'permission', category: 'labs', older: true }],
		});
	});

	test('and that it is the patient’s alone', async () => {
		await grant(doctor, ['labs']);
		expect((await part(doctor, await save({ who: 'only-me' })))?.lacking).toEqual([{ what: 'nobody', older: false }]);
	});

	test('is told nothing where it opens, nor how it is sealed against hospitals, which is the patient’s to know', async () => {
		await grant(doctor, ['labs']);
		const recordId = await save({ who: 'allowed', category: 'labs' });
		expect(await part(doctor, recordId)).toMatchObject({ label: { title: 'a' }, lacking: null, alone: [] });
		expect(await part(patient, recordId)).toMatchObject({ lacking: null, alone: [] });
	});
});
