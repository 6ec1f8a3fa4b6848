/** The audit tree: hashes over a sealed piece, and paths that prove a part of it. Bytes in, bytes out. */
export { auditOf, buildAudit, hashRun, keepRun, type KeptRun, type RunLevels } from '#lib/audit/tree/build.ts';
export {
	halfBytes,
	halfCount,
	hashBytes,
	layoutOf,
	leafBytes,
	leafCount,
	runHashes,
	type Level,
} from '#lib/audit/tree/layout.ts';
export {
	climb,
	hashHalf,
	hashLeaves,
	hashPieceRoot,
	pathFrom,
	pieceRoot,
	recordRoot,
	siblingsOf,
	topOf,
	verifyPath,
	type HalfProof,
} from '#lib/audit/tree/tree.ts';
