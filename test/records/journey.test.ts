import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as r from '#lib/records/index.ts';
import type { Deps } from '#lib/records/index.ts';
import { addressOf, day, fileOf, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
afterAll(() => world.stop());

describe('the ten steps', () => {
	let hospital: Deps;
	let patient: Deps;
	let doctor: Deps;
	let document: r.SaveResult;
	let requestId: r.Hash;
	const text = 'glucose 5.4 mmol/L, reference 3.9 to 5.6';

	test('a hospital applies, is approved, and publishes its authority', async () => {
		hospital = await world.person('Nour Hospital');
		const address = addressOf(hospital);
		await r.applyAsHospital(hospital, { name: 'Nour Hospital', country: 'sa', contact: '+966 11 000 000', about: 'x' });
		await expect(r.publishAuthority(hospital)).rejects.toMatchObject({ code: 'records.not-approved' });
		await r.approveHospital(world.registrar, { hospital: address });
		await r.publishAuthority(hospital);
		const [view] = await r.listHospitals(world.registrar);
		expect(view).toMatchObject({
			address,
			status: 'approved',
			hasAuthority: true,
			profile: { name: 'Nour Hospital', country: 'SA' },
		});
	});

	test('it adds a team and a doctor', async () => {
		doctor = await world.person('Omar Nasser');
		const { teamId, slug } = await r.addTeam(hospital, { name: 'Cardiology' });
		expect(slug).toBe('cardiology');
		const member = { name: 'Dr Omar Nasser', title: 'Consultant', role: 'doctor' as const, teamId };
		await r.addMember(hospital, { ...member, address: addressOf(doctor), validUntil: Date.now() + 90 * day });
		const [team] = await r.readTeams(doctor, addressOf(hospital));
		expect(team?.members[0]).toMatchObject({ name: 'Dr Omar Nasser', active: true });
		const view = await r.lookUpAccount(doctor, addressOf(doctor));
		expect(view.roles).toEqual(['clinician']);
		expect(view.memberships[0]).toMatchObject({ hospitalName: 'Nour Hospital', teamName: 'Cardiology' });
	});

	test('a patient saves a document for whom they allow to see laboratory results', async () => {
		patient = await world.patient('Lina Haddad');
		const stages: string[] = [];
		document = await r.saveDocument(
			patient,
			{
				file: fileOf(text, 'glucose.txt'),
				title: 'Blood sugar',
				category: 'labs',
				clinicalDate: '2026-11-20',
				policy: { who: 'allowed', category: 'labs' },
			},
			{ onProgress: ({ stage }) => stages.at(-1) === stage || stages.push(stage) },
		);
		expect(stages).toEqual(['reading', 'sealing', 'saving', 'waiting-for-wallet', 'confirming', 'saved']);
		expect(document.saved).toHaveLength(3);
		const [record] = await r.listRecords(patient, { patient: addressOf(patient) });
		expect(record).toMatchObject({ title: 'Blood sugar', integrity: 'signed', sharedWith: [], pending: [] });
	});

	test('the doctor cannot open it before', async () => {
		const [record] = await r.listRecords(doctor, { patient: addressOf(patient) });
		expect(record?.parts[0]).toMatchObject({ label: null, closedBecause: 'records.no-grant' });
	});

	test('the doctor asks, the patient narrows and grants', async () => {
		const asked = await r.requestAccess(doctor, {
			patient: addressOf(patient),
			hospital: addressOf(hospital),
			purpose: 'Before the operation',
			scope: ['labs', 'imaging', 'treatments'],
			days: 30,
		});
		requestId = asked.requestId;
		const [request] = await r.listRequests(patient, { as: 'patient' });
		expect(request).toMatchObject({
			id: requestId,
			state: 'waiting',
			purpose: 'Before the operation',
			requester: { name: 'Dr Omar Nasser', hospitalName: 'Nour Hospital' },
		});
		const scope: r.Category[] = ['treatments', 'labs'];
		const expiresAt = Date.now() + 30 * day + 60_000;
		await r.grantAccess(patient, { grantee: addressOf(doctor), requestId, scope, expiresAt, shareName: true });
		const [mine] = await r.listRequests(doctor, { as: 'requester' });
		expect(mine).toMatchObject({ state: 'narrowed', granted: { scope }, patient: { address: addressOf(patient) } });
		const [grant] = await r.listGrants(doctor, { as: 'grantee' });
		expect(grant).toMatchObject({ state: 'open', scope, patient: { name: 'Lina Haddad' } });
	});

	test('the doctor opens it', async () => {
		const opened = await r.openPart(doctor, { patient: addressOf(patient), recordId: document.recordId, index: 0 });
		expect(await opened.blob.text()).toBe(text);
		expect(opened.label).toMatchObject({ title: 'Blood sugar', fileName: 'glucose.txt', kind: 'text' });
		const [record] = await r.listRecords(patient, { patient: addressOf(patient) });
		expect(record?.sharedWith).toMatchObject([{ name: 'Dr Omar Nasser' }]);
	});

	test('the doctor adds a treatment under the standing consent', async () => {
		const form = {
			title: 'Chest pain',
			startedOn: '2026-11-21',
			endedOn: null,
			conditions: [{ text: 'Angina pectoris' }],
			medicines: [{ name: 'Aspirin', dose: '75 mg daily' }],
			notes: 'Come back in two weeks.',
		};
		const treatment = { patient: addressOf(patient), hospital: addressOf(hospital), form };
		await expect(r.addTreatment(doctor, treatment)).rejects.toMatchObject({ code: 'records.no-consent' });
		await r.allowAdding(patient, { hospital: addressOf(hospital), expiresAt: Date.now() + 90 * day });
		await r.addTreatment(doctor, treatment);
		const [record] = await r.listRecords(patient, { patient: addressOf(patient) });
		expect(record).toMatchObject({
			title: 'Chest pain',
			hospitalName: 'Nour Hospital',
			author: { name: 'Dr Omar Nasser' },
		});
		expect(record?.parts).toHaveLength(2);
		expect(await r.listPatients(doctor)).toMatchObject([{ patient: { name: 'Lina Haddad' }, state: 'open' }]);
		expect(await r.listAdders(patient)).toMatchObject([{ hospital: { name: 'Nour Hospital' }, state: 'open' }]);
	});

	test('the patient revokes; the doctor opens nothing of before or after', async () => {
		await r.revokeAccess(patient, { grantee: addressOf(doctor) });
		const records = await r.listRecords(doctor, { patient: addressOf(patient) });
		expect(records.at(-1)?.parts[0]).toMatchObject({ label: null, closedBecause: 'records.access-ended' });
		expect(await r.listGrants(patient, { as: 'patient' })).toMatchObject([{ state: 'revoked' }]);
	});

	test('the log has all of it, for anyone', async () => {
		const anyone = r.makeDeps({ chain: world.chain, engine: doctor.engine, cache: r.memoryCache() });
		const log = await r.readLog(anyone);
		const kinds = log.map(({ kind }) => kind).reverse();
		expect(kinds).toEqual([
			'keys-published',
			'hospital-applied',
			'hospital-approved',
			'authority-published',
			'keys-published',
			'team-added',
			'member-added',
			'keys-published',
			'record-added',
			'access-requested',
			'access-granted',
			'adding-allowed',
			'record-added',
			'access-revoked',
		]);
		expect(log.find(({ kind }) => kind === 'access-requested')?.actor).toMatchObject({ name: 'Dr Omar Nasser' });
		expect(JSON.stringify(log)).not.toContain('Lina');
	});
});
