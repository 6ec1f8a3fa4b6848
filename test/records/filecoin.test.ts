/** A history that lies on Filecoin alone: saved, opened, audited and erased by the use cases that know nothing of it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as r from '#lib/records/index.ts';
import { firstVisit } from '../../scripts/demo/person.ts';
import { startFilecoinCloud, type FilecoinCloud } from '../../scripts/clouds/filecoin-cloud.ts';
import { same } from '../storage/samples.ts';
import { addressOf, fileOf, startWorld, type World } from './world.ts';

let world: World;
let cloud: FilecoinCloud;
beforeAll(async () => {
	[world, cloud] = await Promise.all([startWorld(), startFilecoinCloud()]);
});
afterAll(() => Promise.all([world.stop(), cloud.stop()]));

test('a document is saved there, opened again, held by every audit, and erased', async () => {
	const place = { ...world, clouds: [cloud.config] };
	const { deps: patient } = await firstVisit(place, { account: await world.newAccount(), displayName: 'Lina Haddad', asPatient: true }); // prettier-ignore
	const bytes = crypto.getRandomValues(new Uint8Array(60_000));
	const { recordId } = await r.saveDocument(patient, {
		file: fileOf(bytes, 'scan.bin'),
		title: 'Scan',
		category: 'imaging',
		clinicalDate: '2026-11-20',
		policy: { who: 'only-me' },
	});
	const own = { patient: addressOf(patient) };
	const { blob } = await r.openPart(patient, { ...own, recordId, index: 0 });
	expect(same(new Uint8Array(await blob.arrayBuffer()), bytes)).toBe(true);

	const holdings = await r.listHoldings(patient, own);
	const [audit, ...others] = await r.auditHoldings(patient, holdings);
	expect(audit).toMatchObject({ store: 'filecoin:calibration/12', state: 'held', failed: 0, isWhole: true });
	expect(others).toEqual([]);
	expect(await r.checkClouds(patient)).toMatchObject([{ kind: 'filecoin', state: 'well' }]);

	const { erasure } = await r.eraseRecord(patient, { recordId });
	expect(erasure.clouds).toMatchObject([
		{ name: 'filecoin:calibration/12', answer: 'removed', removed: 3, code: null },
	]);
	const again = r.openPart(patient, { ...own, recordId, index: 0 });
	await expect(again).rejects.toMatchObject({ code: 'records.erased' });
});
