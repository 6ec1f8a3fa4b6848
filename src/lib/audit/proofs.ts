/**
 * The object of proofs beside a piece, as an auditor reads it: hashes from a cloud that is not trusted, of which only those count that
 * lead to the piece's root. The highest stored level is read whole; of each lower one the runs of sixteen below known nodes.
 */

import { equal } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { hashBytes, layoutOf, pieceRoot, runHashes, topOf } from '#lib/audit/tree/index.ts';

/** Which piece is audited: its size in bytes and its audit root. */
export interface TreeOfPiece {
	size: number;
	root: Uint8Array;
}

/** Bytes of the object of proofs, one answer for each range; null where they could not be had. */
export type ReadRanges = (ranges: readonly Range[]) => Promise<(Uint8Array | null)[]>;

/** From `start` to before `end`. */
export interface Range {
	start: number;
	end: number;
}

export interface Proofs {
	/** The hash of a leaf; null where the cloud's hashes do not lead to it. */
	leaf: (index: number) => Uint8Array | null;
	/** The hash of a node above a leaf that was asked for; `height` counts from the leaves. Throws `storage.corrupt` for another. */
	node: (height: number, index: number) => Promise<Uint8Array>;
}

/** Reads what proves these leaves. Throws `storage.corrupt` where the highest level does not lead to the root. */
export async function readProofs(
	{ size, root }: TreeOfPiece,
	leaves: readonly number[],
	read: ReadRanges,
): Promise<Proofs> {
	const { levels } = layoutOf(size);
	const runs: Map<number, Uint8Array>[] = [];
	const [highest, ...lower] = levels;
	if (!highest) throw new AppError('records.invalid-input', 'A piece has leaves.');
	const [whole] = await read([{ start: 0, end: highest.nodes * hashBytes }]);
	if (whole?.length !== highest.nodes * hashBytes || !equal(root, await pieceRoot(await topOf(whole), size)))
		throw new AppError('storage.corrupt', 'The hashes beside the piece do not lead to its root.');
	runs.push(new Map([[0, whole]]));

	/** A hash of a stored level that is known; undefined where its run is not. */
	const stored = (level: number, index: number): Uint8Array | undefined => {
		const run = level === 0 ? 0 : Math.floor(index / runHashes);
		const first = level === 0 ? 0 : run * runHashes;
		return runs[level]?.get(run)?.subarray((index - first) * hashBytes, (index - first + 1) * hashBytes);
	};

	for (const [i, { height, nodes, start }] of lower.entries()) {
		const parents = [...new Set(leaves.map((leaf) => Math.floor(leaf / runHashes / 2 ** height)))];
		const known = parents.filter((parent) => stored(i, parent));
		const ranges = known.map((parent) => ({
			start: start + parent * runHashes * hashBytes,
			end: start + Math.min(nodes, (parent + 1) * runHashes) * hashBytes,
		}));
		const answers = await read(ranges);
		const level = new Map<number, Uint8Array>();
		runs.push(level);
		for (const [j, parent] of known.entries()) {
			const [run, range, above] = [answers[j], ranges[j], stored(i, parent)];
			if (!run || !range || !above || run.length !== range.end - range.start) continue;
			if (equal(await topOf(run), above)) level.set(parent, run);
		}
	}

	return {
		leaf: (index) => stored(lower.length, index) ?? null,
		node: async (height, index) => {
			// Of the highest stored level at or below it, the hashes below it.
			const level = levels.findIndex((one) => one.height <= height);
			const below = 2 ** (height - (levels[level]?.height ?? 0));
			const count = Math.min((index + 1) * below, levels[level]?.nodes ?? 0) - index * below;
			const hashes = Array.from({ length: Math.max(0, count) }, (_, j) => stored(level, index * below + j));
			if (hashes.length === 0 || hashes.some((hash) => hash?.length !== hashBytes))
				throw new AppError('storage.corrupt', 'The hashes beside the piece do not lead to a node that is needed.');
			const joined = new Uint8Array(hashes.length * hashBytes);
			hashes.forEach((hash, j) => {
				if (hash) joined.set(hash, j * hashBytes);
			});
			return topOf(joined);
		},
	};
}
