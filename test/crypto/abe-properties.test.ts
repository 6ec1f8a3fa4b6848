/** What holds for any policy, any users and any bytes, with both pairing libraries. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, equal } from '#lib/bytes.ts';
import { digestOf } from '#lib/crypto/abe/capsule.ts';
import { decapsulate, encapsulate, issueKey, policyOf, satisfies, verifyKey } from '#lib/crypto/abe/index.ts';
import { parsePublicKey } from '#lib/crypto/abe/authority.ts';
import { encapsulateSeed } from '#lib/crypto/abe/kem.ts';
import { groupsFor } from '#lib/crypto/abe/options.ts';
import { parsePolicy } from '#lib/crypto/abe/policy.ts';
import { AppError } from '#lib/errors.ts';
import * as world from './abe-world.ts';
import { backends } from './backends.ts';
import { refusal } from './refusal.ts';
import { isSlow, runs } from '../slow.ts';

const { amina, authorities, basil, context, doctor, hospital, keysOf, labs, nurse, otherHospital, secrets, surgeon } =
	world;
const all = [doctor, nurse, surgeon, labs];
const mebibyte = 2 ** 20;

const gates = (inner: fc.Arbitrary<string>) =>
	fc.oneof(
		inner,
		fc.tuple(inner, inner).map(([left, right]) => `(${left}) and (${right})`),
		fc.tuple(inner, inner).map(([left, right]) => `(${left}) or (${right})`),
		fc.tuple(inner, inner, inner).map((three) => `2 of (${three.join(', ')})`),
	);
const policies = gates(gates(fc.constantFrom(...all)));

describe('any policy', async () => {
	const hers = await keysOf(amina, ...all);
	const his = await keysOf(basil, ...all);
	const held = (keys: Map<string, Uint8Array>, names: readonly string[]) =>
		new Map(names.map((name) => [name, keys.get(name)!]));

	test('is sealed alike by both libraries under the same seed, and each opens what the other made', async () => {
		const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
		await fc.assert(
			fc.asyncProperty(policies, seeds, fc.subarray(all), async (policy, seed, names) => {
				const [one, two] = await Promise.all(
					backends.map((backend) => encapsulateSeed({ policy, authorities, context, backend }, seed)),
				);
				expect(two).toEqual(one);
				for (const backend of backends) {
					const order = { capsule: one!.capsule, gid: amina, keys: held(hers, names), context, backend };
					if (satisfies(policy, names)) expect(await decapsulate(order)).toEqual(one!.key);
					else await expect(decapsulate(order)).rejects.toThrow(refusal('crypto.policy-not-met'));
				}
			}),
			runs(8, 100),
		);
	});

	test('stays closed to two users who satisfy it together, but neither alone', async () => {
		const subsets = fc.subarray(all);
		await fc.assert(
			fc.asyncProperty(policies, subsets, subsets, async (policy, mine, yours) => {
				fc.pre(satisfies(policy, [...mine, ...yours]) && !satisfies(policy, mine) && !satisfies(policy, yours));
				const { capsule } = await encapsulate({ policy, authorities, context });
				// As they are, and with her name written into his keys.
				const renamed = [...held(his, yours)].map(([name, key]): [string, Uint8Array] => {
					const forged = Uint8Array.from(key);
					forged.set(new TextEncoder().encode(amina), 1 + 32 + 2);
					return [name, forged];
				});
				for (const keys of [
					[...held(hers, mine), ...renamed],
					[...renamed, ...held(hers, mine)],
				]) {
					const opening = decapsulate({ capsule, gid: amina, keys: new Map(keys), context });
					await expect(opening).rejects.toThrow(refusal('crypto.invalid-capsule'));
				}
				const pool = new Map([...held(his, yours), ...held(hers, mine)]);
				await expect(decapsulate({ capsule, gid: amina, keys: pool, context })).rejects.toThrow(AppError);
			}),
			runs(6, 100),
		);
	});

	test('of one authority is not met by keys of equal names from another', async () => {
		const here = `doctor#0@${hospital}`;
		const there = `doctor#0@${otherHospital}`;
		const { capsule } = await encapsulate({ policy: here, authorities, context });
		const key = await issueKey(secrets.get(otherHospital)!, { gid: amina, attribute: there });
		for (const backend of backends) {
			const order = { capsule, gid: amina, context, backend };
			const given = decapsulate({ ...order, keys: new Map([[there, key]]) });
			await expect(given).rejects.toThrow(refusal('crypto.policy-not-met'));
			await expect(decapsulate({ ...order, keys: new Map([[here, key]]) })).rejects.toThrow(
				refusal('crypto.wrong-key'),
			);
			const forged = Uint8Array.from((await keysOf(amina, here)).get(here)!);
			forged.set(key.subarray(-144), forged.length - 144);
			const mixed = decapsulate({ ...order, keys: new Map([[here, forged]]) });
			await expect(mixed).rejects.toThrow(refusal('crypto.invalid-capsule'));
			const publicKey = authorities.get(hospital)!;
			expect(await verifyKey(publicKey, { gid: amina, attribute: here, key: forged, backend })).toBe(false);
		}
	});
});

describe('a capsule with one bit flipped and the digest made to fit', async () => {
	const policy = `${doctor} and (${labs} or ${nurse})`;
	const keys = await keysOf(amina, doctor, labs);

	test.each(backends)('is refused by %s, always in the same way and with nothing to show', async (backend) => {
		const { capsule, key } = await encapsulate({ policy, authorities, context, backend });
		const policyEnd = 3 + policyOf(capsule).length;
		const bits = fc.integer({ min: 8 * policyEnd, max: 8 * (capsule.length - 32) - 1 });
		await fc.assert(
			fc.asyncProperty(bits, async (bit) => {
				const body = Uint8Array.from(capsule.subarray(0, -32));
				body[bit >> 3]! ^= 1 << (bit & 7);
				const changed = concat(body, await digestOf(body, context));
				const error = await decapsulate({ capsule: changed, gid: amina, keys, context, backend }).then(
					() => null,
					(reason: unknown) => reason,
				);
				expect(error).toBeInstanceOf(AppError);
				const { code, message, details } = error as AppError;
				expect({ code, message, details }).toEqual({
					code: 'crypto.invalid-capsule',
					message: 'The capsule does not open.',
					details: {},
				});
			}),
			runs(backend === 'mcl' ? 150 : 30, 1000),
		);
		expect(equal(await decapsulate({ capsule, gid: amina, keys, context, backend }), key)).toBe(true);
	});
});

describe('hostile bytes and texts', () => {
	const fuzz = runs(300, 20_000);

	/** Refused or read, in time, and with less than 10 MB in use more than before. */
	function bounded(read: () => unknown): void {
		const [start, before] = [performance.now(), process.memoryUsage()];
		try {
			read();
		} catch (error) {
			if (!(error instanceof AppError)) throw error;
		}
		const after = process.memoryUsage();
		expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(10 * mebibyte);
		expect(performance.now() - start).toBeLessThan(isSlow ? 5000 : 2000);
	}

	test('are no trouble to the parser of policies', () => {
		const words = fc.constantFrom(
			'(',
			')',
			',',
			' and ',
			' or ',
			' of ',
			'2',
			'0',
			'1 of (',
			doctor,
			labs,
			'#',
			'\u0000',
			'é',
		);
		fc.assert(
			fc.property(fc.array(words, { maxLength: 200 }), (parts) => bounded(() => parsePolicy(parts.join('')))),
			fuzz,
		);
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => bounded(() => parsePolicy(text))),
			fuzz,
		);
	});

	test.each([
		['parentheses', '('.repeat(60_000)],
		['closed parentheses', `${'('.repeat(30_000)}${doctor}${')'.repeat(29_000)}`],
		['gates', '1 of ('.repeat(10_000)],
		['numbers', '9'.repeat(60_000)],
		['commas', `1 of (${','.repeat(50_000)})`],
		['attributes', `${`${doctor} or `.repeat(1000)}${doctor}`],
		['deep gates of deep gates', '2 of (a#0@0x, '.repeat(4000)],
		['spaces', ' '.repeat(60_000)],
		['more than the limit', 'x'.repeat(5_000_000)],
	])('many %s are no trouble either', (_, text) => {
		bounded(() => parsePolicy(text));
		const bytes = new TextEncoder().encode(text).subarray(0, 0xffff);
		bounded(() =>
			policyOf(concat(Uint8Array.of(1, bytes.length >> 8, bytes.length & 0xff), bytes, new Uint8Array(100))),
		);
	});

	test('are refused as capsules, keys and public keys', async () => {
		const bytes = fc.uint8Array({ maxLength: 2000 });
		const { capsule } = await encapsulate({ policy: doctor, authorities, context });
		const keys = await keysOf(amina, doctor);
		const groups = await groupsFor({});
		await fc.assert(
			fc.asyncProperty(bytes, fc.nat({ max: capsule.length }), async (noise, at) => {
				const spliced = concat(capsule.subarray(0, at), noise, capsule.subarray(at + noise.length));
				for (const hostile of [noise, spliced]) {
					if (equal(hostile, capsule)) continue;
					bounded(() => policyOf(hostile));
					const opening = decapsulate({ capsule: hostile, gid: amina, keys, context });
					await expect(opening).rejects.toThrow(refusal('crypto.invalid-capsule'));
				}
				const given = decapsulate({ capsule, gid: amina, keys: new Map([[doctor, noise]]), context });
				await expect(given).rejects.toThrow(refusal('crypto.wrong-key'));
				await expect(parsePublicKey(groups, noise)).rejects.toThrow(AppError);
			}),
			fuzz,
		);
	});
});
