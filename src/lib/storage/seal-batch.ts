/**
 * The two passes over a source, some stripes at a time, as plain data in and out: a pool runs them in workers (`seal-pool.ts`).
 *
 * The first gives the addresses of the sealed chunks, which is all that a piece needs to be on its way. The second hashes them for audits
 * while they travel. Whoever seals a chunk again compares its tag with that of the first time: GCM's tag is a hash of the
 * chunk under a secret key (NIST SP 800-38D §6.4), so that other bytes under the same nonce are told apart without SHA-256.
 */

import { hashLeaves } from '#lib/audit/tree/index.ts';
import { concat, equal } from '#lib/bytes.ts';
import { sealedChunkBytes } from '#lib/crypto/stream.ts';
import { AppError } from '#lib/errors.ts';
import { sha256 } from '#lib/storage/cid.ts';
import { createSealer, type SealOrder } from '#lib/storage/sealer.ts';

const tagBytes = 16;
const halvesPerChunk = sealedChunkBytes / 512;

/** Stripes from `from` to before `to` of the pieces of an order. */
export interface BatchOrder extends SealOrder {
	from: number;
	to: number;
}

/** Of one piece's chunks in a batch. */
export interface Addressed {
	/** SHA-256, 32 bytes each. */
	digests: Uint8Array[];
	/** The ends of the sealed chunks, by which they are known again. */
	tags: Uint8Array[];
}

/** Addresses a batch: of each piece, in the order of `shards`. Throws `records.invalid-input`, `crypto.wrong-key`. */
export async function addressBatch({ from, to, ...order }: BatchOrder): Promise<Addressed[]> {
	const sealer = await createSealer(order);
	const pieces = order.shards.map((): Addressed => ({ digests: [], tags: [] }));
	for (let index = from; index < to; index++) {
		const sealed = await sealer.seal(index);
		const digests = await Promise.all(sealed.map(sha256));
		for (const [i, piece] of pieces.entries()) {
			piece.digests.push(digests[i] ?? new Uint8Array());
			piece.tags.push(tagOf(sealed[i] ?? new Uint8Array()));
		}
	}
	return pieces;
}

/**
 * Hashes a batch for audits: of each piece its leaves' hashes, joined. `tags` are those of the whole pieces. Throws
 * `records.invalid-input` where the source is not what was addressed.
 */
export async function auditBatch(
	{ from, to, ...order }: BatchOrder,
	tags: readonly (readonly Uint8Array[])[],
): Promise<Uint8Array[]> {
	const sealer = await createSealer(order);
	const pieces = order.shards.map((): Uint8Array[] => []);
	for (let index = from; index < to; index++) {
		const sealed = await sealer.seal(index);
		for (const [i, bytes] of sealed.entries()) {
			checkTag(bytes, tags[i]?.[index - from]);
			pieces[i]?.push(await hashLeaves(bytes, index * halvesPerChunk));
		}
	}
	return pieces.map((leaves) => concat(...leaves));
}

/** Throws `records.invalid-input` unless these bytes are the sealed chunk that had this tag. */
export function checkTag(sealed: Uint8Array, tag: Uint8Array | undefined): void {
	if (!tag || !equal(tagOf(sealed), tag))
		throw new AppError('records.invalid-input', 'The file changed while it was saved.');
}

function tagOf(sealed: Uint8Array): Uint8Array {
	return sealed.slice(-tagBytes);
}
