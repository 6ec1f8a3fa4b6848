import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, equal, fromHex, toHex, utf8 } from '#lib/bytes.ts';
import * as stream from '#lib/crypto/stream.ts';
import vectors from '../vectors/stream/pieces.json' with { type: 'json' };
import { refusal } from './refusal.ts';

const { plainChunkBytes, sealedChunkBytes } = stream;
const corrupt = refusal('crypto.corrupt');
const partKey = new Uint8Array(32).fill(9);
const key = await stream.derivePieceKey(partKey, { index: 0, k: 1, n: 3 });

/** Seals a whole piece, as `spread` does chunk by chunk. */
async function seal(plain: Uint8Array, pieceKey = key): Promise<Uint8Array> {
	const count = stream.chunkCount(plain.length);
	const chunks = Array.from({ length: count }, (_, i) =>
		stream.sealChunk(pieceKey, i, i === count - 1, plain.subarray(i * plainChunkBytes, (i + 1) * plainChunkBytes)),
	);
	return concat(...(await Promise.all(chunks)));
}

/** Opens a whole piece; the size says which chunk is last. */
async function open(sealed: Uint8Array, pieceKey = key): Promise<Uint8Array> {
	const count = stream.chunkCount(stream.plainSize(sealed.length));
	const chunks = Array.from({ length: count }, (_, i) =>
		stream.openChunk(pieceKey, i, i === count - 1, sealed.subarray(i * sealedChunkBytes, (i + 1) * sealedChunkBytes)),
	);
	return concat(...(await Promise.all(chunks)));
}

/** Bytes that differ from chunk to chunk. */
const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 12)) & 0xff);

describe('a piece', () => {
	test.each([
		['nothing', 0, 16],
		['one byte', 1, 17],
		['a chunk less one byte', plainChunkBytes - 1, sealedChunkBytes - 1],
		['exactly a chunk', plainChunkBytes, sealedChunkBytes],
		['a chunk and one byte', plainChunkBytes + 1, sealedChunkBytes + 17],
		['exactly two chunks', 2 * plainChunkBytes, 2 * sealedChunkBytes],
		['two chunks and a bit', 2 * plainChunkBytes + 5, 2 * sealedChunkBytes + 21],
	])('of %s comes back, in the size foretold', async (_, length, sealedLength) => {
		const plain = bytes(length);
		const sealed = await seal(plain);
		expect(sealed).toHaveLength(sealedLength);
		expect(stream.sealedSize(length)).toBe(sealedLength);
		expect(stream.plainSize(sealedLength)).toBe(length);
		expect(equal(await open(sealed), plain)).toBe(true);
	});

	test('has the size that the functions say, and no other size is a piece', () => {
		fc.assert(
			fc.property(fc.nat(2 ** 40), (length) => {
				expect(stream.plainSize(stream.sealedSize(length))).toBe(length);
			}),
		);
		for (const size of [0, 15, sealedChunkBytes + 1, sealedChunkBytes + 16, 2 * sealedChunkBytes + 16]) {
			expect(() => stream.plainSize(size)).toThrow(corrupt);
		}
	});

	test('sealed again is the same bytes, so that a lost copy can be made again', async () => {
		const plain = bytes(1000);
		expect(await seal(plain)).toEqual(await seal(plain));
	});
});

