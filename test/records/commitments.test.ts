import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as chain from '#lib/chain/index.ts';
import type { EventOf } from '#lib/chain/index.ts';
import { transact } from '#lib/records/act.ts';
import { findBox, openKeyBundle, saveKeyBundle, scopeOpening } from '#lib/records/bundles.ts';
import { findObject, saveObject } from '#lib/records/blocks.ts';
import { commitmentTo, newCommitmentSalt, opensCommitment, type Opening } from '#lib/records/commitments.ts';
import { keyBundleSchema, type KeyBundle, type Request } from '#lib/records/formats.ts';
import * as r from '#lib/records/index.ts';
import { categories, type Deps } from '#lib/records/index.ts';
import { askAnew, historyOf, requireKeys } from '#lib/records/ledger.ts';
import { findRequest, sealRequest } from '#lib/records/request-details.ts';
import { runs } from '../slow.ts';
import { addressOf, day, startWorld, type World } from './world.ts';

const salts = fc.uint8Array({ minLength: 32, maxLength: 32 });
const scopes = fc.uniqueArray(fc.constantFrom(...categories), { minLength: 1 });
const openings: fc.Arbitrary<Opening> = fc.oneof(
	fc.record({ what: fc.constantFrom('requestScope' as const, 'grantScope' as const), salt: salts, value: scopes }),
	fc.record({ what: fc.constant('requestPurpose' as const), salt: salts, value: fc.string({ minLength: 1 }) }),
);

describe('a commitment', () => {
	test('opens by what it was made of, a scope in any order', async () => {
		await fc.assert(
			fc.asyncProperty(openings, async (opening) => {
				const commitment = await commitmentTo(opening);
				expect(await opensCommitment(commitment, opening)).toBe(true);
				if (opening.what === 'requestPurpose') return;
				const turned = { ...opening, value: [...opening.value].reverse() };
				expect(await opensCommitment(commitment, turned)).toBe(true);
			}),
			runs(50, 1000),
		);
	});

	test('opens by nothing else: no other value, salt or meaning', async () => {
		await fc.assert(
			fc.asyncProperty(openings, openings, fc.nat(255), async (opening, other, bit) => {
				const commitment = await commitmentTo(opening);
				const salt = opening.salt.slice();
				salt[bit >> 3] = (salt[bit >> 3] ?? 0) ^ (1 << (bit & 7));
				const meanings = categories.map((category) => ({
					...opening,
					what: 'requestPurpose' as const,
					value: category,
				}));
				const wrong: Opening[] = [
					{ ...opening, salt },
					{ ...opening, salt: opening.salt.subarray(0, 31) },
					...(opening.what === 'requestPurpose'
						? [{ ...opening, value: `${opening.value} ` }]
						: [...meanings, { ...opening, value: categories.filter((one) => !opening.value.includes(one)) }]),
				];
				for (const attempt of wrong) expect(await opensCommitment(commitment, attempt)).toBe(false);
				expect(await opensCommitment(commitment, other)).toBe(
					Buffer.from(commitment).equals(Buffer.from(await commitmentTo(other))),
				);
			}),
			runs(50, 1000),
		);
	});

	test('to the same value is another with each salt', async () => {
		const made = async () => commitmentTo({ what: 'requestScope', salt: newCommitmentSalt(), value: ['labs'] });
		expect(await made()).not.toEqual(await made());
	});
});

