/**
 * The manifest: where the pieces of a sealed source lie and what they must hash to. It holds no secret and goes into a record's header.
 *
 * `n` pieces, any `k` of which restore the source, each sealed under a key of its own; with k = 1 each is a whole copy.
 * It is the same whichever clouds were down when it was made: a missing piece is put back later at the place it names.
 */

import type { CID } from 'multiformats/cid';
import * as v from 'valibot';
import { hashBytes, layoutOf } from '#lib/audit/tree/index.ts';
import { commitmentBytes, sealedSize } from '#lib/crypto/stream.ts';
import { AppError, type ErrorCode } from '#lib/errors.ts';
import { codecs, maxBlockBytes, readCid } from '#lib/storage/cid.ts';
import { shardSize } from '#lib/storage/erasure.ts';
import { maxPieces } from '#lib/storage/plan.ts';

export interface Piece {
	/** The address of the sealed piece. */
	cid: CID;
	/** The name of the store that should have it. */
	store: string;
	/** Ties the piece to its key; 32 bytes. */
	commitment: Uint8Array;
	/** The root of its audit tree; 32 bytes. */
	audit: Uint8Array;
	/** The address of the object beside it that holds the tree's hashes. */
	proofs: CID;
}

export interface Manifest {
	v: 1;
	k: number;
	n: number;
	/** Bytes of the source. */
	size: number;
	pieces: Piece[];
}

/** How far some work on a file is: in bytes of the source, or, with a store, of its piece. */
export interface Progress {
	stage: 'sealing' | 'saving' | 'fetching' | 'opening';
	/** The store's name, where one is concerned. */
	store?: string;
	done: number;
	total: number;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(maxPieces));

const cid = v.pipe(
	v.custom<CID>(isCid, 'Not an address of a piece.'),
	v.transform((address: CID) => readCid(address)),
);

const pieceSchema = v.object({
	cid,
	store: v.pipe(v.string(), v.minLength(1), v.maxLength(2000)),
	commitment: v.pipe(v.instance(Uint8Array), v.length(commitmentBytes)),
	audit: v.pipe(v.instance(Uint8Array), v.length(hashBytes)),
	proofs: cid,
});

/** Schema of `Manifest`, to embed in the schema of what carries one. */
export const manifestSchema = v.pipe(
	v.object({
		v: v.literal(1),
		k: count,
		n: count,
		size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
		pieces: v.array(pieceSchema),
	}),
	v.check(({ k, n, pieces }) => k <= n && pieces.length === n, 'As many pieces as it says.'),
	v.check(
		(manifest) => hasFittingAddresses(manifest),
		'Pieces as large as the source, and proofs as large as the pieces.',
	),
);

/** A manifest from elsewhere, checked. Throws `records.invalid-header`, or `crypto.unsupported` for a version of later days. */
export function parseManifest(value: unknown): Manifest {
	const result = v.safeParse(manifestSchema, value);
	if (result.success) return result.output;
	const version = v.safeParse(v.object({ v: v.pipe(v.number(), v.minValue(2)) }), value);
	const code: ErrorCode = version.success ? 'crypto.unsupported' : 'records.invalid-header';
	throw new AppError(
		code,
		`Not a manifest that can be read: ${v.getDotPath(result.issues[0]) ?? result.issues[0].message}.`,
	);
}

/** Bytes of each sealed piece. */
export function pieceBytes({ size, k }: Pick<Manifest, 'size' | 'k'>): number {
	return sealedSize(shardSize(size, k));
}

/** Bytes of the object beside each piece that holds its audit tree's hashes. */
export function proofBytes(manifest: Pick<Manifest, 'size' | 'k'>): number {
	return layoutOf(pieceBytes(manifest)).bytes;
}

/** Also called with numbers that were found wrong already. */
function hasFittingAddresses({ size, k, pieces }: Pick<Manifest, 'size' | 'k' | 'pieces'>): boolean {
	const bytes = pieceBytes({ size, k });
	if (!Number.isSafeInteger(bytes) || bytes < 1) return false;
	const [ofPiece, ofProofs] = [codecFor(bytes), codecFor(layoutOf(bytes).bytes)];
	return pieces.every(({ cid, proofs }) => cid.code === ofPiece && proofs.code === ofProofs);
}

function codecFor(bytes: number): number {
	return bytes > maxBlockBytes ? codecs['dag-pb'] : codecs.raw;
}

function isCid(value: unknown): boolean {
	try {
		readCid(value);
		return typeof value === 'object';
	} catch {
		return false;
	}
}
