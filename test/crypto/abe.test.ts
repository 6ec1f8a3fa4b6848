import { describe, expect, test } from 'vitest';
import { equal } from '#lib/bytes.ts';
import {
	createAuthority,
	decapsulate,
	encapsulate,
	issueKey,
	policyOf,
	verifyKey,
	type Address,
	type AbeOptions,
} from '#lib/crypto/abe/index.ts';
import * as world from './abe-world.ts';
import { refusal } from './refusal.ts';

const { amina, authorities, basil, context, doctor, hospital, keysOf, labs, labsNext, nurse, patient, surgeon } = world;
const seal = (policy: string) => encapsulate({ policy, authorities, context });
const open = (capsule: Uint8Array, gid: string, keys: Map<string, Uint8Array>) =>
	decapsulate({ capsule, gid, keys, context });

describe('opening', () => {
	test.each([
		[doctor, [doctor]],
		[`${doctor} and ${labs}`, [doctor, labs]],
		[`${nurse} or ${labs}`, [labs]],
		[`(${doctor} or ${nurse}) and ${labs}`, [nurse, labs]],
		[`2 of (${surgeon}, ${doctor}, ${labs})`, [doctor, labs]],
		[`${doctor} and ${doctor}`, [doctor]],
	])('%s opens with %j', async (policy, attributes) => {
		const { key, capsule } = await seal(policy);
		expect(key).toHaveLength(32);
		expect(await open(capsule, amina, await keysOf(amina, ...attributes))).toEqual(key);
	});

	test('keys that the policy does not name are ignored, even malformed ones', async () => {
		const { key, capsule } = await seal(doctor);
		const keys = await keysOf(amina, doctor, labs);
		keys.set(nurse, new Uint8Array(3)).set('not an attribute', new Uint8Array(3));
		expect(await open(capsule, amina, keys)).toEqual(key);
	});

	test('the case of addresses makes no difference', async () => {
		const { key, capsule } = await seal(doctor.toUpperCase().replace('DOCTOR', 'doctor').replace('0X', '0x'));
		expect(await open(capsule, amina.toUpperCase().replace('0X', '0x'), await keysOf(amina, doctor))).toEqual(key);
	});

	test('two capsules for one policy share neither key nor bytes of their rows', async () => {
		const [first, second] = [await seal(doctor), await seal(doctor)];
		expect(first.key).not.toEqual(second.key);
		expect(first.capsule.slice(-600)).not.toEqual(second.capsule.slice(-600));
	});

	test('a capsule names its policy in canonical form', async () => {
		const { capsule } = await seal(`  ( ${doctor} )  AND ${labs}`);
		expect(policyOf(capsule)).toBe(`${doctor} and ${labs}`);
	});
});

