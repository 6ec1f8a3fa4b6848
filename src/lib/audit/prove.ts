/**
 * The answer to a challenge of the contract (`contracts/PossessionAudit.sol`): the halves that it asks for, and the hashes that lead from
 * them to the record's audit root.
 */

import { concat } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { readProofs, type ReadRanges } from '#lib/audit/proofs.ts';
import {
	halfBytes,
	halfCount,
	hashHalf,
	hashPieceRoot,
	leafBytes,
	pathFrom,
	siblingsOf,
	verifyPath,
} from '#lib/audit/tree/index.ts';

export interface PossessionProof {
	/** Of the piece, in bytes. */
	size: number;
	/** How many pieces the record has. */
	pieces: number;
	/** The halves that are proved, ascending, joined. */
	data: Uint8Array;
	path: Uint8Array[];
	recordPath: Uint8Array[];
}

export interface ProveParameters {
	/** The audit roots of all pieces of the record, in the order of its header. */
	roots: readonly Uint8Array[];
	/** Which of them it is about, and that one's size in bytes. */
	piece: number;
	size: number;
	/** Which halves the challenge asks for: `readSamples`. */
	halves: readonly number[];
	/** Ranges of the piece, and of the object of proofs beside it. */
	readPiece: ReadRanges;
	readProofs: ReadRanges;
}

/**
 * Makes the proof, from what a cloud answers. Throws `storage.corrupt` where the cloud's bytes do not prove it, and
 * `records.invalid-input` for halves or pieces that are not there.
 */
export async function provePossession(parameters: ProveParameters): Promise<PossessionProof> {
	const { roots, piece, size, readPiece } = parameters;
	const root = roots[piece];
	const halves = [...new Set(parameters.halves)].sort((a, b) => a - b);
	if (!root || halves.length === 0 || halves.some((half) => half < 0 || half >= halfCount(size)))
		throw new AppError('records.invalid-input', 'The challenge asks for what the record does not have.');
	const leaves = [...new Set(halves.map((half) => Math.floor(half / 2)))];
	const ranges = leaves.map((leaf) => ({ start: leaf * leafBytes, end: Math.min(size, (leaf + 1) * leafBytes) }));
	const [proofs, answers] = await Promise.all([
		readProofs({ size, root }, leaves, parameters.readProofs),
		readPiece(ranges),
	]);
	const bytesOf = (half: number): Uint8Array => {
		const bytes = answers[leaves.indexOf(Math.floor(half / 2))];
		if (!bytes) throw new AppError('storage.corrupt', 'The cloud did not give a part of the piece.');
		return bytes.subarray((half % 2) * halfBytes, ((half % 2) + 1) * halfBytes);
	};
	const pathOf = (of: readonly number[]): Promise<Uint8Array[]> =>
		Promise.all(
			siblingsOf(of, halfCount(size)).map(({ height, index }) =>
				height === 0 ? hashHalf(bytesOf(index), index) : proofs.node(height - 1, index),
			),
		);
	for (const half of halves) {
		const proof = { size, index: half, bytes: bytesOf(half), path: await pathOf([half]) };
		if (!(await verifyPath(root, proof)))
			throw new AppError('storage.corrupt', `Half ${half} of the piece is not what its root says.`);
	}
	const level = concat(...(await Promise.all(roots.map((one, i) => hashPieceRoot(one, i)))));
	return {
		size,
		pieces: roots.length,
		data: concat(...halves.map(bytesOf)),
		path: await pathOf(halves),
		recordPath: await pathFrom(level, piece),
	};
}
