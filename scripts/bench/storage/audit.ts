/** An audit of a piece of 100 MB on a local S3 server, in the page: 460 samples, checked. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditReport } from '#lib/audit/index.ts';
import { auditOf } from '#lib/audit/tree/index.ts';
import { toHex } from '#lib/bytes.ts';
import { cidOf, connectStore } from '#lib/storage/index.ts';
import { startClouds } from '../../clouds/start.ts';
import { median, type Part } from './part.ts';

const pieceBytes = 100 * 2 ** 20;
const rounds = 3;
const target = { bytes: 1_200_000, ms: 3000 };

/** A piece, as text, for the page. */
export interface PieceToAudit {
	cid: string;
	proofs: string;
	audit: string;
	size: number;
	url: string;
}

export const auditPart: Part = {
	name: 'audit',
	async measure(bench) {
		const dataDir = await mkdtemp(join(tmpdir(), 'amana-bench-'));
		const clouds = await startClouds({ dataDir });
		try {
			const [, s3] = clouds.configs;
			const piece = new Uint8Array(pieceBytes);
			for (let at = 0; at < pieceBytes; at += 65_536) crypto.getRandomValues(piece.subarray(at, at + 65_536));
			const { root, proofs } = await auditOf(piece);
			const [cid, proofsCid] = [await cidOf(piece), await cidOf(proofs)];
			const store = connectStore(s3);
			await store.put(cid, piece);
			await store.put(proofsCid, proofs);
			const asked: PieceToAudit = {
				cid: String(cid),
				proofs: String(proofsCid),
				audit: toHex(root),
				size: pieceBytes,
				url: s3.publicBase,
			};
			const reports: AuditReport[] = [];
			for (let i = 0; i < rounds; i++) reports.push(await bench.inPage<AuditReport>('audit', 'audit', asked));
			const failed = reports.find(({ outcome }) => outcome !== 'passed');
			if (failed) throw new Error(`The audit did not pass: ${JSON.stringify(failed)}`);
			const bytes = median(reports.map((report) => report.bytes));
			const ms = median(reports.map((report) => report.ms));
			return {
				figures: { audit: { bytes, ms } },
				rows: [
					{
						what: 'audit of a 100 MB piece, 460 samples, over loopback',
						measured: `${(bytes / 1e6).toFixed(2)} MB, ${(ms / 1000).toFixed(1)} s`,
						target: `≤ ${target.bytes / 1e6} MB, ≤ ${target.ms / 1000} s`,
					},
				],
			};
		} finally {
			await clouds.stop();
			await rm(dataDir, { recursive: true, force: true });
		}
	},
};