describe('on the clouds', () => {
	let world: World;
	let hospital: Deps;
	let doctor: Deps;
	let patient: Deps;
	/** Somebody else's browser, with no account: a court, an auditor. */
	let anybody: Deps;
	beforeAll(async () => {
		world = await startWorld();
		[hospital, doctor, patient] = await Promise.all([
			world.hospital('Nour Hospital'),
			world.person('Dr Omar'),
			world.patient('Lina Haddad'),
		]);
		await world.member(hospital, doctor);
		anybody = r.makeDeps({ chain: world.chain, engine: doctor.engine, cache: r.memoryCache() });
	});
	afterAll(() => world.stop());

	const asked = () => ({ patient: addressOf(patient), hospital: addressOf(hospital), days: 30 });
	const ask = () => r.requestAccess(doctor, { ...asked(), purpose: 'Before surgery', scope: ['labs', 'notes'] });

	describe('a request', () => {
		test.each([
			['requestScope', ['labs', 'notes'], ['labs']],
			['requestPurpose', 'Before surgery', 'Curiosity'],
		] as const)('opens its %s to a third party, by either of the two, and nothing else', async (what, value, wrong) => {
			const { requestId } = await ask();
			askAnew(patient);
			const event = await findRequest(patient, requestId);
			for (const one of [doctor, patient]) {
				const opening = await r.openingOf(one, { requestId, what });
				expect(Object.keys(opening).sort()).toEqual(['salt', 'value', 'what']);
				expect(opening.value).toEqual(value);
				expect(await r.provesRequest(anybody, event, opening)).toBe(true);
				expect(await r.provesRequest(anybody, event, { ...opening, value: wrong } as Opening)).toBe(false);
				const other = what === 'requestScope' ? 'requestPurpose' : 'requestScope';
				expect(await r.provesRequest(anybody, event, { ...opening, what: other } as Opening)).toBe(false);
				expect(await r.provesRequest(anybody, event, { ...opening, what: 'grantScope' } as Opening)).toBe(false);
			}
			const { requestId: anotherId } = await ask();
			askAnew(patient);
			const another = await findRequest(patient, anotherId);
			const opening = await r.openingOf(doctor, { requestId, what });
			expect(await r.provesRequest(anybody, another, opening)).toBe(false);
		});

		test.each<[string, (request: Request, other: Request) => Request]>([
			['scope', (request, other) => ({ ...request, scope: other.scope })],
			['purpose', (request, other) => ({ ...request, purpose: other.purpose })],
			['two, one for the other', (request) => ({ ...request, scope: request.purpose, purpose: request.scope })],
		])('that commits to another %s than it says is refused', async (_, altered) => {
			const place = { from: addressOf(doctor), patient: addressOf(patient) };
			const said = { purpose: 'Before surgery', scope: ['labs' as const], days: 30, senderName: 'Dr Omar' };
			const [request, other] = [await sealRequest(doctor, place, said), await sealRequest(doctor, place, said)];
			const { digest: detailsDigest } = await saveObject(doctor, altered(request, other));
			const registry = doctor.chain.contracts.hospitalRegistry;
			const parameters = { registry, ...asked(), detailsDigest, durationDays: 30 };
			await transact(doctor, {}, (wallet) => chain.requestAccess(wallet, parameters));
			const [view] = await r.listRequests(patient, { as: 'patient' });
			expect(view).toMatchObject({ purpose: null, scope: null, detailsProblem: 'records.invalid-header' });
		});

		test('without a commitment is refused', async () => {
			const place = { from: addressOf(doctor), patient: addressOf(patient) };
			const said = { purpose: 'Before surgery', scope: ['labs' as const], days: 30, senderName: 'Dr Omar' };
			const { scope: _scope, ...rest } = await sealRequest(doctor, place, said);
			const { digest } = await saveObject(doctor, rest);
			const event = { ...(await findRequest(doctor, (await ask()).requestId)), detailsDigest: digest };
			const opening: Opening = { what: 'requestPurpose', salt: newCommitmentSalt(), value: 'x' };
			await expect(r.provesRequest(doctor, event, opening)).rejects.toMatchObject({ code: 'records.invalid-header' });
		});
	});

	describe('a grant', () => {
		const place = () => ({ from: addressOf(patient), epoch: 0 });
		async function granted(): Promise<EventOf<'AccessGranted'>> {
			const terms = { scope: ['labs' as const], expiresAt: Date.now() + day, shareName: false };
			await r.grantAccess(patient, { grantee: addressOf(doctor), ...terms });
			askAnew(patient);
			const event = (await historyOf(patient, addressOf(patient))).findLast(({ name }) => name === 'AccessGranted');
			return event as EventOf<'AccessGranted'>;
		}

		test('commits to its scope towards each of the two, who can open that to anybody', async () => {
			const { keysDigest: digest } = await granted();
			for (const one of [doctor, patient]) {
				const me = addressOf(one);
				const opening = scopeOpening((await openKeyBundle(one, { ...place(), digest, me }))!);
				const seen = await findBox(anybody, { ...place(), digest, reader: me });
				expect(opening).toMatchObject({ what: 'grantScope', value: ['labs'] });
				expect(await opensCommitment(seen!.scope!, opening!)).toBe(true);
				expect(await opensCommitment(seen!.scope!, { ...opening!, value: ['labs', 'notes'] } as Opening)).toBe(false);
			}
		});

		test('of keys alone commits to nothing', async () => {
			const { sealingKey } = await requireKeys(patient, addressOf(doctor));
			const delivery = { to: addressOf(doctor), sealingKey, contents: { keys: {}, scope: null, name: null } };
			const { digest } = await saveKeyBundle(patient, place(), [delivery]);
			expect((await findBox(anybody, { ...place(), digest, reader: addressOf(doctor) }))?.scope).toBe(null);
			const opened = await openKeyBundle(doctor, { ...place(), digest, me: addressOf(doctor) });
			expect(opened).toMatchObject({ scope: null, scopeSalt: null });
			expect(scopeOpening(opened!)).toBe(null);
		});

		test.each<[string, (bundle: KeyBundle, doctor: string, patient: string) => KeyBundle]>([
			['commits to another scope', (bundle, one, two) => ({ ...bundle, scopes: { [one]: bundle.scopes[two]! } })],
			['commits to none', (bundle) => ({ ...bundle, scopes: {} })],
		])('that says a scope and %s is refused', async (_, altered) => {
			const { keysDigest } = await granted();
			const bundle = await findObject(patient, keyBundleSchema, keysDigest, [addressOf(patient)]);
			const { digest } = await saveObject(patient, altered(bundle, addressOf(doctor), addressOf(patient)));
			const opening = openKeyBundle(doctor, { ...place(), digest, me: addressOf(doctor) });
			await expect(opening).rejects.toMatchObject({ code: 'records.invalid-header' });
		});
	});
});
