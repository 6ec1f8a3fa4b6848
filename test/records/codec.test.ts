import { encode } from '@ipld/dag-cbor';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { concat } from '#lib/bytes.ts';
import { cidFromDigest } from '#lib/storage/index.ts';
import { decodeObject, encodeObject, maxObjectBytes } from '#lib/records/codec.ts';
import { headerSchema, keyDeliverySchema, labelSchema, lockSchema } from '#lib/records/formats.ts';

const address = `0x${'ab'.repeat(20)}`;
const cid = cidFromDigest(`0x${'11'.repeat(32)}`, 'raw');
const label = {
	title: 'تحليل الدم 🩸',
	category: 'labs',
	kind: 'pdf',
	mediaType: 'application/pdf',
	fileName: 'x.pdf',
	size: 12,
	clinicalDate: '2026-11-20',
};
const header = {
	v: 1,
	patient: address,
	author: address,
	hospital: null,
	salt: new Uint8Array(16),
	amends: null,
	parts: [
		{
			name: 'document',
			lock: cid,
			wrap: new Uint8Array(105),
			label: new Uint8Array(200),
			manifest: {
				v: 1,
				k: 1,
				n: 1,
				size: 1,
				pieces: [
					{
						cid,
						store: 'https://a.example/',
						commitment: new Uint8Array(32),
						audit: new Uint8Array(32),
						proofs: cid,
					},
				],
			},
		},
	],
};
const lock = { v: 1, patient: address, author: address, policy: 'p', capsule: new Uint8Array(9), boxes: {} };

const refusedAs = (code: string): unknown => expect.objectContaining({ code });

describe('an object on the clouds', () => {
	test('comes back as it was', () => {
		expect(decodeObject(labelSchema, encodeObject(label))).toEqual(label);
		expect(decodeObject(lockSchema, encodeObject(lock))).toEqual(lock);
		expect(decodeObject(headerSchema, encodeObject(header)).parts[0]?.manifest.pieces[0]?.cid.equals(cid)).toBe(true);
	});

	test('is refused when any byte is missing at its end or follows it', () => {
		const bytes = encodeObject(header);
		for (let length = 0; length < bytes.length; length++) {
			expect(() => decodeObject(headerSchema, bytes.subarray(0, length))).toThrow(refusedAs('records.invalid-header'));
		}
		expect(() => decodeObject(headerSchema, concat(bytes, Uint8Array.of(0)))).toThrow(
			refusedAs('records.invalid-header'),
		);
	});

	test('is never decoded from bytes that are not its canonical form', () => {
		// {"size": 1} with the number written in two bytes instead of one.
		const longer = Uint8Array.from([0xa1, 0x64, 0x73, 0x69, 0x7a, 0x65, 0x18, 0x01]);
		expect(() => decodeObject(v.object({ size: v.number() }), longer)).toThrow(refusedAs('records.invalid-header'));
		// {"b": 1, "a": 2}: keys out of order.
		const unsorted = Uint8Array.from([0xa2, 0x61, 0x62, 0x01, 0x61, 0x61, 0x02]);
		expect(() => decodeObject(v.record(v.string(), v.number()), unsorted)).toThrow(refusedAs('records.invalid-header'));
	});

	test('has exactly one encoding: whatever decodes, encodes to the same bytes', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
				try {
					return Buffer.compare(encodeObject(decodeObject(v.unknown(), bytes)), bytes) === 0;
				} catch (error) {
					return (error as { code?: string }).code === 'records.invalid-header';
				}
			}),
		);
	});

	test.each([
		['with a field that nobody knows', { ...header, note: 'hidden' }],
		['without parts', { ...header, parts: [] }],
		['with an address in capitals', { ...header, patient: address.toUpperCase().replace('0X', '0x') }],
		['with a short salt', { ...header, salt: new Uint8Array(15) }],
		['with a list for an address', { ...header, author: [address] }],
		['with a manifest of two places for one piece', { ...header, parts: [{ ...header.parts[0], manifest: { ...header.parts[0]?.manifest, n: 2 } }] }], // prettier-ignore
	])('is refused %s', (_, value) => {
		expect(() => decodeObject(headerSchema, encode(value))).toThrow(refusedAs('records.invalid-header'));
	});

	test('of a newer version is told apart from a broken one', () => {
		expect(() => decodeObject(headerSchema, encode({ ...header, v: 2, more: true }))).toThrow(
			refusedAs('crypto.unsupported'),
		);
	});

	test('of more than 1 MiB is neither written nor read', () => {
		const large = { keys: {}, scope: null, name: null, more: new Uint8Array(maxObjectBytes) };
		expect(() => encodeObject(large)).toThrow(refusedAs('records.too-large'));
		expect(() => decodeObject(keyDeliverySchema, encode(large))).toThrow(refusedAs('records.invalid-header'));
	});

	test('a category twice in a scope is refused', () => {
		const delivery = { keys: {}, scope: ['labs', 'labs'], name: null };
		expect(() => decodeObject(keyDeliverySchema, encodeObject(delivery))).toThrow(refusedAs('records.invalid-header'));
	});
});
