import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as r from '#lib/records/index.ts';
import { cloudNames } from '../../scripts/clouds/start.ts';
import { visitor } from '../../scripts/demo/person.ts';
import { addressOf, day, fileOf, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
afterAll(() => world.stop());

const form = { title: 'Fever', startedOn: '2026-11-20', endedOn: null, conditions: [], medicines: [], notes: 'rest' };

function document(name: string) {
	const policy = { who: 'only-me' } as const;
	return {
		file: fileOf(name, `${name}.txt`),
		title: name,
		category: 'documents',
		clinicalDate: '2026-11-20',
		policy,
	} as const;
}

describe('what lies where', () => {
	let patient: r.Deps;
	let hospital: r.Deps;
	beforeAll(async () => {
		patient = await world.patient('Lina Haddad');
		hospital = await world.hospital('Nour Hospital');
		const doctor = await world.person('Omar Nasser');
		await world.member(hospital, doctor);
		await r.allowAdding(patient, { hospital: addressOf(hospital), expiresAt: Date.now() + 30 * day });
		await r.saveDocument(patient, document('first'));
		await r.addTreatment(doctor, { patient: addressOf(patient), hospital: addressOf(hospital), form });
	});

	test('a patient sees all records, the latest first, with a piece on each cloud', async () => {
		const holdings = await r.listHoldings(patient, { patient: addressOf(patient) });
		expect(holdings.map(({ hospital: by, problem }) => [by, problem])).toEqual([
			[addressOf(hospital), null],
			[null, null],
		]);
		const stores = holdings[1]!.parts.flatMap(({ pieces }) => pieces.map(({ store }) => store));
		expect(stores).toHaveLength(world.clouds.length);
		expect(new Set(stores).size).toBe(world.clouds.length);
	});

	test('a hospital sees what its members added, and not what the patient keeps', async () => {
		const holdings = await r.listHoldings(hospital, { hospital: addressOf(hospital) });
		expect(holdings.map(({ hospital: by }) => by)).toEqual([addressOf(hospital)]);
		expect(holdings[0]?.parts.length).toBeGreaterThan(0);
	});

	test('shares count records once, pieces each, and sealed bytes', async () => {
		const holdings = await r.listHoldings(patient, { patient: addressOf(patient) });
		const shares = r.sharesOf(holdings);
		expect(shares).toHaveLength(world.clouds.length);
		for (const share of shares) {
			expect(share.records).toBe(2);
			expect(share.pieces).toBe(holdings.flatMap(({ parts }) => parts).length);
			expect(share.bytes).toBeGreaterThan('first'.length + 16);
		}
		expect(r.sharesOf([])).toEqual([]);
	});

	test('an erased record is not among them', async () => {
		const { recordId } = await r.saveDocument(patient, document('second'));
		await r.eraseRecord(patient, { recordId });
		const holdings = await r.listHoldings(patient, { patient: addressOf(patient) });
		expect(holdings.map((holding) => holding.recordId)).not.toContain(recordId);
	});

	test('a header that no cloud gives is said with its record', async () => {
		const stranger = visitor(world, await world.newAccount());
		await Promise.all(cloudNames.map((name) => world.cloudServers.turnOff(name)));
		const holdings = await r.listHoldings(stranger, { patient: addressOf(patient) });
		expect(holdings.every(({ parts }) => parts.length === 0)).toBe(true);
		expect(holdings.map(({ problem }) => problem)).toEqual(['storage.unreachable', 'storage.unreachable']);
	});
});
