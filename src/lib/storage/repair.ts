/**
 * Bringing clouds the copies they lack. A copy sealed again from the same bytes under the same key is the same to the last bit, so
 * its address in the signed header stays true and nothing changes on chain.
 */

import { AppError, asAppError } from '#lib/errors.ts';
import { equal } from '#lib/bytes.ts';
import { gather } from '#lib/storage/gather.ts';
import { parseManifest, pieceBytes, type Manifest, type Piece } from '#lib/storage/manifest.ts';
import { sealPieces } from '#lib/storage/seal-pieces.ts';
import { save, type SaveOptions } from '#lib/storage/spread.ts';
import type { Store } from '#lib/storage/store.ts';
import { leafBytes } from '#lib/storage/tree.ts';
import { verified } from '#lib/storage/verified.ts';

export interface RepairOptions extends SaveOptions {
	/** Those among them that the manifest names are looked after. */
	stores: readonly Store[];
	/** The part's key, 32 bytes. */
	key: Uint8Array;
	/** The source, where it is still at hand; else it is gathered from the copies that are there. */
	source?: Blob | Uint8Array | undefined;
	/** Reads every byte of every copy instead of asking for its size. */
	deep?: boolean | undefined;
	/** Told of each store that lacks its piece or has it wrong, before it is repaired. */
	onProblem?: ((store: Store, error: AppError) => void) | undefined;
}

/**
 * Finds the pieces that are missing (or wrong, when `deep`) and puts them back; `onSaved` and `onFailure` say where that worked.
 * Placements in stores that are not given stay as they are. Throws what `gather` throws when no whole copy is left, and
 * `records.invalid-input` when `source` is not what was saved.
 */
export async function repair(manifest: Manifest, options: RepairOptions): Promise<Manifest> {
	const { stores, key, signal, onProblem, onProgress } = options;
	const parsed = parseManifest(manifest);
	const { k, n, pieces } = parsed;
	const missing: { store: Store; piece: Piece; index: number }[] = [];
	await Promise.all(
		pieces.map(async (piece, index) => {
			const store = stores.find(({ name, capabilities }) => name === piece.store && capabilities.write);
			if (!store) return;
			const error = await problemOf(store, piece, pieceBytes(parsed), options);
			if (!error) return;
			onProblem?.(store, error);
			missing.push({ store, piece, index });
		}),
	);
	if (missing.length === 0) return parsed;
	const source =
		options.source ?? (await new Response(await gather(parsed, { stores, key, signal, onProgress })).blob());
	const shards = missing.map(({ index }) => index);
	const sealed = await sealPieces(source, { key, code: { k, n }, shards, signal });
	for (const [i, { store, piece }] of missing.entries()) {
		const made = sealed[i];
		const proofs = await made?.proofs;
		if (
			!made?.cid.equals(piece.cid) ||
			!proofs?.cid.equals(piece.proofs) ||
			!equal(made.commitment, piece.commitment)
		) {
			throw new AppError('records.invalid-input', 'This is not the file that was saved, or not its key.');
		}
		await save(store, made, options);
	}
	return parsed;
}

/** What is wrong with a placement; null when nothing is. */
async function problemOf(
	store: Store,
	{ cid }: Piece,
	total: number,
	options: RepairOptions,
): Promise<AppError | null> {
	const { deep = false, signal } = options;
	const reader = verified(store);
	try {
		const found = await store.stat(cid, { signal });
		if (found?.size !== total) throw missingPiece(store);
		// Without `deep` only the last byte's leaf is read, which shows that the tree is there as well.
		for (let start = deep ? 0 : total - 1; start < total; start += leafBytes) {
			if (!(await reader.readRange(cid, start, start + leafBytes, { signal }))) throw missingPiece(store);
		}
		return null;
	} catch (cause) {
		const error = asAppError(cause, 'storage.unreachable');
		if (error.code === 'general.cancelled') throw error;
		return error;
	}
}

function missingPiece(store: Store): AppError {
	return new AppError('storage.not-found', 'A cloud does not have its piece.', { details: { store: store.name } });
}
