import { decode, encode } from '@ipld/dag-cbor';
import { describe, expect, test } from 'vitest';
import { plainChunkBytes } from '#lib/crypto/stream.ts';
import { memory, parseManifest, spread } from '#lib/storage/index.ts';
import { cidOfBlock } from '#lib/storage/cid.ts';
import { bytes, mebibyte, randomKey, refusal } from './samples.ts';

const stores = [memory('a'), memory('b')];
const small = await spread(bytes(10), { stores, key: randomKey() });
const large = await spread(bytes(2 * mebibyte), { stores, key: randomKey() });
const halves = await spread(bytes(2 * mebibyte), { stores, key: randomKey(), k: 2 });
const invalid = refusal('records.invalid-header');

const header = await cidOfBlock(bytes(4));

describe('a manifest', () => {
	test.each([
		['of one leaf', small],
		['of many', large],
		['of halves', halves],
	] as const)('goes through dag-cbor, and through another thread: %s', (_, manifest) => {
		expect(parseManifest(decode(encode(manifest)))).toEqual(manifest);
		expect(encode(parseManifest(structuredClone(manifest)))).toEqual(encode(manifest));
	});

	test('holds no key and nothing of the source', async () => {
		const key = randomKey();
		const source = new TextEncoder().encode('the quick brown fox');
		const text = Buffer.from(encode(await spread(source, { stores, key }))).toString('latin1');
		expect(text).not.toContain(Buffer.from(key).toString('latin1'));
		expect(text).not.toContain('quick');
	});

	test('drops fields that nobody knows', () => {
		expect(parseManifest({ ...small, note: 'x' })).toEqual(small);
	});

	const piece = small.pieces[0]!;
	const withPiece = (change: object): unknown => ({ ...small, pieces: [{ ...piece, ...change }, small.pieces[1]] });
	test.each<[string, unknown]>([
		['nothing', null],
		['text', 'manifest'],
		['a list', []],
		['no version', { ...small, v: undefined }],
		['version 0', { ...small, v: 0 }],
		['a size below zero', { ...small, size: -1 }],
		['half a byte', { ...small, size: 0.5 }],
		['a size beyond counting', { ...small, size: 2 ** 53 }],
		['no pieces', { ...small, pieces: [] }],
		['fewer pieces than n', { ...small, pieces: small.pieces.slice(1) }],
		['more pieces than n', { ...small, n: 1 }],
		['k above n', { ...small, k: 3 }],
		['k of zero', { ...small, k: 0 }],
		['thousands of pieces', { ...small, n: 1000, pieces: Array<unknown>(1000).fill(piece) }],
		['an address that is text', withPiece({ cid: String(piece.cid) })],
		['an address that is none', withPiece({ cid: { code: 1 } })],
		['an address of a header', withPiece({ cid: header })],
		['a single leaf for a large source', { ...large, pieces: small.pieces }],
		['a tree for a small source', { ...small, pieces: large.pieces }],
		['trees where half of the source is one leaf', { ...large, k: 2, size: 2 * plainChunkBytes }],
		['a leaf where half of the source is more', { ...small, k: 2, size: 2 * mebibyte }],
		['more pieces than there may be', { ...small, n: 33, pieces: Array<unknown>(33).fill(piece) }],
		['a store without a name', withPiece({ store: '' })],
		['a store that is no text', withPiece({ store: 7 })],
		['an endless store', withPiece({ store: 'x'.repeat(3000) })],
		['a short commitment', withPiece({ commitment: new Uint8Array(31) })],
		['a commitment that is a list', withPiece({ commitment: Array(32).fill(0) })],
		['no audit root', withPiece({ audit: undefined })],
		['a short audit root', withPiece({ audit: new Uint8Array(31) })],
		['no proofs', withPiece({ proofs: undefined })],
		['proofs of many leaves for a small piece', withPiece({ proofs: large.pieces[0]!.cid })],
		['proofs that are a header', withPiece({ proofs: header })],
	])('that is not one is refused: %s', (_, value) => {
		expect(() => parseManifest(value)).toThrow(expect.objectContaining(invalid) as Error);
	});

	test('of later days is refused as such', () => {
		const unsupported = expect.objectContaining(refusal('crypto.unsupported')) as Error;
		expect(() => parseManifest({ ...small, v: 2 })).toThrow(unsupported);
		expect(() => parseManifest({ v: 3, anything: true })).toThrow(unsupported);
	});
});