describe('who cannot open', () => {
	test('no keys, or a missing attribute, do not meet the policy', async () => {
		const { capsule } = await seal(`${doctor} and ${labs}`);
		await expect(open(capsule, amina, new Map())).rejects.toThrow(refusal('crypto.policy-not-met'));
		await expect(open(capsule, amina, await keysOf(amina, doctor))).rejects.toThrow(refusal('crypto.policy-not-met'));
	});

	test('a key of an old epoch does not open what is sealed in the new one, and that is said', async () => {
		const { capsule } = await seal(`${labsNext} and ${doctor}`);
		const opening = open(capsule, amina, await keysOf(amina, labs, doctor));
		await expect(opening).rejects.toThrow(refusal('crypto.old-epoch'));
	});

	test('that is not said where a new one would not be enough, nor of a key of a later epoch', async () => {
		const { capsule } = await seal(`${labsNext} and ${doctor}`);
		await expect(open(capsule, amina, await keysOf(amina, labs))).rejects.toThrow(refusal('crypto.policy-not-met'));
		const { capsule: before } = await seal(labs);
		await expect(open(before, amina, await keysOf(amina, labsNext))).rejects.toThrow(refusal('crypto.policy-not-met'));
	});

	test('an old key beside the right one does no harm', async () => {
		const { key, capsule } = await seal(labsNext);
		expect(await open(capsule, amina, await keysOf(amina, labs, labsNext))).toEqual(key);
	});

	test('two users who together hold the attributes gain nothing by pooling keys', async () => {
		const { capsule } = await seal(`${doctor} and ${labs}`);
		const [hers, his] = [await keysOf(amina, doctor), await keysOf(basil, labs)];
		await expect(open(capsule, amina, hers)).rejects.toThrow(refusal('crypto.policy-not-met'));
		await expect(open(capsule, basil, his)).rejects.toThrow(refusal('crypto.policy-not-met'));
		const pool = new Map([...hers, ...his]);
		for (const gid of [amina, basil]) {
			await expect(open(capsule, gid, pool)).rejects.toThrow(refusal('crypto.wrong-key'));
		}
	});

	test('nor by writing one name into both keys', async () => {
		const { capsule } = await seal(`${doctor} and ${labs}`);
		const pool = await keysOf(amina, doctor);
		const renamed = (await keysOf(basil, labs)).get(labs)!;
		renamed.set(new TextEncoder().encode(amina), 1 + 32 + 2);
		pool.set(labs, renamed);
		await expect(open(capsule, amina, pool)).rejects.toThrow(refusal('crypto.invalid-capsule'));
	});

	test('a key of another user is a wrong key', async () => {
		const { capsule } = await seal(doctor);
		await expect(open(capsule, basil, await keysOf(amina, doctor))).rejects.toThrow(refusal('crypto.wrong-key'));
	});

	test('a key filed under another attribute is a wrong key', async () => {
		const { capsule } = await seal(doctor);
		const keys = new Map([[doctor, (await keysOf(amina, nurse)).get(nurse)!]]);
		await expect(open(capsule, amina, keys)).rejects.toThrow(refusal('crypto.wrong-key'));
	});

	test.each([
		['empty', () => new Uint8Array()],
		['of another version', (key: Uint8Array) => key.with(0, 2)],
		['cut off', (key: Uint8Array) => key.slice(0, -1)],
		['longer', (key: Uint8Array) => Uint8Array.of(...key, 0)],
		['with a point off the curve', (key: Uint8Array) => key.with(-1, key.at(-1)! ^ 1)],
		['with the identity in it', (key: Uint8Array) => key.fill(0, -144, -96).with(-144, 0xc0)],
	])('a key that is %s is a wrong key', async (_, change) => {
		const { capsule } = await seal(doctor);
		const key = (await keysOf(amina, doctor)).get(doctor)!;
		const keys = new Map([[doctor, change(key)]]);
		await expect(open(capsule, amina, keys)).rejects.toThrow(refusal('crypto.wrong-key'));
	});

	test('an authority that made itself new keys under the same address opens nothing', async () => {
		const { capsule } = await seal(doctor);
		const impostor = await createAuthority(hospital);
		const key = await issueKey(impostor.secretKey, { gid: amina, attribute: doctor });
		await expect(open(capsule, amina, new Map([[doctor, key]]))).rejects.toThrow(refusal('crypto.invalid-capsule'));
	});
});

describe('sealing refuses', () => {
	test('a policy whose authority is not given', async () => {
		const some = new Map([[hospital, authorities.get(hospital)!]]);
		await expect(encapsulate({ policy: `${doctor} or ${labs}`, authorities: some, context })).rejects.toThrow(
			refusal('crypto.unknown-authority', { authority: patient }),
		);
	});

	test("one authority's key under another's address", async () => {
		const swapped = new Map([[hospital, authorities.get(patient)!]]);
		await expect(encapsulate({ policy: doctor, authorities: swapped, context })).rejects.toThrow(
			refusal('crypto.unknown-authority'),
		);
	});

	test.each([
		['cut off', (key: Uint8Array) => key.slice(0, -1), 'crypto.invalid-point'],
		['not in GT', (key: Uint8Array) => key.with(100, key[100]! ^ 1), 'crypto.invalid-point'],
		['not in G2', (key: Uint8Array) => key.with(-1, key.at(-1)! ^ 1), 'crypto.invalid-point'],
		['of another version', (key: Uint8Array) => key.with(0, 9), 'crypto.unsupported'],
	] as const)('a public key that is %s', async (_, change, problem) => {
		const bad = new Map([[hospital, change(authorities.get(hospital)!)]]);
		await expect(encapsulate({ policy: doctor, authorities: bad, context })).rejects.toThrow(refusal(problem));
	});

	test('a malformed policy, and says where', async () => {
		await expect(seal(`${doctor} and`)).rejects.toThrow(
			refusal('crypto.invalid-policy', { position: doctor.length + 4 }),
		);
	});

	test.each([
		['an empty policy', ' ', 'crypto.empty-policy'],
		['one of too many attributes', Array.from({ length: 257 }, () => doctor).join(' or '), 'crypto.large-policy'],
		['one with a word that is no attribute', `${doctor} and doctor`, 'crypto.invalid-attribute'],
		['one without an end', `(${doctor}`, 'crypto.invalid-policy'],
	] as const)('%s, with its own code', async (_, policy, code) => {
		await expect(seal(policy)).rejects.toThrow(refusal(code));
	});

	test('a pairing library that is not here', async () => {
		const options = { backend: 'other' } as unknown as AbeOptions;
		await expect(encapsulate({ policy: doctor, authorities, context, ...options })).rejects.toThrow(
			refusal('crypto.unsupported'),
		);
	});
});

