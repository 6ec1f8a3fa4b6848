/**
 * The two passes over a source, some stripes at a time, as plain data in and out: a pool runs them in workers (`seal-pool.ts`).
 *
 * The first gives the addresses of the sealed chunks, which is all that a piece needs to be on its way. The second hashes them for audits
 * while they travel. Whoever seals a chunk again compares its tags with those of the first time: GCM's tag is a hash of what
 * was sealed under a secret key (NIST SP 800-38D §6.4), so that other bytes under the same nonce are told apart without SHA-256.
 */

import { hashRun, keepRun, leafBytes, type KeptRun, type RunLevels } from '#lib/audit/tree/index.ts';
import { concat, equal } from '#lib/bytes.ts';
import { sealedChunkBytes, tagsOf } from '#lib/crypto/stream.ts';
import { AppError } from '#lib/errors.ts';
import { sha256 } from '#lib/storage/cid.ts';
import { payloadOf } from '#lib/storage/payload.ts';
import { createSealer, type SealOrder } from '#lib/storage/sealer.ts';
import type { Payload } from '#lib/storage/store.ts';
import { bytesOf } from '#lib/storage/tree.ts';

/** Room for parts that others left: fresh memory costs more than sealing into it. */
const spareRooms: Uint8Array<ArrayBuffer>[] = [];
const mostSpareRooms = 2;
/** Chunks of a piece that are read at once when it is sealed again. */
const chunksAtOnce = 4;
const leavesPerChunk = sealedChunkBytes / leafBytes;

/** A run of a piece, its hashes in Blobs: the browser keeps those outside the page, and of two gigabytes they are two hundred megabytes. */
export type Audited = KeptRun<Blob>;

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
		lookAtMemory();
	}
	return pieces.map((piece, i) => ({ ...piece, ...(kept[i] && { bytes: kept[i].subarray(0, length) }) }));
}

/**
 * Hashes a batch for audits: of each piece the levels over its chunks. `tags` are those of the whole pieces. Throws
 * `records.invalid-input` where the source is not what was addressed.
 */
export async function auditBatch(
	{ from, to, ...order }: BatchOrder,
	tags: readonly (readonly Uint8Array[])[],
): Promise<Audited[]> {
	const sealer = await createSealer(order);
	const pieces = order.shards.map((): RunLevels[] => []);
	let index = from;
	for await (const sealed of sealer.seal(from, to, oneRoom(order))) {
		for (const [i, bytes] of sealed.entries()) {
			checkTags(bytes, tags[i]?.[index - from]);
			pieces[i]?.push(await hashRun(bytes, index * leavesPerChunk));
		}
		lookAtMemory();
		index++;
	}
	return pieces.map((runs) => {
		const joined = (level: 0 | 1 | 2) => concat(...runs.map((levels) => levels[level]));
		return keepRun([joined(0), joined(1), joined(2)], asBlob);
	});
}

/**
 * Seals the chunks `from` to before `to` of an order's first piece again, one after another into `room`, and returns what they filled. `tags`
 * are theirs. Throws `records.invalid-input` where the source is not what was addressed.
 */
export async function sealAgain(
	{ from, to, ...order }: BatchOrder,
	tags: readonly Uint8Array[],
	room: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
	const sealer = await createSealer(order);
	let [index, length] = [from, 0];
	const rooms = (i: number) => [room.subarray((i - from) * sealedChunkBytes)];
	for (let first = from; first < to; first += chunksAtOnce) {
		for await (const [sealed] of sealer.seal(first, Math.min(to, first + chunksAtOnce), rooms)) {
			checkTags(sealed ?? room, tags[index++ - from]);
			length += sealed?.length ?? 0;
		}
		lookAtMemory();
	}
	return room.subarray(0, length);
}

/** SHA-256 of each `stride` bytes of a Blob, the last of what is left; of an empty one none. */
export async function digestsOf(blob: Blob, stride: number): Promise<Uint8Array[]> {
	const digests: Uint8Array[] = [];
	for (let at = 0; at < blob.size; at += stride) {
		digests.push(await sha256(await bytesOf(blob, at, at + stride)));
		lookAtMemory();
	}
	return digests;
}

/** As `sealAgain`, ready to be sent. */
export async function payloadBatch(batch: BatchOrder, tags: readonly Uint8Array[]): Promise<Payload> {
	const size = (batch.to - batch.from) * sealedChunkBytes;
	const fits = spareRooms.findIndex(({ length }) => length >= size);
	const [room = new Uint8Array(size)] = fits < 0 ? [] : spareRooms.splice(fits, 1);
	const payload = await payloadOf(await sealAgain(batch, tags, room));
	if (spareRooms.length < mostSpareRooms) spareRooms.push(room);
	return payload;
}

/** Throws `records.invalid-input` unless these bytes are the sealed chunk that had these tags. */
function checkTags(sealed: Uint8Array, tags: Uint8Array | undefined): void {
	if (!tags || !equal(tagsOf(sealed), tags))
		throw new AppError('records.invalid-input', 'The file changed while it was saved.');
}

export const asBlob = (bytes: Uint8Array): Blob => new Blob([bytes as Uint8Array<ArrayBuffer>]);

/**
 * Makes V8 look at how much memory byte arrays hold, which it does when it makes one itself, not when reading or WebCrypto hands it one: a few
 * dozen megabytes of those gather otherwise (docs/performance.md). Elsewhere it does nothing.
 */
function lookAtMemory(): void {
	new ArrayBuffer(1024);
}

/** Room for a stripe's chunks that each stripe uses again: fresh memory costs more than sealing into it. */
function oneRoom({ shards }: SealOrder): () => Uint8Array<ArrayBuffer>[] {
	let rooms: Uint8Array<ArrayBuffer>[] | undefined;
	return () => (rooms ??= shards.map(() => new Uint8Array(sealedChunkBytes)));
}
