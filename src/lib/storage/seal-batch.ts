/**
 * The two passes over a source, some stripes at a time, as plain data in and out: a pool runs them in workers (`seal-pool.ts`).
 *
 * The first gives the addresses of the sealed chunks, which is all that a piece needs to be on its way. The second hashes them for audits
 * while they travel. Whoever seals a chunk again compares its tags with those of the first time: GCM's tag is a hash of what
 * was sealed under a secret key (NIST SP 800-38D §6.4), so that other bytes under the same nonce are told apart without SHA-256.
 */

import { hashLeaves } from '#lib/audit/tree/index.ts';
import { concat, equal } from '#lib/bytes.ts';
import { sealedChunkBytes, tagsOf } from '#lib/crypto/stream.ts';
import { AppError } from '#lib/errors.ts';
import { sha256 } from '#lib/storage/cid.ts';
import { createSealer, type SealOrder } from '#lib/storage/sealer.ts';

const halvesPerChunk = sealedChunkBytes / 512;

/** Stripes from `from` to before `to` of the pieces of an order. */
export interface BatchOrder extends SealOrder {
	from: number;
	to: number;
}

export interface AddressOrder extends BatchOrder {
	/** Whether the sealed bytes are wanted too. */
	keep?: boolean | undefined;
}

/** Of one piece's chunks in a batch. */
export interface Addressed {
	/** SHA-256, 32 bytes each. */
	digests: Uint8Array[];
	/** The tags of the sealed chunks, by which they are known again. */
	tags: Uint8Array[];
	/** The chunks themselves, one after another, where they are asked for. */
	bytes?: Uint8Array<ArrayBuffer>;
}

/** Addresses a batch: of each piece, in the order of `shards`. Throws `records.invalid-input`, `crypto.wrong-key`. */
export async function addressBatch({ from, to, keep, ...order }: AddressOrder): Promise<Addressed[]> {
	const sealer = await createSealer(order);
	const pieces = order.shards.map((): Addressed => ({ digests: [], tags: [] }));
	const kept = keep ? order.shards.map(() => new Uint8Array((to - from) * sealedChunkBytes)) : [];
	const room = oneRoom(order);
	const rooms = (index: number) =>
		keep ? kept.map((bytes) => bytes.subarray((index - from) * sealedChunkBytes)) : room();
	let length = 0;
	for await (const sealed of sealer.seal(from, to, rooms)) {
		length += sealed[0]?.length ?? 0;
		const digests = await Promise.all(sealed.map(sha256));
		for (const [i, piece] of pieces.entries()) {
			piece.digests.push(digests[i] ?? new Uint8Array());
			piece.tags.push(tagsOf(sealed[i] ?? new Uint8Array()));
		}
	}
	return pieces.map((piece, i) => ({ ...piece, ...(kept[i] && { bytes: kept[i].subarray(0, length) }) }));
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
	let index = from;
	for await (const sealed of sealer.seal(from, to, oneRoom(order))) {
		for (const [i, bytes] of sealed.entries()) {
			checkTags(bytes, tags[i]?.[index - from]);
			pieces[i]?.push(await hashLeaves(bytes, index * halvesPerChunk));
		}
		index++;
	}
	return pieces.map((leaves) => concat(...leaves));
}

/** Throws `records.invalid-input` unless these bytes are the sealed chunk that had these tags. */
export function checkTags(sealed: Uint8Array, tags: Uint8Array | undefined): void {
	if (!tags || !equal(tagsOf(sealed), tags))
		throw new AppError('records.invalid-input', 'The file changed while it was saved.');
}

/** Room for a stripe's chunks that each stripe uses again: fresh memory costs more than sealing into it. */
function oneRoom({ shards }: SealOrder): () => Uint8Array<ArrayBuffer>[] {
	let rooms: Uint8Array<ArrayBuffer>[] | undefined;
	return () => (rooms ??= shards.map(() => new Uint8Array(sealedChunkBytes)));
}
