import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { resealRecords as sendReseal, type Address } from '#lib/chain/index.ts';
import { randomKey } from '#lib/crypto/index.ts';
import { findObject, saveObject } from '#lib/records/blocks.ts';
import { resealSchema, type Reseal } from '#lib/records/formats.ts';
import { findHeader, wrapPartKey } from '#lib/records/headers.ts';
import * as r from '#lib/records/index.ts';
import type { Deps } from '#lib/records/index.ts';
import { askAnew, historyOf } from '#lib/records/ledger.ts';
import { createLock } from '#lib/records/locks.ts';
import { transact } from '#lib/records/act.ts';
import { copyOwnObjects } from '#lib/records/own-objects.ts';
import { findRecordEvent, recordEvents } from '#lib/records/record-events.ts';
import { findPartLock } from '#lib/records/resealed.ts';
import { cidFromDigest, connectStore } from '#lib/storage/index.ts';
import { opensByForce } from '../../scripts/journey/force.ts';
import { isSlow } from '../slow.ts';
import { addressOf, day, fileOf, startWorld, type World } from './world.ts';

const manyRecords = isSlow ? 1000 : 12;

let world: World;
let hospital: Deps;
let doctor: Deps;
let nurse: Deps;
let patient: Deps;
let me: Address;

beforeAll(async () => {
	world = await startWorld();
	[hospital, doctor, nurse] = await Promise.all([
		world.hospital('Nour Hospital'),
		world.person('Dr Omar'),
		world.person('Siobhán'),
	]);
	const teamId = await world.member(hospital, doctor);
	await world.member(hospital, nurse, { name: 'Siobhán Kelly', role: 'nurse', teamId });
});
afterAll(() => world.stop());
beforeEach(async () => {
	patient = await world.patient('Lina Haddad');
	me = addressOf(patient);
});

const allowed = { who: 'allowed', category: 'labs' } as const;
async function save(text: string, policy: r.PolicyChoice = allowed): Promise<r.Hash> {
	const document = { file: fileOf(text, 'a.txt'), title: text, clinicalDate: '2026-11-20' };
	return (await r.saveDocument(patient, { ...document, policy, category: 'labs' })).recordId;
}
async function treat(text: string): Promise<r.Hash> {
	await r.allowAdding(patient, { hospital: addressOf(hospital), expiresAt: Date.now() + 30 * day });
	const form = {
		title: 'Visit',
		startedOn: '2026-11-21',
		endedOn: null,
		conditions: [{ text }],
		medicines: [],
		notes: '',
	};
	return (await r.addTreatment(doctor, { patient: me, hospital: addressOf(hospital), form })).recordId;
}
function grant(reader: Deps, scope: r.Category[] = ['labs', 'treatments']) {
	return r.grantAccess(patient, {
		grantee: addressOf(reader),
		scope,
		expiresAt: Date.now() + 30 * day,
		shareName: true,
	});
}
const stop = (reader: Deps) => r.revokeAccess(patient, { grantee: addressOf(reader) });
async function read(reader: Deps, recordId: r.Hash): Promise<string> {
	return (await r.openPart(reader, { patient: me, recordId, index: 0 })).blob.text();
}
const force = (reader: Deps, recordId: r.Hash, first = false) =>
	opensByForce(reader, { patient: me, recordId, index: 0, first });
const oldKeys = { code: 'crypto.old-epoch' };
/** The same person in a browser that remembers nothing. */
const anew = (deps: Deps): Deps => ({
	...r.withIdentity(deps, deps.identity as NonNullable<Deps['identity']>),
	cache: r.memoryCache(),
});
/** What the chain and the clouds hold of all records, apart from locks. */
async function contents() {
	askAnew(patient);
	const records = await recordEvents(patient, me);
	return Promise.all(records.map(async (record) => ({ record, header: await findHeader(anew(patient), record) })));
}