describe('a piece is refused', async () => {
	const plain = bytes(2 * plainChunkBytes + 100);
	const sealed = await seal(plain);
	const chunk = (i: number) => sealed.subarray(i * sealedChunkBytes, (i + 1) * sealedChunkBytes);

	test('cut off inside a chunk, at a chunk, or to nothing', async () => {
		for (const length of [sealed.length - 1, 2 * sealedChunkBytes, sealedChunkBytes, 16]) {
			await expect(open(sealed.subarray(0, length))).rejects.toThrow(corrupt);
		}
		await expect(open(new Uint8Array())).rejects.toThrow(corrupt);
	});

	test('with its chunks reordered, repeated or left out', async () => {
		await expect(open(concat(chunk(1), chunk(0), chunk(2)))).rejects.toThrow(corrupt);
		await expect(open(concat(chunk(0), chunk(0), chunk(2)))).rejects.toThrow(corrupt);
		await expect(open(concat(chunk(0), chunk(2)))).rejects.toThrow(corrupt);
		await expect(open(concat(chunk(1), chunk(2)))).rejects.toThrow(corrupt);
	});

	test('with the segments of a chunk reordered, repeated or left out', async () => {
		const segment = (i: number) => sealed.subarray(i * 262_144, (i + 1) * 262_144);
		const rest = [segment(4), segment(5), segment(6), segment(7), segment(8)];
		await expect(open(concat(segment(1), segment(0), segment(2), segment(3), ...rest))).rejects.toThrow(corrupt);
		await expect(open(concat(segment(0), segment(1), segment(1), segment(3), ...rest))).rejects.toThrow(corrupt);
		await expect(open(concat(segment(0), segment(1), segment(2), segment(7), ...rest))).rejects.toThrow(corrupt);
		await expect(open(concat(segment(0), segment(1), segment(2), ...rest))).rejects.toThrow(corrupt);
		for (const segments of [1, 2, 3, 4]) {
			const short = sealed.subarray(0, segments * 262_144);
			await expect(stream.openChunk(key, 0, true, short)).rejects.toThrow(corrupt);
		}
	});

	test('extended by bytes, by a chunk, or by an empty last chunk', async () => {
		await expect(open(concat(sealed, new Uint8Array(1)))).rejects.toThrow(corrupt);
		await expect(open(concat(sealed, chunk(2)))).rejects.toThrow(corrupt);
		const full = await seal(bytes(plainChunkBytes));
		const emptyLast = await stream.sealChunk(key, 0, true, new Uint8Array());
		await expect(open(concat(full, emptyLast))).rejects.toThrow(corrupt);
		await expect(stream.openChunk(key, 1, true, emptyLast)).rejects.toThrow(corrupt);
	});

	test('with a byte changed anywhere', async () => {
		const small = await seal(utf8('haemoglobin'));
		for (let i = 0; i < small.length; i++) {
			await expect(open(small.with(i, small[i]! ^ 1))).rejects.toThrow(corrupt);
		}
	});

	test('with a chunk of another piece, part or spread in its place', async () => {
		const other = new Uint8Array(32).fill(8);
		const places = [
			await stream.derivePieceKey(partKey, { index: 1, k: 1, n: 3 }),
			await stream.derivePieceKey(partKey, { index: 0, k: 1, n: 2 }),
			await stream.derivePieceKey(partKey, { index: 0, k: 2, n: 3 }),
			await stream.derivePieceKey(other, { index: 0, k: 1, n: 3 }),
		];
		const commitments = new Set([key, ...places].map(({ commitment }) => toHex(commitment)));
		expect(commitments.size).toBe(5);
		for (const place of places) {
			const foreign = await stream.sealChunk(place, 0, false, plain.subarray(0, plainChunkBytes));
			expect(equal(foreign, chunk(0))).toBe(false);
			await expect(open(concat(foreign, chunk(1), chunk(2)))).rejects.toThrow(corrupt);
			await expect(open(sealed, place)).rejects.toThrow(corrupt);
			expect(() => stream.checkCommitment(place, key.commitment)).toThrow(refusal('crypto.wrong-key'));
		}
		expect(() => stream.checkCommitment(key, key.commitment.slice(1))).toThrow();
		stream.checkCommitment(key, Uint8Array.from(key.commitment));
	});

	test('when a middle chunk is taken for the last, or the last for a middle one', async () => {
		await expect(stream.openChunk(key, 1, true, chunk(1))).rejects.toThrow(corrupt);
		const full = await stream.sealChunk(key, 2, true, bytes(plainChunkBytes));
		await expect(stream.openChunk(key, 2, false, full)).rejects.toThrow(corrupt);
		await expect(stream.openChunk(key, 2, false, chunk(2))).rejects.toThrow(corrupt);
	});
});

test('a chunk is what WebCrypto makes of its segments, under the nonces that docs/formats.md gives', async () => {
	const plain = bytes(600_000);
	const sealed = await stream.sealChunk(key, 7, true, plain);
	const tags: Uint8Array[] = [];
	for (const [i, last] of [0, 0, 1].entries()) {
		const iv = new Uint8Array(12);
		iv.set([28 + i, last], 10);
		const segment = plain.slice(i * 262_128, (i + 1) * 262_128);
		const expected = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key.aesKey, segment));
		expect(equal(sealed.subarray(i * 262_144, (i + 1) * 262_144), expected)).toBe(true);
		tags.push(expected.subarray(-16));
	}
	expect(toHex(stream.tagsOf(sealed))).toBe(toHex(concat(...tags)));
});

test('a chunk is sealed into the room that it is given, with what lies behind left alone', async () => {
	const room = new Uint8Array(sealedChunkBytes).fill(9);
	const sealed = await stream.sealChunk(key, 0, true, bytes(1000), room);
	expect([sealed.buffer, sealed.length, room[1015] === 9, room[1016]]).toEqual([room.buffer, 1016, false, 9]);
	expect(equal(sealed, await stream.sealChunk(key, 0, true, bytes(1000)))).toBe(true);
});

describe('sealing refuses', () => {
	test('chunks that are too long, too short, or empty after others', async () => {
		await expect(stream.sealChunk(key, 0, true, bytes(plainChunkBytes + 1))).rejects.toThrow(RangeError);
		await expect(stream.sealChunk(key, 0, false, bytes(plainChunkBytes - 1))).rejects.toThrow(RangeError);
		await expect(stream.sealChunk(key, 1, true, new Uint8Array())).rejects.toThrow(RangeError);
	});

	test('chunk numbers that would repeat a nonce', async () => {
		for (const index of [-1, 0.5, 2 ** 53, Number.NaN]) {
			await expect(stream.sealChunk(key, index, true, bytes(1))).rejects.toThrow(RangeError);
		}
	});

	test('part keys of another size', async () => {
		const short = stream.derivePieceKey(new Uint8Array(16), { index: 0, k: 1, n: 1 });
		await expect(short).rejects.toThrow(refusal('crypto.wrong-key'));
	});
});

test.each(vectors.map((vector) => [vector.name, vector] as const))('vector: %s', async (_, vector) => {
	const pieceKey = await stream.derivePieceKey(fromHex(vector.partKey)!, vector.place);
	expect(toHex(pieceKey.commitment)).toBe(vector.commitment);
	const { index, last } = vector.chunk;
	const sealed = await stream.sealChunk(pieceKey, index, last, fromHex(vector.plaintext)!);
	expect(toHex(sealed)).toBe(vector.sealed);
	expect(toHex(await stream.openChunk(pieceKey, index, last, sealed))).toBe(vector.plaintext);
});
