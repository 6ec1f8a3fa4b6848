import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainChunkBytes } from '#lib/crypto/stream.ts';
import { decodeStripe, encodeStripe, shardSize, stripeChunkBytes } from '#lib/storage/erasure.ts';
import { runs } from '../slow.ts';
import { bytes, refusal } from './samples.ts';

/** Any code, and the numbers of the shards that are left of it. */
const codes = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 8 })).chain(([k, more]) =>
	fc.record({
		k: fc.constant(k),
		n: fc.constant(k + more),
		left: fc.shuffledSubarray([...Array(k + more).keys()], { minLength: k, maxLength: k }),
	}),
);

function joined(chunks: readonly Uint8Array[]): Uint8Array {
	return new Uint8Array(Buffer.concat(chunks));
}

describe('an erasure code', () => {
	test('restores a stripe from any k of its n chunks', () => {
		fc.assert(
			fc.property(codes, fc.uint8Array({ minLength: 1, maxLength: 400 }), ({ k, n, left }, source) => {
				const chunkBytes = Math.ceil(source.length / k);
				const chunks = encodeStripe(source, { k, n }, chunkBytes);
				expect(chunks).toHaveLength(n);
				const some = chunks.map((chunk, i) => (left.includes(i) ? chunk : null));
				expect(joined(decodeStripe(some, { k, n })).subarray(0, source.length)).toEqual(source);
			}),
			runs(300, 5000),
		);
	});

	test('restores the widest code, half of it gone', () => {
		const source = bytes(64 * 3);
		const chunks = encodeStripe(source, { k: 64, n: 128 }, 3);
		const some = chunks.map((chunk, i) => (i % 2 === 0 ? chunk : null));
		expect(joined(decodeStripe(some, { k: 64, n: 128 }))).toEqual(source);
	});

	test('makes copies with k = 1', () => {
		const source = bytes(100);
		expect(encodeStripe(source, { k: 1, n: 5 }, 100)).toEqual(Array(5).fill(source));
	});

	test('makes one parity by XOR with k = n − 1', () => {
		const chunks = encodeStripe(bytes(300), { k: 3, n: 4 }, 100);
		const parity = chunks[0]!.map((byte, i) => byte ^ chunks[1]![i]! ^ chunks[2]![i]!);
		expect(chunks[3]).toEqual(parity);
	});

	test('gives the bytes of the format, as long multiplication in GF(2^8) does', () => {
		const chunks = encodeStripe(Uint8Array.of(1, 2, 3, 4, 5, 6), { k: 2, n: 5 }, 3);
		expect(chunks.map((chunk) => Buffer.from(chunk).toString('hex'))).toEqual([
			'010203',
			'040506',
			'050705',
			'04418a',
			'f20407',
		]);
	});

	test('reads bytes that lie at any place of a larger array', () => {
		const around = bytes(1000);
		const source = around.subarray(3, 303);
		expect(encodeStripe(source, { k: 3, n: 4 }, 100)).toEqual(encodeStripe(source.slice(), { k: 3, n: 4 }, 100));
	});

	test('refuses fewer chunks than k', () => {
		const chunks = encodeStripe(bytes(90), { k: 3, n: 5 }, 30);
		const some = [null, chunks[1]!, null, null, chunks[4]!];
		expect(() => decodeStripe(some, { k: 3, n: 5 })).toThrow(expect.objectContaining(refusal('storage.too-few')));
	});

	test('refuses chunks of different lengths', () => {
		const chunks = encodeStripe(bytes(90), { k: 3, n: 4 }, 30);
		const some = [null, chunks[1]!, chunks[2]!.subarray(1), chunks[3]!];
		expect(() => decodeStripe(some, { k: 3, n: 4 })).toThrow(expect.objectContaining(refusal('storage.corrupt')));
	});
});

describe('the sizes of shards', () => {
	test('hold the source, and less than one byte a shard more', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 2 ** 40 }), fc.integer({ min: 1, max: 32 }), (size, k) => {
				const shard = shardSize(size, k);
				expect(shard * k).toBeGreaterThanOrEqual(size);
				expect(shard * k - size).toBeLessThan(k);
			}),
		);
	});

	test.each([
		[0, 2, [0]],
		[1, 2, [1]],
		[2 * plainChunkBytes, 2, [plainChunkBytes, 0]],
		[2 * plainChunkBytes + 5, 2, [plainChunkBytes, 3, 0]],
		[plainChunkBytes + 1, 1, [plainChunkBytes, 1]],
	])('%i bytes with k = %i are in chunks of %j', (size, k, sizes) => {
		expect(sizes.map((_, stripe) => stripeChunkBytes(size, k, stripe))).toEqual(sizes);
	});
});