describe('after someone was stopped, resealing', () => {
	test('puts all parts under new locks at once: their keys open none of those, and who stays opens all', async () => {
		const records = [await save('one'), await save('two')];
		await grant(doctor);
		await grant(nurse);
		await stop(doctor);
		expect(await r.countOutdated(patient)).toEqual({ parts: 2, records: 2, unknown: 0 });
		for (const recordId of records) await expect(force(doctor, recordId)).resolves.toHaveLength(32);

		expect(await r.resealRecords(patient)).toMatchObject({ parts: 2, left: 0 });
		expect(await r.countOutdated(patient)).toEqual({ parts: 0, records: 0, unknown: 0 });
		for (const recordId of records) {
			await expect(force(doctor, recordId)).rejects.toMatchObject(oldKeys);
			await expect(force(anew(doctor), recordId)).rejects.toMatchObject(oldKeys);
		}
		expect(await read(nurse, records[0]!)).toBe('one');
		expect(await read(anew(nurse), records[1]!)).toBe('two');
		expect(await read(anew(patient), records[0]!)).toBe('one');
	});

	test('cannot take back what could be read: the first lock still opens by a key of then', async () => {
		const recordId = await save('one');
		await grant(doctor);
		await stop(doctor);
		await r.resealRecords(patient);
		await expect(force(anew(doctor), recordId, true)).resolves.toHaveLength(32);
	});

	test('leaves headers, ids, digests and audit roots as they were', async () => {
		await save('one');
		await treat('by the doctor');
		await grant(nurse);
		await grant(doctor);
		await stop(nurse);
		const before = await contents();
		expect(await r.resealRecords(patient)).toMatchObject({ left: 0 });
		expect(await contents()).toEqual(before);
		const views = await r.listRecords(patient, { patient: me });
		expect(views.map(({ integrity }) => integrity)).toEqual(['signed', 'signed']);
	});

	test('reaches what a hospital added; its author keeps reading by their own lock', async () => {
		const recordId = await treat('by the doctor');
		await grant(nurse);
		expect(await read(nurse, recordId)).toContain('by the doctor');
		await stop(nurse);
		await r.resealRecords(patient);
		await expect(force(anew(nurse), recordId)).rejects.toMatchObject(oldKeys);
		expect(await read(anew(doctor), recordId)).toContain('by the doctor');
		expect(await read(anew(patient), recordId)).toContain('by the doctor');
	});

	test('makes one lock for each policy, in one transaction, and none for what only the patient opens', async () => {
		const role = { who: 'role', category: 'labs', hospital: addressOf(hospital), role: 'nurse' } as const;
		for (const text of ['a', 'b', 'c']) await save(text);
		await save('for nurses', role);
		const mine = await save('mine', { who: 'only-me' });
		await grant(doctor);
		await grant(nurse);
		await stop(doctor);
		const before = (await historyOf(patient, me)).length;
		expect(await r.resealRecords(patient)).toMatchObject({ parts: 4, left: 0 });
		askAnew(patient);
		const news = (await historyOf(patient, me)).slice(before);
		expect(news.map(({ name }) => name)).toEqual(['RecordsResealed']);
		const views = await r.listRecords(anew(nurse), { patient: me });
		expect(views.filter(({ parts }) => parts[0]?.label).map(({ title }) => title)).toEqual([
			'for nurses',
			'c',
			'b',
			'a',
		]);
		const policies = views.filter(({ id }) => id !== mine).map(({ parts }) => parts[0]?.policy);
		expect(policies.every((policy) => policy?.startsWith(`consent.labs#1@${me}`))).toBe(true);
	});

	test(
		`of ${String(manyRecords)} records takes one capsule, one object with all wraps, and one transaction`,
		async () => {
			for (let i = 0; i < manyRecords; i++) await save(`record ${String(i)}`);
			await grant(doctor);
			await stop(doctor);
			const capsules: string[] = [];
			const encapsulate: r.Engine['encapsulate'] = async (order) => {
				capsules.push(order.policy);
				return patient.engine.encapsulate(order);
			};
			const before = (await historyOf(patient, me)).length;
			const counting = { ...patient, engine: { ...patient.engine, encapsulate } };
			expect(await r.resealRecords(counting)).toMatchObject({ parts: manyRecords, left: 0 });
			expect(capsules).toEqual([`consent.labs#1@${me}`]);
			askAnew(patient);
			const news = (await historyOf(patient, me)).slice(before);
			expect(news.map(({ name }) => name)).toEqual(['RecordsResealed']);
			const digest = news.flatMap((event) => (event.name === 'RecordsResealed' ? [event.locksDigest] : []))[0];
			const { parts, next } = await findObject(anew(patient), resealSchema, digest!, [me]);
			expect(next).toBeNull();
			expect(parts).toHaveLength(manyRecords);
			expect(new Set(parts.map(({ lock }) => String(lock))).size).toBe(1);
		},
		isSlow ? 30 * 60_000 : undefined,
	);

	test('follows a hospital that removed a member, too', async () => {
		const role = { who: 'role', category: 'labs', hospital: addressOf(hospital), role: 'technician' } as const;
		const leaving = await world.person('Leaving');
		await world.member(hospital, leaving, { name: 'Leaving', role: 'technician' });
		const recordId = await save('for technicians', role);
		await grant(leaving);
		expect(await read(leaving, recordId)).toBe('for technicians');
		await r.removeMember(hospital, { address: addressOf(leaving) });
		expect(await r.countOutdated(patient)).toMatchObject({ parts: 1 });
		await r.resealRecords(patient);
		await expect(force(leaving, recordId)).rejects.toMatchObject(oldKeys);
	});

	test('again and again: the newest lock counts, and who is granted later opens it', async () => {
		const recordId = await save('one');
		for (const reader of [doctor, nurse]) {
			await grant(reader);
			await stop(reader);
			await r.resealRecords(patient);
		}
		await expect(force(doctor, recordId)).rejects.toMatchObject(oldKeys);
		await grant(doctor);
		expect(await read(anew(doctor), recordId)).toBe('one');
		const [view] = await r.listRecords(patient, { patient: me });
		expect(view?.parts[0]?.policy).toBe(`consent.labs#2@${me}`);
	});

	test('can be signed and left to others to send', async () => {
		await save('one');
		await grant(doctor);
		await stop(doctor);
		const log = () => r.readLog(nurse, { account: me, kinds: ['records-resealed'] });
		const handOver = (signed: Parameters<NonNullable<r.ActionOptions['handOver']>>[0]) =>
			void r.relayPermission(nurse, signed);
		expect(await r.resealRecords(patient, { handOver })).toMatchObject({ parts: 1 });
		expect(await log()).toHaveLength(1);
	});
});

