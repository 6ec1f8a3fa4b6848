/** Audits: whether clouds still hold what they should, without fetching all of it. */
export {
	auditPiece,
	type AuditedPiece,
	type AuditOptions,
	type AuditPieceParameters,
	type AuditReport,
} from '#lib/audit/audit-piece.ts';
export { certainty, challenge, spokenLoss, usualSamples } from '#lib/audit/challenge.ts';
export { proveFrom, type ProveFromParameters, type ProvenFrom } from '#lib/audit/prove-from.ts';
export type { PossessionProof } from '#lib/audit/prove.ts';
export { leafCount } from '#lib/audit/tree/index.ts';
