/** The root over a record's pieces: on the chain it is that of the header's pieces, and nothing else passes for a record. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordRoot } from '#lib/audit/tree/index.ts';
import { toHex } from '#lib/bytes.ts';
import { addRecord, recordIdOf, zeroHash, type Hash, type WalletClient } from '#lib/chain/index.ts';
import * as r from '#lib/records/index.ts';
import { findHeader } from '#lib/records/headers.ts';
import { patientEpoch } from '#lib/records/ledger.ts';
import { findRecordEvent, type RecordEvent } from '#lib/records/record-events.ts';
import { addressOf, fileOf, startWorld, type World } from './world.ts';

let world: World;
let patient: r.Deps;
let event: RecordEvent;
beforeAll(async () => {
	world = await startWorld();
	patient = await world.patient('Lina Haddad');
	const policy = { who: 'only-me' } as const;
	const file = fileOf('results', 'results.txt');
	const { recordId } = await r.saveDocument(patient, { file, title: 'x', category: 'labs', clinicalDate: '2026-11-20', policy }); // prettier-ignore
	event = await findRecordEvent(patient, { patient: addressOf(patient), recordId });
});
afterAll(() => world.stop());

/** Adds a record of the same header with another root; its number. */
async function withRoot(auditRoot: Hash): Promise<Hash> {
	const { headerDigest, author } = event;
	await addRecord(patient.wallet as WalletClient, {
		registry: world.chain.contracts.recordRegistry,
		patient: addressOf(patient),
		hospital: null,
		headerDigest,
		auditRoot,
		epoch: await patientEpoch(patient, addressOf(patient)),
		amends: null,
	});
	return recordIdOf({ patient: addressOf(patient), author, headerDigest, auditRoot });
}

describe('the audit root on the chain', () => {
	test('is that of the pieces in the order of the header', async () => {
		const header = await findHeader(patient, event);
		const roots = header.parts.flatMap(({ manifest }) => manifest.pieces.map(({ audit }) => audit));
		expect(roots).toHaveLength(3);
		expect(event.auditRoot).toBe(toHex(await recordRoot(roots)));
		expect(event.auditRoot).not.toBe(toHex(await recordRoot(roots.toReversed())));
	});

	test.each([
		['another', `0x${'1'.repeat(64)}`],
		['none', zeroHash],
	] as const)('that is %s makes a record that does not open and is not right', async (_, root) => {
		const recordId = await withRoot(root);
		const opening = r.openPart(patient, { patient: addressOf(patient), recordId, index: 0 });
		await expect(opening).rejects.toMatchObject({ code: 'records.invalid-header' });
		const found = await r.verifyNumber(patient, { number: recordId });
		expect(found.findings.filter(({ outcome }) => outcome === 'bad').map(({ name }) => name)).toEqual([
			'header-other-pieces',
		]);
	});
});