describe('resealing does nothing', () => {
	test('where every lock is of the present epochs, erased records aside', async () => {
		expect(await r.resealRecords(patient)).toBe(null);
		const erased = await save('one');
		await grant(doctor);
		await stop(doctor);
		await r.eraseRecord(patient, { recordId: erased });
		await save('two');
		expect(await r.countOutdated(patient)).toEqual({ parts: 0, records: 0, unknown: 0 });
		expect(await r.resealRecords(patient)).toBe(null);
	});

	test('on chain, when no cloud takes the new locks', async () => {
		await save('one');
		await grant(doctor);
		await stop(doctor);
		await expect(r.resealRecords({ ...patient, configs: [] })).rejects.toMatchObject({ code: 'storage.no-clouds' });
		expect(await r.readLog(patient, { account: me, kinds: ['records-resealed'] })).toEqual([]);
		expect(await r.countOutdated(patient)).toMatchObject({ parts: 1 });
	});

	test('to another patient’s records', async () => {
		const recordId = await save('one');
		await grant(doctor);
		await stop(doctor);
		const other = await world.patient('Another');
		expect(await r.countOutdated(other)).toEqual({ parts: 0, records: 0, unknown: 0 });
		const { lock, wrap } = await wrongWrap(other, recordId);
		await announce(other, addressOf(other), [{ record: recordId, index: 0, lock, wrap }]);
		expect(await read(anew(patient), recordId)).toBe('one');
	});
});

