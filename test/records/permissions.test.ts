/** What a patient signs and somebody else sends and pays for: the same as if the patient had sent it, and nothing else. */
import { parseEther } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as r from '#lib/records/index.ts';
import { requireIdentity } from '#lib/records/act.ts';
import { day, startWorld, type World } from './world.ts';

let world: World;
let hospital: r.Deps;
let doctor: r.Deps;
let patient: r.Deps;
const addressOf = (deps: r.Deps) => requireIdentity(deps).account;

beforeAll(async () => {
	world = await startWorld();
	hospital = await world.hospital('Al-Noor Hospital');
	doctor = await world.person('Dr Layla Haddad');
	await world.member(hospital, doctor);
	patient = await world.patient('Mariam Al-Khatib');
});
afterAll(() => world.stop());

/** Starts the work with the patient only signing; what was signed, and the work, which goes on once it is sent. */
async function signed<T>(work: (options: r.ActionOptions) => Promise<T>, signal?: AbortSignal) {
	let done: Promise<T> | undefined;
	const permission = await new Promise<r.SignedAction>((resolve, reject) => {
		done = work({ handOver: resolve, signal });
		done.catch(reject);
	});
	return { permission, done: done as Promise<T> };
}

const grantTo = (reader: r.Deps) => ({
	grantee: addressOf(reader),
	scope: ['labs'] as r.Category[],
	expiresAt: Date.now() + 30 * day,
	shareName: true,
});

describe('a permission that a patient signs', () => {
	test('counts once a stranger has sent it, costs the patient nothing, and opens the records to the reader', async () => {
		const file = new File(['haemoglobin 12.9 g/dL'], 'labs.txt', { type: 'text/plain' });
		const document = { file, title: 'Blood count', category: 'labs' as const, clinicalDate: '2026-11-20' };
		const { recordId } = await r.saveDocument(patient, { ...document, policy: { who: 'allowed', category: 'labs' } });
		const address = addressOf(patient);
		const before = await world.chainControl.request({
			method: 'eth_getBalance' as never,
			params: [address, 'latest'] as never,
		});
		const { permission, done } = await signed((options) => r.grantAccess(patient, grantTo(doctor), options));
		const stranger = await world.person('Anybody', false);
		const travelled = r.parsePermission(`https://a.example/relay#${r.permissionText(permission)}`);
		expect(travelled).toEqual(permission);
		expect(await r.viewPermission(stranger, travelled)).toMatchObject({
			name: 'ShareRecords',
			state: 'ready',
			signer: { address },
			other: { address: addressOf(doctor) },
		});
		await r.relayPermission(stranger, travelled);
		const receipt = await done;
		expect(receipt.scope).toEqual(['labs']);
		const after = await world.chainControl.request({
			method: 'eth_getBalance' as never,
			params: [address, 'latest'] as never,
		});
		expect(after).toBe(before);
		expect((await r.listGrants(patient, { as: 'patient' }))[0]).toMatchObject({
			state: 'open',
			grantee: { address: addressOf(doctor) },
		});
		const opened = await r.openPart(doctor, { patient: address, recordId, index: 0 });
		expect(await opened.blob.text()).toBe('haemoglobin 12.9 g/dL');
		expect((await r.viewPermission(stranger, travelled)).state).toBe('over');
	});

	test('cannot be sent twice', async () => {
		const { permission, done } = await signed((options) =>
			r.allowAdding(patient, { hospital: addressOf(hospital), expiresAt: Date.now() + day }, options),
		);
		await r.relayPermission(hospital, permission);
		await done;
		await expect(r.relayPermission(hospital, permission)).rejects.toMatchObject({ code: 'chain.permission-over' });
	});

	test('that is changed on its way is refused, and nothing is paid', async () => {
		const abort = new AbortController();
		const { permission, done } = await signed(
			(options) => r.revokeAccess(patient, { grantee: addressOf(doctor) }, options),
			abort.signal,
		);
		const changed = { ...permission, terms: { ...permission.terms, reader: addressOf(hospital) } };
		await expect(r.relayPermission(hospital, changed)).rejects.toMatchObject({ code: 'chain.permission-invalid' });
		await expect(r.relayPermission(hospital, { ...permission, chainId: 1 })).rejects.toMatchObject({
			code: 'chain.wrong-network',
		});
		abort.abort();
		await expect(done).rejects.toMatchObject({ code: 'general.cancelled' });
	});

	test('can be given by somebody who has no money at all', async () => {
		await world.chainControl.setBalance({ address: addressOf(patient), value: 0n });
		const { permission, done } = await signed((options) =>
			r.revokeAccess(patient, { grantee: addressOf(doctor) }, options),
		);
		await r.relayPermission(doctor, permission);
		await done;
		expect((await r.listGrants(patient, { as: 'patient' }))[0]?.state).toBe('revoked');
		await world.chainControl.setBalance({ address: addressOf(patient), value: parseEther('1') });
	});
});

describe('what is pasted as a permission', () => {
	test.each([
		['nothing', ''],
		['words', 'hello'],
		['a link without one', 'https://a.example/relay'],
		['other bytes', 'uoWF2AQ'],
		['a very long text', 'u'.repeat(2_000_000)],
	])('and is %s is refused as such', (_, text) => {
		expect(() => r.parsePermission(text)).toThrow(
			expect.objectContaining({ code: 'chain.permission-invalid' }) as Error,
		);
	});

	test('with terms of another message, or more or fewer, is refused', async () => {
		const abort = new AbortController();
		const { permission, done } = await signed(
			(options) => r.stopAdding(patient, { hospital: addressOf(hospital) }, options),
			abort.signal,
		);
		for (const terms of [{}, { hospital: 'x' }, { ...permission.terms, more: 1 }]) {
			const text = r.permissionText({ ...permission, terms });
			expect(() => r.parsePermission(text)).toThrow(
				expect.objectContaining({ code: 'chain.permission-invalid' }) as Error,
			);
		}
		expect(() => r.parsePermission(r.permissionText({ ...permission, name: 'StopSharing' }))).toThrow();
		abort.abort();
		await expect(done).rejects.toMatchObject({ code: 'general.cancelled' });
	});
});
