/** Pieces, the record over them, and proofs of them, as clouds and their auditors would have them. */
import { toHex } from '#lib/bytes.ts';
import { provePossession } from '#lib/audit/prove.ts';
import type { Range } from '#lib/audit/proofs.ts';
import { auditOf, recordRoot } from '#lib/audit/tree/index.ts';

export interface KeptPiece {
	bytes: Uint8Array;
	root: Uint8Array;
	proofs: Uint8Array;
}

/** A piece of so many bytes, which differ from place to place and from seed to seed. */
export async function keep(size: number, seed = 0): Promise<KeptPiece> {
	const bytes = new Uint8Array(size);
	for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >> 9) * 7 + seed) & 0xff;
	return { bytes, ...(await auditOf(bytes)) };
}

/** The record's audit root. */
export async function auditRootOf(pieces: readonly KeptPiece[]): Promise<`0x${string}`> {
	return toHex(await recordRoot(pieces.map(({ root }) => root)));
}

/** What proves these halves of one of the pieces, as the contract takes it. */
export async function proofOf(pieces: readonly KeptPiece[], piece: number, halves: readonly number[]) {
	const { bytes, proofs } = pieces[piece] ?? { bytes: new Uint8Array(), proofs: new Uint8Array() };
	const from = (object: Uint8Array) => (ranges: readonly Range[]) =>
		Promise.resolve(ranges.map(({ start, end }) => object.subarray(start, end)));
	const proof = await provePossession({
		roots: pieces.map(({ root }) => root),
		piece,
		size: bytes.length,
		halves,
		readPiece: from(bytes),
		readProofs: from(proofs),
	});
	return {
		size: BigInt(proof.size),
		pieces: proof.pieces,
		data: toHex(proof.data),
		path: proof.path.map(toHex),
		recordPath: proof.recordPath.map(toHex),
	};
}
