import { auditPiece, type AuditReport } from '#lib/audit/index.ts';
import { fromHex } from '#lib/bytes.ts';
import { readCid } from '#lib/storage/index.ts';
import type { PieceToAudit } from '../audit.ts';

/** Audits it from this page. */
export function audit({ cid, proofs, audit: root, size, url }: PieceToAudit): Promise<AuditReport> {
	const piece = { cid: readCid(cid), proofs: readCid(proofs), audit: fromHex(root) ?? new Uint8Array(), size };
	return auditPiece(piece, { url });
}
