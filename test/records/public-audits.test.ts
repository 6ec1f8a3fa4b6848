import { afterAll, beforeAll, expect, test } from 'vitest';
import { attestFailure } from '#lib/chain/index.ts';
import * as r from '#lib/records/index.ts';
import { visitor } from '../../scripts/demo/person.ts';
import { addressOf, fileOf, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
	world = await startWorld();
}, 60_000);
afterAll(() => world.stop());

const label = { title: 'Scan', category: 'imaging', clinicalDate: '2026-11-20', policy: { who: 'only-me' } } as const;

test('a visitor without a wallet audits a record, and sees who reported what about it', async () => {
	const patient = await world.patient('Lina Haddad');
	const { recordId } = await r.saveDocument(patient, { file: fileOf('x'.repeat(3000), 'scan.txt'), ...label });
	const anyone = visitor(world, await world.newAccount());
	const holding = await r.readHolding(anyone, { patient: addressOf(patient), recordId });
	const audits = await r.auditHoldings(anyone, [holding]);
	expect(audits.map(({ state, isWhole }) => [state, isWhole])).toEqual([
		['held', true],
		['held', true],
		['held', true],
	]);
	expect(await r.readPublicAudits(anyone, holding)).toEqual({ opened: 0, proven: 0, failures: [] });

	const { store } = holding.parts[0]!.pieces[1]!;
	const registry = world.chain.contracts.possessionAudit;
	await attestFailure(patient.wallet!, { registry, recordId, piece: 1, cloud: store, reportDigest: null });
	await attestFailure(patient.wallet!, {
		registry,
		recordId,
		piece: 1,
		cloud: 'https://elsewhere.example/',
		reportDigest: null,
	});
	const { failures } = await r.readPublicAudits(anyone, holding);
	expect(failures.map(({ author, store: said }) => [author, said])).toEqual([
		[addressOf(patient), store],
		[addressOf(patient), null],
	]);
});

test('a record that is not there cannot be audited', async () => {
	const patient = await world.patient('Lina Haddad');
	const unknown = { patient: addressOf(patient), recordId: `0x${'1'.repeat(64)}` as const };
	await expect(r.readHolding(patient, unknown)).rejects.toMatchObject({ code: 'chain.not-found' });
});
