import { CID } from 'multiformats/cid';
import { identity } from 'multiformats/hashes/identity';
import { sha512 } from 'multiformats/hashes/sha2';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '#lib/bytes.ts';
import { cidFromDigest, cidOfBlock, digestOf, isBlockOf, rawTwin, readCid } from '#lib/storage/cid.ts';
import { refusal } from './samples.ts';

const invalid = refusal('records.invalid-input');

describe('the address of a block', () => {
	test('is what IPFS says of the same bytes', async () => {
		expect(String(await cidOfBlock(new Uint8Array(), 'raw'))).toBe(
			'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku',
		);
		expect(String(await cidOfBlock(utf8('hello world'), 'raw'))).toBe(
			'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e',
		);
		expect(String(await cidOfBlock(Uint8Array.of(0xa0)))).toBe(
			'bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua', // the empty map in dag-cbor
		);
	});

	test('goes through its digest and back, as the chain stores it', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.uint8Array({ maxLength: 100 }),
				fc.constantFrom('raw', 'dag-cbor', 'dag-pb'),
				async (bytes, codec) => {
					const cid = await cidOfBlock(bytes, codec);
					expect(digestOf(cid)).toMatch(/^0x[0-9a-f]{64}$/);
					expect(cidFromDigest(digestOf(cid), codec).equals(cid)).toBe(true);
					expect(cidFromDigest(cid.multihash.digest, codec).equals(cid)).toBe(true);
				},
			),
		);
	});

	test('tells its bytes from any others', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.uint8Array({ minLength: 1, maxLength: 64 }),
				fc.nat(),
				fc.integer({ min: 1, max: 255 }),
				async (bytes, at, flip) => {
					const cid = await cidOfBlock(bytes);
					expect(await isBlockOf(cid, bytes)).toBe(true);
					const other = bytes.slice();
					const index = at % bytes.length;
					other[index] = (other[index] ?? 0) ^ flip;
					expect(await isBlockOf(cid, other)).toBe(false);
					expect(await isBlockOf(cid, bytes.subarray(1))).toBe(false);
				},
			),
		);
	});

	test('has a raw twin with the same digest', async () => {
		const cid = await cidOfBlock(utf8('node'), 'dag-pb');
		expect(rawTwin(cid).equals(await cidOfBlock(utf8('node'), 'raw'))).toBe(true);
	});

	test.each([
		['too short', '0x00'],
		['too long', `0x${'00'.repeat(33)}`],
		['no hexadecimal', `0x${'zz'.repeat(32)}`],
		['bytes of the wrong number', new Uint8Array(31)],
	])('a digest that is none is refused: %s', (_, digest) => {
		expect(() => cidFromDigest(digest)).toThrow(expect.objectContaining(invalid));
	});
});

describe('an address from elsewhere', () => {
	test('is read from text, from a CID, and from a copy that another thread sent', async () => {
		const cid = await cidOfBlock(utf8('x'));
		expect(readCid(String(cid)).equals(cid)).toBe(true);
		expect(readCid(cid).equals(cid)).toBe(true);
		const copy: unknown = structuredClone(cid);
		expect(String(readCid(copy))).toBe(String(cid));
	});

	test('is refused when Amana could not check it', async () => {
		const digest = await sha512.digest(utf8('x'));
		const unknown: [string, unknown][] = [
			['version 0', 'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG'],
			['another hash', CID.createV1(0x55, digest)],
			['no hash at all', CID.createV1(0x55, identity.digest(utf8('inline')))],
			['another codec', CID.createV1(0x0129, (await cidOfBlock(utf8('x'))).multihash)],
			['no address', 'hello'],
			['nothing', null],
			['a number', 7],
			['an object', { cid: 'x' }],
		];
		for (const [name, value] of unknown) {
			expect(() => readCid(value), name).toThrow(expect.objectContaining(invalid));
		}
	});
});
