import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
	addRecord,
	addRecords,
	allowAdding,
	eraseRecord,
	readAddingUntil,
	readHistory,
	readRecord,
	recordIdOf,
	resealRecords,
	revokeAllAccess,
	stopAdding,
	zeroHash,
	type Contracts,
	type Hash,
} from '#lib/chain/index.ts';
import { addOwnRecord, day, digest, ownRecord, refused, settle, startNetwork, type Network } from './network.ts';

let network: Network;
let contracts: Contracts;
/** Of the other patient. */
const epoch = 2;

beforeAll(async () => {
	network = await startNetwork();
	({ contracts } = network);
	await settle(network);
	for (let i = 0; i < epoch; i++) {
		const registry = contracts.consentRegistry;
		await network.done(revokeAllAccess(network.otherPatient.wallet, { registry }));
	}
});
afterAll(() => network.node.stop());

describe('Records', () => {
	const registry = () => contracts.recordRegistry;
	const own = (header: string) => ({ ...ownRecord(network, network.otherPatient, header), epoch });
	const idOf = (header: string) => recordIdOf({ ...own(header), author: network.otherPatient.address });
	const add = (header: string) => addRecord(network.otherPatient.wallet, own(header));
	const read = (recordId: Hash) => readRecord(network.client, { registry: registry(), recordId });

	test("a member adds only while the patient's standing consent lasts", async () => {
		const { client, otherPatient, doctor, stranger, hospital, now, done } = network;
		const record = { ...own('treatment'), hospital: hospital.address };
		const consent = { registry: contracts.consentRegistry, hospital: hospital.address };
		const until = () => readAddingUntil(client, { ...consent, patient: otherPatient.address });
		const noConsent = refused('records.no-consent', {
			reason: 'AddingNotAllowed',
			patient: otherPatient.address,
			hospital: hospital.address,
		});
		expect(await until()).toBeNull();
		await expect(addRecord(doctor.wallet, record)).rejects.toMatchObject(noConsent);
		const expiresAt = (await now()) + day;
		await done(allowAdding(otherPatient.wallet, { ...consent, expiresAt }));
		expect(await until()).toBe(expiresAt);
		await done(addRecord(doctor.wallet, record));
		const recordId = recordIdOf({ ...record, author: doctor.address });
		expect(await read(recordId)).toMatchObject({ patient: otherPatient.address, byPatient: false, erased: false });
		await expect(addRecord(stranger.wallet, record)).rejects.toMatchObject(
			refused('records.not-a-member', { reason: 'NotActiveMember', account: stranger.address }),
		);
		await expect(addRecord(doctor.wallet, { ...record, hospital: null })).rejects.toMatchObject(
			refused('chain.refused', { reason: 'NotPatient', patient: otherPatient.address, account: doctor.address }),
		);
		await done(stopAdding(otherPatient.wallet, consent));
		await expect(addRecord(doctor.wallet, { ...record, headerDigest: digest('later') })).rejects.toMatchObject(
			noConsent,
		);
		await expect(stopAdding(otherPatient.wallet, consent)).rejects.toMatchObject(noConsent);
	});

	test('a record has the id that can be told beforehand, and is erased by its patient alone', async () => {
		const { otherPatient, patient, stranger, doctor, done } = network;
		await done(add('document'));
		const recordId = idOf('document');
		expect(await read(recordId)).toMatchObject({ patient: otherPatient.address, byPatient: true, erased: false });
		for (const person of [patient, stranger]) {
			await expect(eraseRecord(person.wallet, { registry: registry(), recordId })).rejects.toMatchObject(
				refused('chain.refused', { reason: 'UnknownRecord', patient: person.address, recordId }),
			);
		}
		const erase = () => eraseRecord(otherPatient.wallet, { registry: registry(), recordId });
		await done(erase());
		expect((await read(recordId))?.erased).toBe(true);
		expect(await read(digest('none'))).toBeNull();
		await expect(erase()).rejects.toMatchObject(refused('chain.refused', { reason: 'AlreadyErased', recordId }));
		const byHospital = recordIdOf({ ...own('treatment'), author: doctor.address });
		await expect(
			eraseRecord(otherPatient.wallet, { registry: registry(), recordId: byHospital }),
		).rejects.toMatchObject(refused('chain.refused', { reason: 'NotOwnRecord', recordId: byHospital }));
	});

	test('the audit root is part of the id: with another, or none, it is another record', async () => {
		const { otherPatient, done } = network;
		await done(add('with root'));
		const without = { ...own('with root'), auditRoot: null };
		await done(addRecord(otherPatient.wallet, without));
		const recordId = recordIdOf({ ...without, author: otherPatient.address });
		expect(recordId).not.toBe(idOf('with root'));
		expect(await read(recordId)).not.toBeNull();
		await expect(addRecord(otherPatient.wallet, without)).rejects.toMatchObject(
			refused('chain.refused', { reason: 'RecordExists', recordId }),
		);
	});

	test('a correction names what it corrects, which must be a standing record of the patient', async () => {
		const { client, otherPatient, done } = network;
		await done(add('wrong'));
		const amends = idOf('wrong');
		const { blockNumber: fromBlock } = await done(addRecord(otherPatient.wallet, { ...own('right'), amends }));
		expect(await readHistory(client, contracts, { patient: otherPatient.address, fromBlock })).toMatchObject([
			{ name: 'RecordAdded', recordId: idOf('right') },
			{ name: 'RecordAmended', amended: amends, recordId: idOf('right') },
		]);
		expect((await read(amends))?.erased).toBe(false);
		const unknown = digest('unknown');
		await expect(addRecord(otherPatient.wallet, { ...own('more'), amends: unknown })).rejects.toMatchObject(
			refused('chain.refused', { reason: 'UnknownRecord', patient: otherPatient.address, recordId: unknown }),
		);
		await expect(addRecord(otherPatient.wallet, { ...own('more'), amends: idOf('document') })).rejects.toMatchObject(
			refused('chain.refused', { reason: 'AlreadyErased', recordId: idOf('document') }),
		);
	});

	test('a record of a past epoch is refused with both epochs, and so are locks', async () => {
		const { otherPatient } = network;
		const stale = refused('records.stale-epoch', { reason: 'StaleEpoch', given: 0, current: epoch });
		await expect(addOwnRecord(network, otherPatient, 'stale')).rejects.toMatchObject(stale);
		await expect(
			resealRecords(otherPatient.wallet, { registry: registry(), epoch: 0, locksDigest: digest('locks') }),
		).rejects.toMatchObject(stale);
	});

	test('records get new locks under one digest', async () => {
		const { client, otherPatient, done } = network;
		const resealing = { registry: registry(), epoch, locksDigest: digest('locks') };
		const { blockNumber: fromBlock } = await done(resealRecords(otherPatient.wallet, resealing));
		expect(await readHistory(client, contracts, { patient: otherPatient.address, fromBlock })).toMatchObject([
			{ name: 'RecordsResealed', epoch, locksDigest: digest('locks') },
		]);
		await expect(resealRecords(otherPatient.wallet, { ...resealing, locksDigest: zeroHash })).rejects.toMatchObject(
			refused('chain.refused', { reason: 'MissingDigest' }),
		);
	});

	test('several records come in one transaction, or none', async () => {
		const { client, otherPatient, done } = network;
		const batch = { registry: registry(), patient: otherPatient.address, hospital: null, epoch };
		const entryOf = (header: string) => {
			const { headerDigest, auditRoot } = own(header);
			return { headerDigest, auditRoot };
		};
		const entries = ['one', 'two', 'three'].map(entryOf);
		const { blockNumber: fromBlock } = await done(addRecords(otherPatient.wallet, { ...batch, entries }));
		const events = await readHistory(client, contracts, { patient: otherPatient.address, fromBlock });
		expect(events.map((event) => event.name === 'RecordAdded' && event.recordId)).toEqual(
			['one', 'two', 'three'].map(idOf),
		);
		await expect(
			addRecords(otherPatient.wallet, { ...batch, entries: ['four', 'one'].map(entryOf) }),
		).rejects.toMatchObject(refused('chain.refused', { reason: 'RecordExists', recordId: idOf('one') }));
		expect(await read(idOf('four'))).toBeNull();
		await expect(addRecords(otherPatient.wallet, { ...batch, entries: [] })).rejects.toMatchObject(
			refused('chain.refused', { reason: 'NoRecords' }),
		);
	});
});
