/**
 * CAR version 1, the file in which blocks travel to an IPFS node: a header with the root, then each block behind its length and address.
 * It is made as a Blob of slices, so nothing is copied. https://ipld.io/specs/transport/car/carv1/
 */

import { encode } from '@ipld/dag-cbor';
import { varint } from 'multiformats';
import type { CID } from 'multiformats/cid';
import { concat } from '#lib/bytes.ts';

export interface CarBlock {
	cid: CID;
	bytes: Uint8Array | Blob;
}

/** The media type of a CAR file. */
export const carType = 'application/vnd.ipld.car; version=1';

/** A CAR file of these blocks, with this root. */
export function carOf(root: CID, blocks: readonly CarBlock[]): Blob {
	const header = encode({ version: 1, roots: [root] });
	const sections = blocks.flatMap(({ cid, bytes }) => {
		const length = bytes instanceof Blob ? bytes.size : bytes.length;
		return [concat(prefix(cid.bytes.length + length), cid.bytes), bytes as Blob | Uint8Array<ArrayBuffer>];
	});
	return new Blob([concat(prefix(header.length), header), ...sections], { type: carType });
}

function prefix(length: number): Uint8Array {
	return varint.encodeTo(length, new Uint8Array(varint.encodingLength(length)));
}
