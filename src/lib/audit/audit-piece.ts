/**
 * Asks one cloud for samples of a piece, straight from its own endpoint, and checks them against the piece's audit root. No key, no wallet and
 * no chain are needed: whoever has the header can ask.
 */

import type { CID } from 'multiformats/cid';
import { equal, toHex } from '#lib/bytes.ts';
import { AppError, type ErrorCode } from '#lib/errors.ts';
import { certainty, challenge, spokenLoss, usualSamples } from '#lib/audit/challenge.ts';
import { readProofs, type Proofs } from '#lib/audit/proofs.ts';
import { mostBytes, readRanges, type RangeAnswer, type RangeReader } from '#lib/audit/ranges.ts';
import { hashLeaves, leafBytes, leafCount } from '#lib/audit/tree/index.ts';
import { publicStore, type Store } from '#lib/storage/index.ts';

/** A piece, as a manifest has it, with its size. */
export interface AuditedPiece {
	cid: CID;
	/** The object of proofs that lies beside it. */
	proofs: CID;
	/** The root of its audit tree. */
	audit: Uint8Array;
	/** Of the sealed piece, in bytes. */
	size: number;
}

export interface AuditOptions {
	/** How many leaves are asked for; 460 unless given. */
	samples?: number;
	/** 32 bytes that the cloud cannot know beforehand; random unless given. */
	seed?: Uint8Array;
	signal?: AbortSignal | undefined;
	/** How many samples are decided. */
	onProgress?: (progress: { done: number; total: number }) => void;
}

export type AuditPieceParameters = AuditOptions & ({ store: Store } | { url: string });

export interface AuditReport {
	store: string;
	/** The piece, as text. */
	cid: string;
	/** `failed`: the cloud gave wrong bytes, or has less than it should. `unanswered`: it gave no answer to some, so nothing is said. */
	outcome: 'passed' | 'failed' | 'unanswered';
	/** How many leaves were asked for, and how many are as they should be. */
	samples: number;
	passed: number;
	/** The leaves that are missing or wrong, ascending. */
	failed: number[];
	/** Bytes that came, without headers. */
	bytes: number;
	ms: number;
	/** How sure it is that less than `missing` of the piece is missing: 0 to 1, and 0 unless all passed. */
	certainty: number;
	missing: number;
	/** Why it did not pass: `storage.not-found`, `storage.corrupt`, or why there was no answer. */
	error: ErrorCode | null;
	/** What the leaves were drawn by, so that others can ask for the same. */
	seed: string;
}

/**
 * Audits a piece. A cloud that fails is a report, not an error. Throws `general.cancelled`, `storage.invalid-cloud` for a URL that is none, and
 * `records.invalid-input` for a seed or numbers that are none.
 */
export async function auditPiece(piece: AuditedPiece, parameters: AuditPieceParameters): Promise<AuditReport> {
	const { samples = usualSamples, seed = crypto.getRandomValues(new Uint8Array(32)), signal } = parameters;
	const store = 'store' in parameters ? parameters.store : publicStore(parameters.url);
	const leaves = challenge(seed, leafCount(piece.size), samples);
	const reader: RangeReader = {
		store,
		signal,
		meter: { bytes: 0, limit: mostBytes(piece.size, leaves.length), failures: [] },
	};
	const began = performance.now();
	const verdicts = await decide(piece, leaves, reader, parameters.onProgress);
	const failed = leaves.filter((_, i) => isFailure(verdicts[i] ?? null));
	const passed = verdicts.filter((verdict) => verdict === null).length;
	const error = verdicts.find(isFailure) ?? verdicts.find((verdict) => verdict !== null) ?? null;
	return {
		store: store.name,
		cid: String(piece.cid),
		outcome: failed.length > 0 ? 'failed' : error ? 'unanswered' : 'passed',
		samples: leaves.length,
		passed,
		failed,
		bytes: reader.meter.bytes,
		ms: Math.round(performance.now() - began),
		certainty: error ? 0 : certainty(leafCount(piece.size), leaves.length, spokenLoss),
		missing: spokenLoss,
		error,
		seed: toHex(seed),
	};
}

/** null: as it should be. */
type Verdict = ErrorCode | null;

function isFailure(verdict: Verdict): verdict is 'storage.not-found' | 'storage.corrupt' {
	return verdict === 'storage.not-found' || verdict === 'storage.corrupt';
}

async function decide(
	piece: AuditedPiece,
	leaves: readonly number[],
	reader: RangeReader,
	onProgress: AuditOptions['onProgress'],
): Promise<Verdict[]> {
	const ranges = leaves.map((leaf) => ({
		start: leaf * leafBytes,
		end: Math.min(piece.size, (leaf + 1) * leafBytes),
	}));
	const total = leaves.length;
	onProgress?.({ done: 0, total });
	const proofs = await proofsOf(piece, leaves, reader);
	if (!('leaf' in proofs)) return leaves.map(() => proofs.because);
	const answers = await readRanges(reader, piece.cid, ranges);
	const verdicts: Verdict[] = [];
	for (const [i, leaf] of leaves.entries()) {
		verdicts.push(await verdictOn(leaf, answers[i] ?? null, (ranges[i]?.end ?? 0) - (ranges[i]?.start ?? 0), proofs));
		if (i % 50 === 49 || i === total - 1) onProgress?.({ done: i + 1, total });
	}
	return verdicts;
}

async function verdictOn(leaf: number, answer: RangeAnswer, length: number, proofs: KnownProofs): Promise<Verdict> {
	if (answer instanceof AppError) return answer.code;
	if (!answer || answer.length === 0) return 'storage.not-found';
	if (answer.length !== length) return 'storage.corrupt';
	const expected = proofs.leaf(leaf);
	if (!expected) return proofs.because ?? 'storage.corrupt';
	return equal(expected, await hashLeaves(answer, 2 * leaf)) ? null : 'storage.corrupt';
}

interface KnownProofs extends Proofs {
	/** Why some hashes are not known. */
	because: ErrorCode | null;
}

/** The hashes that prove these leaves, or why there are none: a cloud that lost them cannot prove what it holds. */
async function proofsOf(
	{ proofs: cid, size, audit }: AuditedPiece,
	leaves: readonly number[],
	reader: RangeReader,
): Promise<KnownProofs | { because: ErrorCode }> {
	const failures: ErrorCode[] = [];
	try {
		const proofs = await readProofs({ size, root: audit }, leaves, async (ranges) => {
			const answers = await readRanges(reader, cid, ranges);
			return answers.map((answer) => {
				if (answer instanceof Uint8Array) return answer;
				failures.push(answer ? answer.code : 'storage.not-found');
				return null;
			});
		});
		return { ...proofs, because: failures[0] ?? null };
	} catch (error) {
		if (error instanceof AppError && error.code === 'storage.corrupt') return { because: failures[0] ?? error.code };
		throw error;
	}
}
