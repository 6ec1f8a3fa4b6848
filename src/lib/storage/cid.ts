/**
 * Content addresses: CIDv1 with SHA-256, and the three codecs that Amana writes.
 *
 * `dag-cbor` for headers, locks and bundles of keys, `raw` for a block of bytes, `dag-pb` for the root of bytes that need more than
 * one block (`tree.ts`). Hashing is WebCrypto's: it takes whole buffers, which is why blocks are small. The chain stores an
 * object's digest alone; `cidFromDigest` gives the address back.
 */

import { CID } from 'multiformats/cid';
import { create } from 'multiformats/hashes/digest';
import { equal, fromHex, toHex } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';

/** Multicodec codes, https://github.com/multiformats/multicodec/blob/master/table.csv */
export const codecs = { raw: 0x55, 'dag-pb': 0x70, 'dag-cbor': 0x71 } as const;
export type Codec = keyof typeof codecs;
const sha256Code = 0x12;

/** The largest block that is written or accepted anywhere: 1 MiB, also the size of a leaf. */
export const maxBlockBytes = 2 ** 20;

/** SHA-256 of bytes. */
export async function sha256(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
	return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}

/** The address of one block. */
export async function cidOfBlock(bytes: Uint8Array, codec: Codec = 'dag-cbor'): Promise<CID> {
	return cidFromDigest(await sha256(bytes), codec);
}

/** The address of the block with this SHA-256 digest (32 bytes or their hexadecimal). Throws `records.invalid-input`. */
export function cidFromDigest(digest: Uint8Array | string, codec: Codec = 'dag-cbor'): CID {
	const bytes = typeof digest === 'string' ? fromHex(digest) : digest;
	if (bytes?.length !== 32) throw new AppError('records.invalid-input', 'A digest has 32 bytes.');
	return CID.createV1(codecs[codec], create(sha256Code, bytes));
}

/** The SHA-256 digest in an address, as contracts take it. Throws `records.invalid-input` for another hash. */
export function digestOf(cid: CID): `0x${string}` {
	return toHex(readCid(cid).multihash.digest);
}

/**
 * An address that came from elsewhere (text, a decoded object, another thread's copy), as a CID that Amana can check.
 * Throws `records.invalid-input` for what is none, or has another version, hash or codec.
 */
export function readCid(value: unknown): CID {
	const cid = toCid(value);
	const known = cid?.version === 1 && cid.multihash.code === sha256Code && cid.multihash.digest.length === 32;
	if (!known || !Object.values<number>(codecs).includes(cid.code)) {
		throw new AppError('records.invalid-input', 'Not a CIDv1 with SHA-256 of raw, dag-pb or dag-cbor.');
	}
	return cid;
}

function toCid(value: unknown): CID | null {
	try {
		return typeof value === 'string' ? CID.parse(value) : CID.asCID(value);
	} catch {
		return null;
	}
}

/** Whether these bytes are the block that the address names. */
export async function isBlockOf(cid: CID, bytes: Uint8Array): Promise<boolean> {
	return equal(cid.multihash.digest, await sha256(bytes));
}

/** The raw address with the same digest: under it a dumb store keeps the bytes of a dag-pb block. */
export function rawTwin(cid: CID): CID {
	return CID.createV1(codecs.raw, cid.multihash);
}
