/**
 * From a stripe of the source to sealed chunks, one for each piece asked for: read, coded (`erasure.ts`), sealed (`crypto/stream.ts`).
 *
 * The same source under the same key gives the same bytes each time, so a chunk need not be kept: it is made again when it is asked for.
 */

import { chunkCount, derivePieceKey, plainChunkBytes, sealChunk } from '#lib/crypto/stream.ts';
import { AppError, asAppError } from '#lib/errors.ts';
import { encodeStripe, shardSize, stripeChunkBytes, type Code } from '#lib/storage/erasure.ts';
import { bytesOf, sizeOf } from '#lib/storage/tree.ts';

/** What is to be sealed, and how. Plain data: it can be sent to a worker. */
export interface SealOrder {
	source: Blob | Uint8Array;
	/** The part's key, 32 bytes, never used for another source. */
	key: Uint8Array;
	code: Code;
	/** Which of the n pieces. */
	shards: readonly number[];
}

export interface Sealer {
	/** Of each piece, in the order of `shards`. */
	readonly commitments: readonly Uint8Array[];
	/** Chunks of each piece. */
	readonly chunks: number;
	/**
	 * Chunks `from` to before `to`, one stripe after another: of each the chunk of every piece, in `rooms(index)`, which may be the same for
	 * all. Throws `records.invalid-input` when the source cannot be read.
	 */
	seal(
		from: number,
		to: number,
		rooms: (index: number) => readonly Uint8Array<ArrayBuffer>[],
	): AsyncGenerator<Uint8Array<ArrayBuffer>[]>;
}

/** Makes ready to seal these pieces of a source. Throws `crypto.wrong-key` for a key of the wrong length. */
export async function createSealer({ source, key, code, shards }: SealOrder): Promise<Sealer> {
	const { k, n } = code;
	const size = sizeOf(source);
	const chunks = chunkCount(shardSize(size, k));
	const keys = await Promise.all(shards.map((index) => derivePieceKey(key, { index, k, n })));
	/** The source's own bytes are read alone where only they are asked for. */
	const [only = 0, ...others] = shards;
	const alone = others.length === 0 && only < k;
	const coded = { k, n: Math.max(k, ...shards.map((index) => index + 1)) };

	/** Where a stripe, or what is needed of it, lies in the source. */
	function within(index: number): [start: number, end: number] {
		const length = stripeChunkBytes(size, k, index);
		const start = index * k * plainChunkBytes + (alone ? only * length : 0);
		return [Math.min(size, start), Math.min(size, start + (alone ? length : k * length))];
	}

	/** Stripes that follow each other are read at once: each call to a Blob is dear. */
	async function readStripes(from: number, to: number): Promise<Uint8Array[]> {
		const places = Array.from({ length: to - from }, (_, i) => within(from + i));
		if (alone && k > 1) return Promise.all(places.map(([start, end]) => read(source, start, end)));
		const [first = 0, last = 0] = [places[0]?.[0], places.at(-1)?.[1]];
		const bytes = await read(source, first, last);
		return places.map(([start, end]) => bytes.subarray(start - first, end - first));
	}

	function plain(stripe: Uint8Array, index: number): Uint8Array[] {
		const length = stripeChunkBytes(size, k, index);
		if (alone) return encodeStripe(stripe, { k: 1, n: 1 }, length);
		const all = encodeStripe(stripe, coded, length);
		return shards.flatMap((shard) => all[shard] ?? []);
	}

	return {
		commitments: keys.map(({ commitment }) => commitment),
		chunks,
		async *seal(from, to, rooms) {
			for (const [i, stripe] of (await readStripes(from, to)).entries()) {
				const index = from + i;
				const [parts, room] = [plain(stripe, index), rooms(index)];
				const empty = new Uint8Array();
				yield await Promise.all(
					keys.map((pieceKey, j) => sealChunk(pieceKey, index, index === chunks - 1, parts[j] ?? empty, room[j])),
				);
			}
		},
	};
}

async function read(source: Blob | Uint8Array, start: number, end: number): Promise<Uint8Array> {
	if (end <= start) return new Uint8Array();
	try {
		const bytes = await bytesOf(source, start, end);
		if (bytes.length === end - start) return bytes;
	} catch (cause) {
		throw asAppError(cause, 'records.invalid-input');
	}
	throw new AppError('records.invalid-input', 'The file changed while it was read.');
}
