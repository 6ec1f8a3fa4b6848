/** Audits all pieces of a record, each at the cloud that should have it. */

import { auditPiece, type AuditedPiece, type AuditOptions, type AuditReport } from '#lib/audit/audit-piece.ts';
import { equal } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { recordRoot } from '#lib/audit/tree/index.ts';
import type { Store } from '#lib/storage/index.ts';

export interface PlacedPiece extends AuditedPiece {
	/** The name of the store that should have it. */
	store: string;
}

export interface AuditRecordParameters extends Omit<AuditOptions, 'seed' | 'onProgress'> {
	/** The root that the chain has for the record. */
	auditRoot: Uint8Array;
	/** The store of that name; null where it cannot be asked from here. */
	storeNamed: (name: string) => Store | null;
	/** How many pieces are decided. */
	onProgress?: (progress: { done: number; total: number }) => void;
}

/** A piece at a store that cannot be asked from here has no report. */
export interface PieceAudit {
	piece: PlacedPiece;
	report: AuditReport | null;
}

/**
 * One answer for each piece, in the order of the header; different clouds are asked at the same time, one cloud for one piece after another.
 * Throws `records.invalid-header` where the pieces are not those of the root, and `general.cancelled`.
 */
export async function auditRecord(
	pieces: readonly PlacedPiece[],
	{ auditRoot, storeNamed, samples, signal, onProgress }: AuditRecordParameters,
): Promise<PieceAudit[]> {
	if (pieces.length === 0 || !equal(auditRoot, await recordRoot(pieces.map(({ audit }) => audit))))
		throw new AppError('records.invalid-header', 'The pieces are not those that the chain has a root of.');
	const audits: PieceAudit[] = pieces.map((piece) => ({ piece, report: null }));
	let done = 0;
	const clouds = Map.groupBy(audits, ({ piece }) => piece.store);
	await Promise.all(
		[...clouds].map(async ([name, there]) => {
			const store = storeNamed(name);
			for (const audit of there) {
				if (store) audit.report = await auditPiece(audit.piece, { store, signal, ...(samples && { samples }) });
				onProgress?.({ done: ++done, total: audits.length });
			}
		}),
	);
	return audits;
}
