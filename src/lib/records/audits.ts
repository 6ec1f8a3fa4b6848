/**
 * Whether the clouds still hold what they should: samples of every piece are fetched from the provider's own address and checked
 * against the audit roots that the headers name. It needs no key, and it does not open anything.
 *
 * What was found is remembered in this browser, sealed under the local key, so that a cloud's history can be shown.
 */
import * as v from 'valibot';
import {
	auditPiece,
	certainty,
	challenge,
	leafCount,
	spokenLoss,
	usualSamples,
	type AuditReport,
} from '#lib/audit/index.ts';
import type { Hash } from '#lib/chain/index.ts';
import { randomBytes } from '#lib/crypto/index.ts';
import { errorCodes, type ErrorCode } from '#lib/errors.ts';
import { connectStore, inOrder, nameOf, pieceBytes, type Piece, type Store } from '#lib/storage/index.ts';
import { requireIdentity } from './act.ts';
import { linkedTo, type AuditLinks } from './audit-links.ts';
import { decodeObject, encodeObject } from './codec.ts';
import type { Deps } from './deps.ts';
import { hashSchema } from './formats.ts';
import type { Holding } from './holdings.ts';
import { storeNamed } from './named-store.ts';
import { notePlacements } from './placements.ts';
import { readPrivate, writePrivate } from './private-cache.ts';

const keptAudits = 60;
const piecesAtOnce = 4;

/** What one audit of one cloud found. */
export interface CloudAudit {
	/** As manifests name it. */
	store: string;
	/** Milliseconds since 1970. */
	at: number;
	/** `held`: all that was asked for was right. `damaged`: something was wrong or not there. `silent`: no answer, so nothing is known. */
	state: 'held' | 'damaged' | 'silent';
	records: number;
	pieces: number;
	samples: number;
	failed: number;
	/** Bytes fetched, and how long it took. */
	bytes: number;
	ms: number;
	/** How sure it is that less than one part in a hundred is missing: 0 to 1, and 0 unless all was right. */
	certainty: number;
	/** Everything that the cloud should have was read, and was right. */
	isWhole: boolean;
	/** Records of which something is damaged or was not given. */
	troubled: Hash[];
	/** The first failure. */
	code: ErrorCode | null;
}

export interface AuditProgress {
	store: string;
	done: number;
	total: number;
}

export interface AuditOptions {
	/** Only these clouds; all that the records lie on where none is named. */
	stores?: readonly string[] | undefined;
	samples?: number | undefined;
	/** To a cloud that is not open to all. */
	links?: AuditLinks | null | undefined;
	signal?: AbortSignal | undefined;
	onProgress?: ((progress: AuditProgress) => void) | undefined;
}

const auditsSchema = v.strictObject({
	v: v.literal(1),
	audits: v.array(
		v.strictObject({
			store: v.string(),
			at: v.number(),
			state: v.picklist(['held', 'damaged', 'silent']),
			records: v.number(),
			pieces: v.number(),
			samples: v.number(),
			failed: v.number(),
			bytes: v.number(),
			ms: v.number(),
			certainty: v.number(),
			isWhole: v.boolean(),
			troubled: v.array(hashSchema),
			code: v.nullable(v.picklist(errorCodes)),
		}),
	),
});

/**
 * Audits every cloud that these records lie on, one after the other: of each, `samples` leaves drawn at random over all its pieces.
 * Places that only their writer can reach are left out. Never throws for what a cloud does: that is the result. Throws `general.cancelled`.
 */
export async function auditHoldings(
	deps: Deps,
	holdings: readonly Holding[],
	{ stores, samples = usualSamples, links, signal, onProgress }: AuditOptions = {},
): Promise<CloudAudit[]> {
	const audits: CloudAudit[] = [];
	for (const [name, targets] of targetsByStore(holdings)) {
		const store = links?.store === name ? linkedTo(links) : storeNamed(deps, name);
		if (!store || (stores && !stores.includes(name))) continue;
		const progress = (done: number, total: number) => onProgress?.({ store: name, done, total });
		audits.push(await auditCloud(deps, { store, targets, samples }, { signal, progress }));
	}
	await remember(deps, audits);
	return audits;
}

/** All audits that this browser remembers, the latest first. Throws `wallet.locked`. */
export async function listAudits(deps: Deps): Promise<CloudAudit[]> {
	const bytes = await readPrivate(deps.cache, requireIdentity(deps), entryName);
	return bytes ? decodeObject(auditsSchema, bytes).audits : [];
}

/** A record's time is the chain's, which may be ahead of this machine's. */
const clockSkewMs = 10 * 60_000;

/**
 * Whether a record can be opened, by the latest audit of each cloud: enough pieces of every part lie on clouds that were asked since it was
 * added, answered, and gave all of it that they were asked for.
 */
