/** When what lies beside a piece for audits is asked for: it takes both cores for a while, and a link that waits is idle. */
import { expect, test } from 'vitest';
import { AppError } from '#lib/errors.ts';
import { memory, type Store } from '#lib/storage/index.ts';
import { placePiece } from '#lib/storage/placed-piece.ts';
import { sealPieces, type SealedPiece } from '#lib/storage/seal-pieces.ts';
import { bytes, mebibyte, randomKey, refusal } from './samples.ts';

interface Watched {
	piece: SealedPiece;
	/** What happened, in order. */
	seen: string[];
}

async function watched(): Promise<Watched> {
	const [piece] = await sealPieces(bytes(3 * mebibyte), { key: randomKey(), code: { k: 1, n: 1 } });
	if (!piece) throw new Error('Nothing was sealed.');
	const seen: string[] = [];
	const read = async (start: number, end: number) => {
		const some = await piece.bytes.read(start, end);
		seen.push('bytes');
		return some;
	};
	const proofs = () => {
		seen.push('proofs');
		return piece.proofs();
	};
	return { piece: { ...piece, bytes: { size: piece.bytes.size, read }, proofs }, seen };
}

test('they are asked for once the first bytes of the piece were made', async () => {
	const { piece, seen } = await watched();
	const store = memory('a');
	await placePiece(store, piece, {});
	expect(seen[0]).toBe('bytes');
	expect(seen.filter((one) => one === 'proofs')).toHaveLength(1);
	expect((await store.stat((await piece.proofs()).cid))?.size).toBe((await piece.proofs()).bytes.size);
});

test('they do not wait for the rest of the piece', async () => {
	const { piece, seen } = await watched();
	const store = memory('a');
	const asked = Promise.withResolvers<unknown>();
	const proofs = () => {
		asked.resolve(null);
		return piece.proofs();
	};
	const slow: Store = {
		...store,
		async put(cid, content, options) {
			if (cid.equals(piece.cid) && 'read' in content) {
				await content.read(0, 10);
				await asked.promise; // what would never end if they waited for this
			}
			await store.put(cid, content, options);
		},
	};
	await placePiece(slow, { ...piece, proofs }, {});
	expect(seen[0]).toBe('bytes');
});

test('they are sent too where the piece is there already', async () => {
	const { piece, seen } = await watched();
	const store = memory('a');
	await store.put(piece.cid, piece.bytes);
	seen.length = 0;
	await placePiece(store, piece, { mayBeThere: true });
	expect(seen).toEqual(['proofs']);
	expect(await store.stat((await piece.proofs()).cid)).not.toBeNull();
});

test('they are not made for a cloud that takes nothing', async () => {
	const { piece, seen } = await watched();
	const put: Store['put'] = () => Promise.reject(new AppError('storage.full', 'There is no room.'));
	const store = { ...memory('a'), put };
	await expect(placePiece(store, piece, {})).rejects.toMatchObject(refusal('storage.full'));
	expect(seen).not.toContain('proofs');
});
