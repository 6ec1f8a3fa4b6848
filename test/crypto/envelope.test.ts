import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex, utf8 } from '#lib/bytes.ts';
import { bind, domains, type Bindable, type Domain } from '#lib/crypto/index.ts';
import * as envelope from '#lib/crypto/envelope.ts';
import { refusal } from './refusal.ts';

const { deriveKey, openSmall, randomKey, sealSmall, unwrapKey, wrapKey } = envelope;
const key = new Uint8Array(32).fill(1);
const context = bind(domains.partWrap, 'record', 'labs', 0);

describe('bind', () => {
	test('gives different bytes for different lists', () => {
		const part = fc.oneof(fc.string(), fc.nat(), fc.uint8Array({ maxLength: 12 }));
		const list = fc.tuple(fc.constantFrom(...Object.values(domains)), fc.array(part, { maxLength: 4 }));
		const written = ([tag, parts]: [Domain, Bindable[]]) =>
			JSON.stringify([tag, ...parts.map((p) => (p instanceof Uint8Array ? ['bytes', ...p] : [typeof p, p]))]);
		fc.assert(
			fc.property(list, list, (a, b) => {
				const same = toHex(bind(a[0], ...a[1])) === toHex(bind(b[0], ...b[1]));
				expect(same).toBe(written(a) === written(b));
			}),
		);
	});

	test('keeps apart what plain joining would confuse', () => {
		const lists: Bindable[][] = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], [utf8('abc')], [1], ['1'], [1, 0], []];
		const encoded = lists.map((parts) => toHex(bind(domains.lockKey, ...parts)));
		expect(new Set(encoded).size).toBe(lists.length);
	});

	test('takes no number that is not an integer from 0', () => {
		for (const bad of [-1, 1.5, 2 ** 53, Number.NaN]) expect(() => bind(domains.lockKey, bad)).toThrow(RangeError);
	});

	test('every tag is for one thing', () => {
		const tags = Object.values(domains);
		expect(new Set(tags).size).toBe(tags.length);
	});
});

describe('derived keys', () => {
	test('depend on key, tag and every part of the context', async () => {
		const keys = await Promise.all([
			deriveKey(key, domains.lockKey),
			deriveKey(key, domains.partLabel),
			deriveKey(key, domains.lockKey, ''),
			deriveKey(key, domains.lockKey, 'a', 'b'),
			deriveKey(key, domains.lockKey, 'ab'),
			deriveKey(new Uint8Array(32), domains.lockKey),
		]);
		expect(new Set(keys.map(toHex)).size).toBe(keys.length);
		expect(keys.every(({ length }) => length === 32)).toBe(true);
	});

	test('are pinned', async () => {
		expect(toHex(await deriveKey(key, domains.lockKey, 'a', 1, utf8('b')))).toBe(
			'0x9b7d24cf33ed315f1c794d706c1926e1bf288929aeb1de3fe6df6e1bce0df9c5',
		);
	});

	test('come from 32 bytes only', async () => {
		await expect(deriveKey(new Uint8Array(31), domains.lockKey)).rejects.toThrow(refusal('crypto.wrong-key'));
	});
});

describe('a sealed value', () => {
	test('opens under its key and context, and never looks the same twice', async () => {
		const plain = utf8('Blood count, 2 January 2027');
		const [first, second] = [await sealSmall(key, plain, context), await sealSmall(key, plain, context)];
		expect(first).toHaveLength(plain.length + envelope.envelopeOverheadBytes);
		expect(first).not.toEqual(second);
		expect(await openSmall(key, first, context)).toEqual(plain);
		expect(await openSmall(key, await sealSmall(key, new Uint8Array(), context), context)).toHaveLength(0);
	});

	test('does not open under another key or in another place', async () => {
		const sealed = await sealSmall(key, utf8('x'), context);
		await expect(openSmall(randomKey(), sealed, context)).rejects.toThrow(refusal('crypto.wrong-key'));
		for (const other of [bind(domains.partLabel, 'record', 'labs', 0), bind(domains.partWrap, 'record', 'labs', 1)]) {
			await expect(openSmall(key, sealed, other)).rejects.toThrow(refusal('crypto.wrong-key'));
		}
	});

	test('does not open with any byte changed, cut off or added', async () => {
		const sealed = await sealSmall(key, utf8('x'), context);
		for (let i = 0; i < sealed.length; i++) {
			const problem = i === 0 ? 'crypto.unsupported' : i < 57 ? 'crypto.wrong-key' : 'crypto.corrupt';
			await expect(openSmall(key, sealed.with(i, sealed[i]! ^ 1), context), `byte ${i}`).rejects.toThrow(
				refusal(problem),
			);
		}
		for (const length of [0, 1, 57, sealed.length - 1]) {
			await expect(openSmall(key, sealed.slice(0, length), context)).rejects.toThrow(refusal('crypto.corrupt'));
		}
		await expect(openSmall(key, Uint8Array.of(...sealed, 0), context)).rejects.toThrow(refusal('crypto.corrupt'));
	});
});

describe('a wrapped key', () => {
	test('comes back', async () => {
		const inner = randomKey();
		const wrapped = await wrapKey(key, inner, context);
		expect(wrapped).toHaveLength(32 + envelope.envelopeOverheadBytes);
		expect(await unwrapKey(key, wrapped, context)).toEqual(inner);
	});

	test('is a key: other sizes are neither wrapped nor unwrapped', async () => {
		await expect((async () => wrapKey(key, new Uint8Array(31), context))()).rejects.toThrow(
			refusal('crypto.wrong-key'),
		);
		const short = await sealSmall(key, new Uint8Array(31), context);
		await expect(unwrapKey(key, short, context)).rejects.toThrow(refusal('crypto.corrupt'));
	});
});
