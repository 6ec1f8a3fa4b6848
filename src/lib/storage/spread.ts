/**
 * Saving a file on several clouds: it is coded into pieces (`erasure.ts`), each sealed under a key of its own (DESIGN §4), so that no cloud
 * can answer for another.
 *
 * The file counts as saved when enough clouds have their piece and what lies beside it. The manifest names all of them; the others' uploads go
 * on, and `repair` brings a piece later to where that failed.
 */

import type { CID } from 'multiformats/cid';
import { AppError, asAppError } from '#lib/errors.ts';
import { checkSaved, checkStores } from '#lib/storage/failures.ts';
import type { Manifest, Progress } from '#lib/storage/manifest.ts';
import { checkPlan, enoughFor } from '#lib/storage/plan.ts';
import { objectsOf, placePiece, removePiece, type Leftover, type Placing } from '#lib/storage/placed-piece.ts';
import { cancelled } from '#lib/storage/request.ts';
import type { PieceProofs } from '#lib/storage/seal-audits.ts';
import { sealPieces, type SealedPiece } from '#lib/storage/seal-pieces.ts';
import { discard, type ResumeNotes, type Store } from '#lib/storage/store.ts';
import { sizeOf } from '#lib/storage/tree.ts';

export interface SaveOptions {
	signal?: AbortSignal | undefined;
	onProgress?: ((progress: Progress) => void) | undefined;
	/** Told of each store that took its piece, and of each that did not. */
	onSaved?: ((store: Store) => void) | undefined;
	onFailure?: ((store: Store, error: AppError) => void) | undefined;
	/** Where a store's adapter notes how far the upload of an object has come. */
	resume?: ((store: Store, cid: CID) => ResumeNotes) | undefined;
}

/** A piece before it is sent: its address, and those of it and all that lies beside it, as far as they are known. */
export interface PlannedPiece {
	store: string;
	cid: CID;
	objects: CID[];
}

export interface SpreadOptions extends SaveOptions {
	/** Where the pieces go, one each, in this order. */
	stores: readonly Store[];
	/** How many pieces restore the source: 1, so that each is a whole copy, where it is not said. */
	k?: number | undefined;
	/** How many pieces there are: as many as stores. */
	n?: number | undefined;
	/** 32 random bytes, fresh for this source. Another source under the same key would give both away. */
	key: Uint8Array;
	/** How many stores must take their piece: one more than restore the source, or all. */
	minimum?: number | undefined;
	/**
	 * Awaited before any byte is sent, and again once the addresses of what audits need are known, before those are sent. Who notes them,
	 * and the key, can go on another time, or take everything away. Then what was sent stays unless the signal's reason is `discard`.
	 */
	onPlanned?: ((pieces: PlannedPiece[]) => Promise<void>) | undefined;
	/** Goes on: the addresses that were noted. A cloud that has its piece is not sent it again. */
	begun?: readonly CID[] | undefined;
}

/** A file that counts as saved, while some stores may still be taking their piece. */
export interface Spreading {
	manifest: Manifest;
	/** Resolves when every store has taken its piece or failed. */
	rest: Promise<void>;
	/** Stops the rest and takes everything away again; what could not be taken away. For a file that is not to be after all. */
	takeBack: () => Promise<Leftover[]>;
}

/** As `startSpread`, but waits until every store has taken its piece or failed. */
export async function spread(source: Blob | Uint8Array, options: SpreadOptions): Promise<Manifest> {
	const { manifest, rest, takeBack } = await startSpread(source, options);
	await rest;
	if (!options.signal?.aborted) return manifest;
	await takeBack();
	throw cancelled(options.signal.reason);
}

/**
 * Seals and saves the source; resolves as soon as `minimum` stores have taken their piece. Throws `storage.no-clouds`,
 * `storage.none-saved`, `storage.too-few` (fewer than `minimum`), `records.invalid-input` (no such k and n, or the source cannot be
 * read or changed), `records.another-file` (not the one that was `begun`; nothing of it is sent, as under the same key it would give both
 * away) and `general.cancelled`. After any of them no piece is left behind where that can be helped, unless it may be gone on with (`onPlanned`).
 */
