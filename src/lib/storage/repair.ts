/**
 * Bringing clouds the pieces they lack. A piece sealed again from the same bytes under the same key is the same to the last bit, so
 * its address in the signed header stays true and nothing changes on chain.
 */

import { AppError, asAppError } from '#lib/errors.ts';
import { equal } from '#lib/bytes.ts';
import { blobOfStream } from '#lib/storage/blob-of.ts';
import { gather } from '#lib/storage/gather.ts';
import { parseManifest, pieceBytes, proofBytes, type Manifest, type Piece } from '#lib/storage/manifest.ts';
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
	/** The source, where it is still at hand; else it is gathered from the pieces that are there. */
	source?: Blob | Uint8Array | undefined;
	/** Reads every byte of every piece instead of asking for its size. */
	deep?: boolean | undefined;
	/**
	 * A piece that cannot be where the manifest says, as that cloud is not given, takes nothing or lost it and is not ours, is put on another
	 * of the stores, where any reader who asks for its address finds it. What is on another already stays there.
	 */
	relocate?: boolean | undefined;
	/** Told of each store that lacks its piece or has it wrong, before it is repaired. */
	onProblem?: ((store: Store, error: AppError) => void) | undefined;
}

interface Lack {
	piece: Piece;
	index: number;
	/** Where it should be, if that store is at hand and takes it. */
	home: Store | null;
}

/**
 * Finds the pieces that are missing (or wrong, when `deep`) and puts them back; `onSaved` and `onFailure` say where that worked.
 * Unless it is to `relocate`, placements in stores that are not given stay as they are. Throws what `gather` throws when too few
 * pieces are left, and `records.invalid-input` when `source` is not what was saved.
 */
export async function repair(manifest: Manifest, options: RepairOptions): Promise<Manifest> {
	const parsed = parseManifest(manifest);
	const checked = await Promise.all(parsed.pieces.map((piece, index) => check(parsed, { piece, index }, options)));
	const lacks = checked.filter((lack) => lack !== null);
	if (lacks.length === 0) return parsed;
	const sealed = await sealAgain(parsed, lacks, options);
	for (const [i, lack] of lacks.entries()) {
		const piece = sealed[i];
		if (!piece) continue;
		const saved = lack.home && !(await save(lack.home, piece, options));
		if (saved || !options.relocate) continue;
		for (const store of await otherHomes(parsed, options)) {
			if (store.name !== lack.piece.store && !(await save(store, piece, options))) break;
		}
	}
	return parsed;
}

/** What a piece lacks; null where it is well, or none of our business. */
async function check(
	manifest: Manifest,
	{ piece, index }: Omit<Lack, 'home'>,
	options: RepairOptions,
): Promise<Lack | null> {
	const { stores, relocate = false, onProblem } = options;
	const named = stores.find(({ name }) => name === piece.store);
	const home = named?.capabilities.write ? named : null;
	if (!home && !relocate) return null;
	const error = named ? await problemOf(named, piece, manifest, options) : null;
	if (named && !error) return null;
	if (relocate) {
		const others = stores.filter((store) => store !== named);
		const found = await Promise.all(others.map((store) => problemOf(store, piece, manifest, options)));
		if (found.includes(null)) return null;
	}
	if (named && error) onProblem?.(named, error);
	return { piece, index, home };
}

async function sealAgain(manifest: Manifest, lacks: readonly Lack[], options: RepairOptions) {
	const { stores, key, signal, onProgress } = options;
	const { k, n } = manifest;
	const source = options.source ?? (await blobOfStream(await gather(manifest, { stores, key, signal, onProgress })));
	const shards = lacks.map(({ index }) => index);
	const sealed = await sealPieces(source, { key, code: { k, n }, shards, signal });
	for (const [i, { piece }] of lacks.entries()) {
		const made = sealed[i];
		const proofs = await made?.proofs();
		if (
			!made?.cid.equals(piece.cid) ||
			!proofs?.cid.equals(piece.proofs) ||
			!equal(made.commitment, piece.commitment)
		) {
			throw new AppError('records.invalid-input', 'This is not the file that was saved, or not its key.');
		}
	}
	return sealed;
}

/** Stores that take a piece, those with the fewest of this file first, so that no cloud's loss takes more than it must. */
async function otherHomes({ pieces }: Manifest, { stores, signal }: RepairOptions): Promise<Store[]> {
	const counted = await Promise.all(
		stores
			.filter(({ capabilities }) => capabilities.write)
			.map(async (store) => {
				const found = await Promise.all(pieces.map(({ cid }) => store.stat(cid, { signal }).catch(() => null)));
				return { store, here: found.filter(Boolean).length };
			}),
	);
	return counted.sort((a, b) => a.here - b.here).map(({ store }) => store);
}

/** What is wrong with a piece at a store, or with the hashes beside it; null when nothing is. */
async function problemOf(
	store: Store,
	{ cid, proofs }: Piece,
	manifest: Manifest,
	options: RepairOptions,
): Promise<AppError | null> {
	const { deep = false, signal } = options;
	const reader = verified(store);
	const objects = [
		{ name: cid, size: pieceBytes(manifest) },
		{ name: proofs, size: proofBytes(manifest) },
	];
	try {
		for (const { name, size } of objects) {
			if ((await store.stat(name, { signal }))?.size !== size) throw missingPiece(store);
			// Without `deep` only the last byte's leaf is read, which shows that the tree is there as well.
			for (let start = deep ? 0 : size - 1; start < size; start += leafBytes) {
				if (!(await reader.readRange(name, start, start + leafBytes, { signal }))) throw missingPiece(store);
			}
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