describe('authorities and keys', () => {
	test('the same seed and address give the same authority, another address another one', async () => {
		const seed = new Uint8Array(32).fill(7);
		const first = await createAuthority(hospital, seed);
		expect(await createAuthority(hospital.toUpperCase().replace('0X', '0x') as Address, seed)).toEqual(first);
		const other = await createAuthority(patient, seed);
		expect(equal(other.secretKey.subarray(21, 53), first.secretKey.subarray(21, 53))).toBe(false);
		expect(await createAuthority(hospital)).not.toEqual(await createAuthority(hospital));
	});

	test('a short seed and a malformed address are refused', async () => {
		await expect(createAuthority(hospital, new Uint8Array(31))).rejects.toThrow(refusal('crypto.wrong-key'));
		await expect(createAuthority('0x12')).rejects.toThrow(refusal('crypto.unknown-authority'));
	});

	test('an authority does not issue the attribute of another', async () => {
		const issue = issueKey(world.secrets.get(hospital)!, { gid: amina, attribute: labs });
		await expect(issue).rejects.toThrow(refusal('crypto.foreign-attribute'));
	});

	test('what is no attribute, no GID or no secret key is refused', async () => {
		const secret = world.secrets.get(hospital)!;
		await expect(issueKey(secret, { gid: amina, attribute: 'doctor' })).rejects.toThrow(
			refusal('crypto.invalid-attribute'),
		);
		await expect(issueKey(secret, { gid: '', attribute: doctor })).rejects.toThrow(refusal('crypto.wrong-key'));
		await expect(issueKey(secret.slice(1), { gid: amina, attribute: doctor })).rejects.toThrow(
			refusal('crypto.wrong-key'),
		);
		const zero = Uint8Array.from(secret).fill(0, 21, 53);
		await expect(issueKey(zero, { gid: amina, attribute: doctor })).rejects.toThrow(refusal('crypto.wrong-key'));
	});

	test('issuing again gives the same key, and no two keys share their coin', async () => {
		const [first, again] = [await keysOf(amina, doctor, nurse), await keysOf(amina, doctor, nurse)];
		expect(again).toEqual(first);
		const his = await keysOf(basil, doctor);
		const coins = [first.get(doctor)!, first.get(nurse)!, his.get(doctor)!].map((key) => key.slice(-96).join());
		expect(new Set(coins).size).toBe(3);
	});

	test('an issued key can be checked, and does not pass for anything else', async () => {
		const key = (await keysOf(amina, doctor)).get(doctor)!;
		const publicKey = authorities.get(hospital)!;
		expect(await verifyKey(publicKey, { gid: amina, attribute: doctor, key })).toBe(true);
		expect(await verifyKey(publicKey, { gid: basil, attribute: doctor, key })).toBe(false);
		expect(await verifyKey(publicKey, { gid: amina, attribute: nurse, key })).toBe(false);
		expect(await verifyKey(publicKey, { gid: amina, attribute: doctor, key: key.slice(1) })).toBe(false);
		expect(await verifyKey(authorities.get(patient)!, { gid: amina, attribute: doctor, key })).toBe(false);
		const impostor = await createAuthority(hospital);
		expect(await verifyKey(impostor.publicKey, { gid: amina, attribute: doctor, key })).toBe(false);
	});

	test('a key whose points are those of another key does not verify', async () => {
		const key = (await keysOf(amina, doctor)).get(doctor)!;
		const other = (await keysOf(amina, nurse)).get(nurse)!;
		key.set(other.subarray(-144), key.length - 144);
		expect(await verifyKey(authorities.get(hospital)!, { gid: amina, attribute: doctor, key })).toBe(false);
	});

	test('a malformed public key is refused, not answered', async () => {
		const key = (await keysOf(amina, doctor)).get(doctor)!;
		const bad = authorities.get(hospital)!.slice(0, 300);
		await expect(verifyKey(bad, { gid: amina, attribute: doctor, key })).rejects.toThrow(
			refusal('crypto.invalid-point'),
		);
	});
});
