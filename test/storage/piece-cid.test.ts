/**
 * Filecoin's names of pieces, by a second reckoning: Fr32 padding and a binary tree of SHA-256 cut to 254 bits, as FRC-0069 has them,
 * written down as plainly as can be. https://github.com/filecoin-project/FIPs/blob/master/FRCs/frc-0069.md
 */
import * as Piece from '@filoz/synapse-core/piece';
import { sha256 } from '@noble/hashes/sha2.js';
import { base32 } from 'multiformats/bases/base32';
import { varint } from 'multiformats';
import { expect, test } from 'vitest';
import { concat } from '#lib/bytes.ts';
import { bytes } from './samples.ts';

/** 254 bits of data, lowest first, and two zero bits, again and again. */
function fr32(data: Uint8Array): Uint8Array {
	const padded = new Uint8Array((data.length / 127) * 128);
	for (let bit = 0; bit < data.length * 8; bit++) {
		const target = Math.floor(bit / 254) * 256 + (bit % 254);
		const value = ((data[bit >> 3] ?? 0) >> (bit & 7)) & 1;
		padded[target >> 3] = (padded[target >> 3] ?? 0) | (value << (target & 7));
	}
	return padded;
}

function cut(hash: Uint8Array): Uint8Array {
	hash[31] = (hash[31] ?? 0) & 0x3f;
	return hash;
}

function nameOf(data: Uint8Array): string {
	let capacity = 127;
	while (capacity < data.length) capacity *= 2;
	const whole = new Uint8Array(capacity);
	whole.set(data);
	const padded = fr32(whole);
	let level = Array.from({ length: padded.length / 32 }, (_, i) => padded.subarray(i * 32, i * 32 + 32));
	let height = 0;
	for (; level.length > 1; height++) {
		level = Array.from({ length: level.length / 2 }, (_, i) => cut(sha256(concat(level[2 * i]!, level[2 * i + 1]!))));
	}
	const digest = concat(encoded(capacity - data.length), Uint8Array.of(height), level[0]!);
	return base32.encode(concat(Uint8Array.of(1, 0x55), encoded(0x1011), encoded(digest.length), digest));
}

function encoded(value: number): Uint8Array {
	return varint.encodeTo(value, new Uint8Array(varint.encodingLength(value)));
}

test.each([127, 128, 254, 255, 1000, 1016, 4064, 4065, 20_000])(
	'of %i bytes are what both reckonings say',
	(length) => {
		const data = bytes(length, length);
		const piece = Piece.calculate(data);
		expect(String(piece)).toBe(nameOf(data));
		expect(Piece.getSize(piece)).toBe(length);
	},
);

test('of zeros are names of zeros, and each size has its own', () => {
	const names = [127, 128, 254, 255].map((length) => String(Piece.calculate(new Uint8Array(length))));
	expect(names).toEqual([127, 128, 254, 255].map((length) => nameOf(new Uint8Array(length))));
	expect(new Set(names).size).toBe(4);
});
