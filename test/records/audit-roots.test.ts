/** Revoking a reader and resealing change nothing for audits: the same roots on the chain, the same pieces, the same outcome (M32). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as r from '#lib/records/index.ts';
import type { Deps } from '#lib/records/index.ts';
import { recordEvents } from '#lib/records/record-events.ts';
import { addressOf, day, fileOf, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
afterAll(() => world.stop());

const label = { title: 'Result', category: 'labs', clinicalDate: '2026-11-20' } as const;
const policy = { who: 'allowed', category: 'labs' } as const;

/** What anybody can know of a patient's records: their roots on the chain, and the pieces that their headers name. */
async function known(patient: Deps) {
	const events = await recordEvents(patient, addressOf(patient));
	const holdings = await r.listHoldings(patient, { patient: addressOf(patient) });
	return {
		roots: events.map(({ recordId, headerDigest, auditRoot }) => [recordId, headerDigest, auditRoot]),
		problems: holdings.map(({ problem }) => problem),
		pieces: holdings.flatMap(({ parts }) =>
			parts.flatMap(({ pieces }) =>
				pieces.map(({ cid, store, audit, proofs }) => [store, String(cid), audit, String(proofs)]),
			),
		),
	};
}

async function audited(patient: Deps) {
	const audits = await r.auditHoldings(patient, await r.listHoldings(patient, { patient: addressOf(patient) }));
	return audits.map(({ store, state, pieces, samples, failed }) => ({ store, state, pieces, samples, failed }));
}

test('revoking a reader and resealing change no audit root, no piece, and not what an audit says', async () => {
	const [patient, doctor] = await Promise.all([world.patient('Lina Haddad'), world.person('Dr Omar')]);
	for (const text of ['first', 'second'])
		await r.saveDocument(patient, { file: fileOf(text, 'a.txt'), ...label, policy });
	const expiresAt = Date.now() + 30 * day;
	await r.grantAccess(patient, { grantee: addressOf(doctor), scope: ['labs'], expiresAt, shareName: false });
	const [before, outcome] = [await known(patient), await audited(patient)];
	expect(before.roots).toHaveLength(2);
	expect(before.pieces).toHaveLength(6);
	expect(outcome.map(({ state, pieces }) => [state, pieces])).toEqual(Array(3).fill(['held', 2]));

	await r.revokeAccess(patient, { grantee: addressOf(doctor) });
	expect(await known(patient)).toEqual(before);
	expect(await audited(patient)).toEqual(outcome);

	expect(await r.resealRecords(patient)).toMatchObject({ parts: 2, left: 0 });
	expect(await known(patient)).toEqual(before);
	expect(await audited(patient)).toEqual(outcome);
});
