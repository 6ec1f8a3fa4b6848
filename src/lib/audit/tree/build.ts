/**
 * Building a piece's tree and its object of proofs from runs, so that a large piece's is never whole in memory: the lower levels are kept
 * elsewhere, run by run, and only the hashes of every 256 leaves are at hand when the top is built.
 */

import { concat } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { hashBytes, layoutOf, leafCount } from '#lib/audit/tree/layout.ts';
import { hashLeaves, hashLevel, pieceRoot } from '#lib/audit/tree/tree.ts';

/** The stored heights that a run's own bytes give. */
const runHeights = [0, 4, 8] as const;
const runTop = 8;
/** A run starts at a multiple of these: one node of its highest level. */
const runLeaves = 2 ** runTop;

/** Of a run its hashes at the heights 0, 4 and 8, joined. */
export type RunLevels = readonly [leaves: Uint8Array, fourth: Uint8Array, eighth: Uint8Array];

/**
 * The levels over a run of a piece from the leaf `firstLeaf` on, a multiple of 256. It has a multiple of 256 leaves unless it ends the piece.
 * Throws `records.invalid-input`.
 */
export async function hashRun(bytes: Uint8Array, firstLeaf: number): Promise<RunLevels> {
	if (firstLeaf % runLeaves !== 0)
		throw new AppError('records.invalid-input', `A run starts at a multiple of ${runLeaves} leaves.`);
	const leaves = await hashLeaves(bytes, 2 * firstLeaf);
	const fourth = await higher(leaves, 4);
	return [leaves, fourth, await higher(fourth, 4)];
}

/** A run of a piece, its levels kept somewhere. */
export interface KeptRun<Kept> {
	/** How many leaves it has. */
	leaves: number;
	/** Its levels, in the order of `RunLevels`. */
	levels: readonly Kept[];
	/** The highest of them again, at hand. */
	top: Uint8Array;
}

export interface Audit<Kept> {
	/** 32 bytes. */
	root: Uint8Array<ArrayBuffer>;
	/** The object of proofs (`layout.ts`), in parts. */
	proofs: Kept[];
}

export interface AuditBuilder<Kept> {
	/** The next run of the piece. */
	add(run: KeptRun<Kept>): void;
	/** Throws `records.invalid-input` where the runs do not make up the piece. */
	finish(): Promise<Audit<Kept>>;
}

/** A run whose levels are handed to `keep`, for a builder that may be in another thread. */
export function keepRun<Kept>(levels: RunLevels, keep: (bytes: Uint8Array) => Kept): KeptRun<Kept> {
	return { leaves: levels[0].length / hashBytes, levels: levels.map(keep), top: levels[2] };
}

/** A builder for a piece of `size` bytes; `keep` takes the levels above the runs. Throws `records.invalid-input`. */
export function buildAudit<Kept>(size: number, keep: (bytes: Uint8Array) => Kept): AuditBuilder<Kept> {
	const stored = layoutOf(size).levels.map(({ height }) => height);
	const runs: KeptRun<Kept>[] = [];
	return {
		add: (run) => void runs.push(run),
		async finish() {
			const leaves = runs.reduce((sum, run) => sum + run.leaves, 0);
			if (leaves !== leafCount(size))
				throw new AppError('records.invalid-input', `${leaves} leaves for a piece of ${size} bytes.`);
			const parts = new Map(
				runHeights.map((height, i): [number, Kept[]] => [height, runs.flatMap(({ levels }) => levels[i] as Kept)]),
			);
			let level: Uint8Array = concat(...runs.map(({ top }) => top));
			for (let height = runTop; ; height++) {
				if (height > runTop && stored.includes(height)) parts.set(height, [keep(level)]);
				if (level.length === hashBytes) break;
				level = await hashLevel(level);
			}
			return { root: await pieceRoot(level, size), proofs: stored.flatMap((height) => parts.get(height) ?? []) };
		},
	};
}

/** The same over a piece in memory, in one run. Throws `records.invalid-input` for an empty one. */
export async function auditOf(piece: Uint8Array): Promise<Record<'root' | 'proofs', Uint8Array<ArrayBuffer>>> {
	const builder = buildAudit(piece.length, itself);
	builder.add(keepRun(await hashRun(piece, 0), itself));
	const { root, proofs } = await builder.finish();
	return { root, proofs: concat(...proofs) };
}

const itself = (bytes: Uint8Array): Uint8Array => bytes;

async function higher(level: Uint8Array, levels: number): Promise<Uint8Array> {
	let top = level;
	for (let i = 0; i < levels; i++) top = await hashLevel(top);
	return top;
}
