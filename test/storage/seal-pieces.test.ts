/** What a sealed piece gives out: the first of its bytes kept in memory, the rest sealed again. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equal, toHex } from '#lib/bytes.ts';
import { memory, spread, type Store } from '#lib/storage/index.ts';
import { sealPieces, type SealedPiece } from '#lib/storage/seal-pieces.ts';
import { treeOf } from '#lib/storage/tree.ts';
import { runs } from '../slow.ts';
import { bytes, mebibyte, randomKey, refusal } from './samples.ts';

test.each([
	['copies', { k: 1, n: 3 }, 13 * mebibyte + 5],
	['halves and parity', { k: 2, n: 3 }, 20 * mebibyte + 5],
	['more copies than can be kept', { k: 1, n: 9 }, 5 * mebibyte],
	['a small file', { k: 1, n: 2 }, 1000],
	['an empty file', { k: 1, n: 2 }, 0],
])('%s: what is sent has the address that was given', async (_, code, size) => {
	for (const { cid, bytes: piece, proofs } of await sealPieces(bytes(size), { key: randomKey(), code })) {
		expect(String((await treeOf(piece)).cid)).toBe(String(cid));
		const { cid: proofsCid, bytes: hashes } = await proofs();
		expect(String((await treeOf(hashes)).cid)).toBe(String(proofsCid));
	}
});

test('any range of a piece is that range, whichever part of it was kept', async () => {
	const [piece] = await sealPieces(bytes(13 * mebibyte + 99), { key: randomKey(), code: { k: 1, n: 2 } });
	const sealed = piece!.bytes;
	const { size } = sealed;
	const whole = await sealed.read(0, size);
	const kept = 12 * mebibyte;
	const place = fc.oneof(fc.nat(size), fc.integer({ min: kept - 2, max: kept + 2 }));
	await fc.assert(
		fc.asyncProperty(place, place, async (a, b) => {
			const [start, end] = [Math.min(a, b), Math.max(a, b)];
			expect(equal(await sealed.read(start, end), whole.subarray(start, end))).toBe(true);
		}),
		runs(12, 200),
	);
});

test('what is ready to be sent are the same bytes, with their hash', async () => {
	const [{ bytes: piece, proofs }] = (await sealPieces(bytes(14 * mebibyte + 99), { key: randomKey(), code: { k: 1, n: 2 } })) as [SealedPiece]; // prettier-ignore
	for (const source of [piece, (await proofs()).bytes]) {
		const places = [0, 5, mebibyte, 12 * mebibyte, 13 * mebibyte + 1].filter((place) => place < source.size);
		for (const start of places) {
			for (const end of [...places, source.size].filter((place) => place > start)) {
				const { blob, sha256 } = await source.payload!(start, end);
				const sent = new Uint8Array(await blob.arrayBuffer());
				expect(equal(sent, await source.read(start, end))).toBe(true);
				expect(`0x${sha256}`).toBe(toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', sent))));
			}
		}
	}
});

test('bytes of a file that changed after it was addressed are not given out', async () => {
	const source = bytes(20 * mebibyte);
	const [first, , parity] = await sealPieces(source, { key: randomKey(), code: { k: 2, n: 3 } });
	const [start, end] = [9 * mebibyte, 9 * mebibyte + 10];
	const before = await first!.bytes.read(0, 100);
	for (const at of [5, 18 * mebibyte + 2000]) source[at]! ^= 1;
	// What was kept is what was addressed; what would be sealed again is not.
	expect(equal(await first!.bytes.read(0, 100), before)).toBe(true);
	for (const piece of [first, parity]) {
		await expect(piece!.bytes.read(start, end)).rejects.toMatchObject(refusal('records.invalid-input'));
		const whole = [9 * mebibyte, 10 * mebibyte] as const;
		await expect(piece!.bytes.payload!(...whole)).rejects.toMatchObject(refusal('records.invalid-input'));
	}
	source[18 * mebibyte + 2000]! ^= 1;
	expect(await first!.bytes.read(start, end)).toHaveLength(10);
});

test('a file that changes while it is saved is not saved', async () => {
	const source = bytes(13 * mebibyte);
	const store = memory('a');
	const changing: Store = { ...store, put: (...all) => ((source[12 * mebibyte + 5]! ^= 1), store.put(...all)) };
	const saving = spread(source, { stores: [changing], key: randomKey() });
	await expect(saving).rejects.toMatchObject(refusal('records.invalid-input'));
});