describe('a reseal object', () => {
	test('that gives another key than the part’s is refused, never taken for the contents', async () => {
		const recordId = await save('one');
		await grant(nurse);
		const { lock, wrap } = await wrongWrap(patient, recordId);
		await announce(patient, me, [{ record: recordId, index: 0, lock, wrap }]);
		for (const reader of [patient, nurse]) {
			await expect(read(anew(reader), recordId)).rejects.toMatchObject({ code: 'crypto.wrong-key' });
		}
	});

	test('that names a lock of another author is refused', async () => {
		const recordId = await save('one');
		const other = await world.patient('Another');
		const { lock, wrap } = await wrongWrap(other, recordId);
		await announce(patient, me, [{ record: recordId, index: 0, lock, wrap }]);
		await expect(read(patient, recordId)).rejects.toMatchObject({ code: 'records.invalid-header' });
	});

	test.each<[string, (reseal: Reseal) => unknown]>([
		['is of another patient', (reseal) => ({ ...reseal, patient: addressOf(doctor) })],
		['is of another epoch than the transaction', (reseal) => ({ ...reseal, epoch: 7 })],
		['has a field that is not listed', (reseal) => ({ ...reseal, note: 'more' })],
		['is of another kind', (reseal) => ({ ...reseal, kind: 'keys' })],
	])('that %s counts for nothing: the lock before it does', async (_, altered) => {
		const recordId = await save('one');
		const { lock, wrap } = await wrongWrap(patient, recordId);
		await announce(patient, me, [{ record: recordId, index: 0, lock, wrap }], altered);
		expect(await read(anew(patient), recordId)).toBe('one');
	});

	test('that no cloud has counts for nothing', async () => {
		const recordId = await save('one');
		await grant(nurse);
		const locksDigest = `0x${'ab'.repeat(32)}` as const;
		await send(patient, locksDigest);
		expect(await read(nurse, recordId)).toBe('one');
	});

	test('is brought to a new cloud with its locks', async () => {
		const recordId = await save('one');
		await grant(nurse);
		await grant(doctor);
		await stop(doctor);
		await r.resealRecords(patient);
		const events = await historyOf(patient, me);
		const digest = events.flatMap((event) => (event.name === 'RecordsResealed' ? [event.locksDigest] : []))[0];
		const stored: string[] = [];
		const put = (cid: unknown) => Promise.resolve(void stored.push(String(cid)));
		const store = { ...connectStore(world.clouds[1]), put };
		await copyOwnObjects(patient, [store]);
		const header = await findHeader(patient, await findRecordEvent(patient, { patient: me, recordId }));
		expect(stored).toContain(String(cidFromDigest(digest!)));
		expect(stored).toContain(String((await findPartLock(patient, { recordId, header, index: 0 })).cid));
	});
});

/** A lock of someone's for themselves, with a key wrapped under it that is not the part's. */
async function wrongWrap(who: Deps, recordId: r.Hash) {
	const header = await findHeader(patient, await findRecordEvent(patient, { patient: me, recordId }));
	const address = addressOf(who);
	const { cid, key } = await createLock(who, {
		patient: address,
		author: address,
		policy: `consent.labs#0@${address}`,
	});
	return { lock: cid, wrap: await wrapPartKey(header, 0, key, randomKey()) };
}

async function announce(
	who: Deps,
	address: Address,
	parts: Reseal['parts'],
	altered: (reseal: Reseal) => unknown = (reseal) => reseal,
): Promise<void> {
	const { digest } = await saveObject(
		who,
		altered({ v: 1, kind: 'reseal', patient: address, epoch: 0, parts, next: null }),
	);
	await send(who, digest);
}

async function send(who: Deps, locksDigest: r.Hash): Promise<void> {
	const registry = who.chain.contracts.recordRegistry;
	await transact(who, {}, (wallet) => sendReseal(wallet, { registry, epoch: 0, locksDigest }));
	askAnew(patient);
}
