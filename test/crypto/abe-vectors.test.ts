/** Vectors of keys and capsules: each must come out byte for byte, and each refusal with its code. */
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#lib/bytes.ts';
import { encodeOne } from '#lib/crypto/abe/groups.ts';
import { hashAttribute, hashUser } from '#lib/crypto/abe/hash.ts';
import { createAuthority, decapsulate, issueKey, satisfies, verifyKey, type Address } from '#lib/crypto/abe/index.ts';
import { encapsulateSeed } from '#lib/crypto/abe/kem.ts';
import { groupsFor } from '#lib/crypto/abe/options.ts';
import refusals from '../vectors/abe/refusals-v1.json' with { type: 'json' };
import vectors from '../vectors/abe/rw15-v1.json' with { type: 'json' };
import type { ErrorCode } from '#lib/errors.ts';
import * as reference from './abe-reference.ts';
import { backends } from './backends.ts';
import { refusal } from './refusal.ts';

const hex = (text: string) => fromHex(text)!;
const authorities = new Map(vectors.authorities.map(({ address, publicKey }) => [address as Address, hex(publicKey)]));
const authorityOf = (attribute: string) => vectors.authorities.find(({ address }) => attribute.endsWith(address))!;
const keysOf = (gid: string) =>
	new Map(vectors.keys.filter((entry) => entry.gid === gid).map(({ attribute, key }) => [attribute, hex(key)]));

describe.each(backends)('with %s', async (backend) => {
	const groups = await groupsFor({ backend });

	test.each(vectors.hashes.users)('H($gid)', ({ gid, point }) => {
		expect(toHex(encodeOne(groups.G1, hashUser(groups, gid).element))).toBe(point);
	});

	test.each(vectors.hashes.attributes)('F($attribute)', ({ attribute, point }) => {
		expect(toHex(encodeOne(groups.G1, hashAttribute(groups, attribute).element))).toBe(point);
	});

	test.each(vectors.authorities)('authority $address', async ({ address, seed, publicKey, secretKey }) => {
		const made = await createAuthority(address as Address, hex(seed), { backend });
		expect(toHex(made.publicKey)).toBe(publicKey);
		expect(toHex(made.secretKey)).toBe(secretKey);
	});

	test.each(vectors.keys)('key $attribute for $gid', async ({ gid, attribute, key }) => {
		const { publicKey, secretKey } = authorityOf(attribute);
		expect(toHex(await issueKey(hex(secretKey), { gid, attribute, backend }))).toBe(key);
		expect(await verifyKey(hex(publicKey), { gid, attribute, key: hex(key), backend })).toBe(true);
	});

	describe.each(vectors.capsules)('capsule for $policy', ({ policy, seed, capsule, key, ...entry }) => {
		const context = hex(entry.context);

		test('comes out the same', async () => {
			const sealed = await encapsulateSeed({ policy, authorities, context, backend }, hex(seed));
			expect(toHex(sealed.capsule)).toBe(capsule);
			expect(toHex(sealed.key)).toBe(key);
		});

		test.each([...new Set(vectors.keys.map(({ gid }) => gid))])(
			'opens for %s only if the policy is met',
			async (gid) => {
				const keys = keysOf(gid);
				const opening = decapsulate({ capsule: hex(capsule), gid, keys, context, backend });
				if (satisfies(policy, keys.keys())) expect(toHex(await opening)).toBe(key);
				else await expect(opening).rejects.toThrow(refusal('crypto.policy-not-met'));
			},
		);
	});

	test.each(refusals)('refused: $name', async ({ capsule, gid, attributes, context, error }) => {
		// The opener's own keys, and for what they lack another's.
		const [own, others] = [
			vectors.keys.filter((key) => key.gid === gid),
			vectors.keys.filter((key) => key.gid !== gid),
		];
		const keys = new Map(
			[...others, ...own]
				.filter(({ attribute }) => attributes.includes(attribute))
				.map(({ attribute, key }) => [attribute, hex(key)]),
		);
		await expect(decapsulate({ capsule: hex(capsule), gid, keys, context: hex(context), backend })).rejects.toThrow(
			refusal(error as ErrorCode),
		);
	});
});

test('there are at least sixty refusals, and each is another', () => {
	expect(new Set(refusals.map(({ name }) => name)).size).toBe(refusals.length);
	expect(
		new Set(refusals.map(({ capsule, gid, attributes, context }) => [capsule, gid, attributes, context].join())).size,
	).toBe(refusals.length);
	expect(refusals.length).toBeGreaterThanOrEqual(60);
});

/** docs/abe.md written down a second time agrees with the first. */
describe('the slow reference', () => {
	test.each(vectors.keys)('issues $attribute to $gid', ({ gid, attribute, key }) => {
		expect(toHex(reference.issue(hex(authorityOf(attribute).secretKey), gid, attribute))).toBe(key);
	});

	test.each(vectors.capsules)('makes and opens $policy', ({ policy, seed, capsule, key, ...entry }) => {
		const context = hex(entry.context);
		const made = reference.encapsulate(policy, authorities, context, hex(seed));
		expect(toHex(made.capsule)).toBe(capsule);
		expect(toHex(made.key)).toBe(key);
		for (const gid of new Set(vectors.keys.map((entry) => entry.gid))) {
			const keys = keysOf(gid);
			const opened = reference.decapsulate(hex(capsule), gid, keys, context);
			expect(opened && toHex(opened)).toBe(satisfies(policy, keys.keys()) ? key : null);
		}
	});
});