export async function startSpread(source: Blob | Uint8Array, options: SpreadOptions): Promise<Spreading> {
	const { stores, k = 1, n = stores.length, key, signal, onProgress, begun } = options;
	const code = { k, n };
	checkStores(stores.length, Math.max(1, n));
	checkPlan(code);
	const size = sizeOf(source);
	const stop = new AbortController();
	const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
	const sealed = await sealPieces(source, {
		key,
		code,
		signal: both,
		onProgress: (done) => onProgress?.({ stage: 'sealing', done, total: size }),
	});
	if (begun && !(begun.length === n && sealed.every(({ cid }, i) => begun[i]?.equals(cid)))) throw anotherFile();
	const pieces = await planned(sealed, options);
	if (signal?.aborted) throw cancelled(signal.reason);
	const places = pieces.flatMap((piece, i) => (stores[i] ? { store: stores[i], piece } : []));
	const placing = { ...options, signal: both, mayBeThere: begun !== undefined };
	const saving = places.map(({ store, piece }) => save(store, piece, placing));
	const takeBack = async () => {
		stop.abort(discard);
		await Promise.all(saving);
		return (await Promise.all(places.map(({ store, piece }) => removePiece(store, piece)))).flat();
	};
	try {
		await enough(saving, Math.min(options.minimum ?? enoughFor(code), n));
		if (signal?.aborted) throw cancelled(signal.reason);
		const proofs = await Promise.all(pieces.map((piece) => piece.proofs()));
		const placed = places.map(({ store, piece: { cid, commitment, index } }) => {
			const { root: audit, cid: proofsCid } = proofs[index] as (typeof proofs)[number];
			return { cid, store: store.name, commitment, audit, proofs: proofsCid };
		});
		return {
			manifest: { v: 1, k, n, size, pieces: placed },
			rest: Promise.all(saving).then(() => undefined),
			takeBack,
		};
	} catch (error) {
		if (options.onPlanned && signal?.aborted && signal.reason !== discard) await Promise.all(saving);
		else await takeBack();
		throw signal?.aborted ? cancelled(signal.reason) : error;
	}
}

/** Tells of the pieces, and again once their proofs are known; those of the pieces returned are ready when that was heard. */
async function planned(pieces: SealedPiece[], { stores, onPlanned }: SpreadOptions): Promise<SealedPiece[]> {
	if (!onPlanned) return pieces;
	const plan = (proofs: PieceProofs[]) =>
		onPlanned(
			pieces.map((piece, i) => {
				return { store: stores[i]?.name ?? '', cid: piece.cid, objects: objectsOf(piece, proofs[i]) };
			}),
		);
	await plan([]);
	let again: Promise<void> | undefined;
	const heard = () => (again ??= Promise.all(pieces.map(({ proofs }) => proofs())).then(plan));
	return pieces.map((piece) => ({ ...piece, proofs: () => heard().then(piece.proofs) }));
}

function anotherFile(): AppError {
	return new AppError('records.another-file', 'This is not the file whose upload was begun.');
}

/** Puts one piece where it belongs, with progress; null, or what went wrong, which `onFailure` was told. */
export async function save(
	store: Store,
	piece: SealedPiece,
	options: SaveOptions & Pick<Placing, 'mayBeThere'>,
): Promise<AppError | null> {
	const { signal, onProgress, onSaved, onFailure, resume, mayBeThere } = options;
	const total = piece.bytes.size;
	const report = (done: number) => onProgress?.({ stage: 'saving', store: store.name, done, total });
	try {
		report(0);
		await placePiece(store, piece, { signal, onProgress: report, mayBeThere, resume: resume?.(store, piece.cid) });
		onSaved?.(store);
		return null;
	} catch (cause) {
		const error = asAppError(cause, 'storage.unreachable');
		if (!signal?.aborted) onFailure?.(store, error);
		return error;
	}
}

/** Resolves once so many were saved, else throws `records.invalid-input`, `storage.none-saved` or `storage.too-few` when all are through. */
async function enough(saving: readonly Promise<AppError | null>[], needed: number): Promise<void> {
	let saved = 0;
	const reached = new Promise<void>((resolve) => {
		for (const one of saving) void one.then((error) => !error && ++saved >= needed && resolve());
	});
	await Promise.race([reached, Promise.all(saving)]);
	if (saved >= needed) return;
	const errors = (await Promise.all(saving)).flatMap((error) => error ?? []);
	const ofSource = errors.find(({ code }) => code === 'records.invalid-input');
	if (ofSource) throw ofSource; // it changed, or cannot be read: no cloud is to blame
	checkSaved(saved, needed, errors);
}