export function opensByAudits({ recordId, addedAt, parts }: Holding, latest: readonly CloudAudit[]): boolean {
	const well = new Set(
		latest
			.filter(
				({ at, state, troubled }) => at >= addedAt - clockSkewMs && state !== 'silent' && !troubled.includes(recordId),
			)
			.map(({ store }) => store),
	);
	return parts.length > 0 && parts.every(({ k, pieces }) => pieces.filter(({ store }) => well.has(store)).length >= k);
}

interface Target {
	recordId: Hash;
	/** With its sealed bytes. */
	piece: Piece & { size: number };
}

function targetsByStore(holdings: readonly Holding[]): Map<string, Target[]> {
	const targets = new Map<string, Target[]>();
	for (const { recordId, parts } of holdings) {
		for (const manifest of parts) {
			for (const piece of manifest.pieces) {
				const here = targets.get(piece.store) ?? [];
				const size = pieceBytes(manifest);
				here.push({ recordId, piece: { ...piece, size } });
				targets.set(piece.store, here);
			}
		}
	}
	return targets;
}

/** How many samples of which piece: drawn over all leaves together, so that a large piece is asked for more. */
function drawSamples(targets: readonly Target[], samples: number): { target: Target; samples: number }[] {
	const counts = targets.map(({ piece }) => leafCount(piece.size));
	const drawn = challenge(randomBytes(32), sum(counts), samples);
	let next = 0;
	let end = 0;
	return targets.flatMap((target, i) => {
		end += counts[i] ?? 0;
		const first = next;
		while (next < drawn.length && (drawn[next] ?? end) < end) next++;
		return next > first ? [{ target, samples: next - first }] : [];
	});
}

async function auditCloud(
	deps: Deps,
	{ store, targets, samples }: { store: Store; targets: readonly Target[]; samples: number },
	{ signal, progress }: { signal?: AbortSignal | undefined; progress: (done: number, total: number) => void },
): Promise<CloudAudit> {
	const at = Date.now();
	const began = performance.now();
	const work = drawSamples(targets, samples);
	const total = sum(work.map((one) => one.samples));
	const leaves = sum(targets.map(({ piece }) => leafCount(piece.size)));
	const found: { recordId: Hash; report: AuditReport }[] = [];
	let done = 0;
	progress(done, total);
	const audit = async ({ target: { recordId, piece }, samples: wanted }: (typeof work)[number]) => {
		const here = await auditPiece(piece, { store, samples: wanted, signal });
		const isFinal = here.outcome === 'passed' || !deps.identity || isOwn(deps, store.name);
		const report = isFinal ? here : await auditElsewhere(deps, piece, here, signal);
		progress((done += wanted), total);
		return { recordId, report };
	};
	for await (const one of inOrder(work, piecesAtOnce, audit)) found.push(one);
	const troubled = found.filter(({ report }) => report.outcome !== 'passed');
	const failed = troubled.find(({ report }) => report.outcome === 'failed');
	return {
		store: store.name,
		at,
		state: failed ? 'damaged' : troubled.length > 0 ? 'silent' : 'held',
		records: new Set(targets.map(({ recordId }) => recordId)).size,
		pieces: targets.length,
		samples: total,
		failed: total - sum(found.map(({ report }) => report.passed)),
		bytes: sum(found.map(({ report }) => report.bytes)),
		ms: Math.round(performance.now() - began),
		certainty: troubled.length > 0 ? 0 : certainty(leaves, total, spokenLoss),
		isWhole: troubled.length === 0 && total === leaves,
		troubled: [...new Set(troubled.map(({ recordId }) => recordId))],
		code: (failed ?? troubled[0])?.report.error ?? null,
	};
}

function sum(values: readonly number[]): number {
	return values.reduce((all, value) => all + value, 0);
}

/**
 * Somebody else's cloud does not have it, or gave no answer: perhaps another browser of this person brought the piece to one of their own.
 * Then that one is audited, and noted.
 */
async function auditElsewhere(
	deps: Deps,
	piece: Target['piece'],
	missed: AuditReport,
	signal?: AbortSignal,
): Promise<AuditReport> {
	for (const store of deps.configs.map(connectStore)) {
		if (!(await store.stat(piece.cid, { signal }).catch(() => null))) continue;
		const report = await auditPiece(piece, { store, samples: missed.samples, signal });
		if (report.outcome !== 'passed') continue;
		await notePlacements(deps, [{ cid: piece.cid, store: store.name }]);
		return report;
	}
	return missed;
}

function isOwn(deps: Deps, name: string): boolean {
	return deps.configs.some((config) => nameOf(config) === name);
}

const entryName = 'audits';

async function remember(deps: Deps, audits: readonly CloudAudit[]): Promise<void> {
	if (!deps.identity || audits.length === 0) return;
	const latest = [...audits, ...(await listAudits(deps))].sort((a, b) => b.at - a.at);
	const perStore = new Map<string, number>();
	const kept = latest.filter(({ store }) => {
		perStore.set(store, (perStore.get(store) ?? 0) + 1);
		return (perStore.get(store) ?? 0) <= keptAudits;
	});
	await writePrivate(deps.cache, deps.identity, entryName, encodeObject({ v: 1, audits: kept }));
}
