/** The answer to a challenge of the contract, straight from the cloud that is challenged: a few kilobytes by ranges. */

import type { CID } from 'multiformats/cid';
import { AppError } from '#lib/errors.ts';
import type { AuditedPiece } from '#lib/audit/audit-piece.ts';
import type { ReadRanges } from '#lib/audit/proofs.ts';
import { provePossession, type PossessionProof } from '#lib/audit/prove.ts';
import { mostBytes, readRanges, type RangeReader } from '#lib/audit/ranges.ts';
import type { Store } from '#lib/storage/index.ts';

export interface ProveFromParameters {
	/** All pieces of the record, in the order of its header. */
	pieces: readonly AuditedPiece[];
	/** The index of the one that is challenged. */
	piece: number;
	/** Which halves of it the challenge asks for. */
	halves: readonly number[];
	signal?: AbortSignal | undefined;
}

export interface ProvenFrom {
	proof: PossessionProof;
	/** Bytes that came from the cloud, without headers, and how long that took. */
	bytes: number;
	ms: number;
}

/**
 * Fetches what a challenge asks for from a cloud, and makes the proof of it. Throws what the cloud failed with: `storage.not-found` (it does
 * not have it), `storage.corrupt` (it gave other bytes), `storage.unreachable` and other reasons for no answer; `records.invalid-input` for
 * pieces or halves that are none; `general.cancelled`.
 */
export async function proveFrom(store: Store, parameters: ProveFromParameters): Promise<ProvenFrom> {
	const { pieces, piece, halves, signal } = parameters;
	const challenged = pieces[piece];
	if (!challenged) throw new AppError('records.invalid-input', 'The challenge is for a piece that the record lacks.');
	const meter = { bytes: 0, limit: mostBytes(challenged.size, halves.length), failures: [] };
	const reader: RangeReader = { store, signal, meter };
	const failures: AppError[] = [];
	const details = { store: store.name };
	const from =
		(cid: CID): ReadRanges =>
		async (ranges) => {
			const answers = await readRanges(reader, cid, ranges);
			return answers.map((answer) => {
				if (answer instanceof Uint8Array) return answer;
				failures.push(answer ?? new AppError('storage.not-found', 'The cloud does not have a piece.', { details }));
				return null;
			});
		};
	const began = performance.now();
	try {
		const proof = await provePossession({
			roots: pieces.map(({ audit }) => audit),
			piece,
			size: challenged.size,
			halves,
			readPiece: from(challenged.cid),
			readProofs: from(challenged.proofs),
		});
		return { proof, bytes: meter.bytes, ms: Math.round(performance.now() - began) };
	} catch (error) {
		// Why bytes are missing says more than that they are.
		if (error instanceof AppError && error.code === 'storage.corrupt') throw failures[0] ?? error;
		throw error;
	}
}
