/**
 * What audits need of sealed pieces (`audit/tree`): a second pass over the source, in which every chunk is sealed again and hashed while pieces
 * travel. It gives way to what is being sent: that is on its way to the clouds, and this is not.
 */

import type { CID } from 'multiformats/cid';
import { buildAudit } from '#lib/audit/tree/index.ts';
import { toHex } from '#lib/bytes.ts';
import { payloadOf } from '#lib/storage/payload.ts';
import { asBlob, type BatchOrder } from '#lib/storage/seal-batch.ts';
import { auditInPool, digestsInPool, inBatches } from '#lib/storage/seal-pool.ts';
import type { SealOrder } from '#lib/storage/sealer.ts';
import type { ByteSource } from '#lib/storage/store.ts';
import { buildTree, bytesOf, leafBytes, type Block } from '#lib/storage/tree.ts';

export interface PieceProofs {
	/** The root of the piece's audit tree, 32 bytes. */
	root: Uint8Array;
	/** The object that holds the tree's hashes. */
	cid: CID;
	bytes: ByteSource;
	nodes: Block[];
}

interface Sealed {
	/** Of each piece. */
	chunks: number;
	/** Of each piece those of its chunks. */
	tags: readonly Uint8Array[][];
	/** Bytes of each piece. */
	total: number;
	signal: AbortSignal | undefined;
}

export interface Audits {
	/** Of the piece `i`, in the order of `shards`. The first call begins the pass. Rejects with `records.invalid-input`, `general.cancelled`. */
	proofs(i: number): Promise<PieceProofs>;
	/** The same bytes; while they are read, audits wait. */
	behind(bytes: ByteSource): ByteSource;
	/** Resolves when some of those bytes were made. */
	given: Promise<void>;
}

export function createAudits(order: SealOrder, sealed: Sealed): Audits {
	const sending = createSending();
	let all: Promise<PieceProofs[]> | undefined;
	return {
		async proofs(i) {
			all ??= makeProofs(order, sealed, sending);
			return (await all)[i] as PieceProofs;
		},
		behind: sending.watch,
		given: sending.given,
	};
}

async function makeProofs(order: SealOrder, sealed: Sealed, sending: Sending): Promise<PieceProofs[]> {
	const { tags, total } = sealed;
	const builders = order.shards.map(() => buildAudit(total, asBlob));
	const audit = (batch: BatchOrder) =>
		sending.giveWay(() => auditInPool(batch, tags.map((all) => all.slice(batch.from, batch.to)))); // prettier-ignore
	for await (const { result } of inBatches(order, sealed, audit))
		for (const [i, run] of result.entries()) builders[i]?.add(run);
	return Promise.all(
		builders.map(async (builder): Promise<PieceProofs> => {
			const { root, proofs } = await builder.finish();
			const bytes = new Blob(proofs);
			const { cid, nodes } = await buildTree(await digestsInPool(bytes, leafBytes), bytes.size);
			return { root, cid, nodes, bytes: hashedAside(bytes) };
		}),
	);
}

/** A Blob that this thread never reads to send it. */
function hashedAside(blob: Blob): ByteSource {
	return {
		size: blob.size,
		read: (start, end) => bytesOf(blob, start, end),
		async payload(start, end) {
			const part = blob.slice(start, end);
			const [digest = new Uint8Array()] = await digestsInPool(part, part.size);
			return { blob: part, sha256: toHex(digest).slice(2) };
		},
	};
}

/** What is sent goes first. */
interface Sending {
	/** The same bytes; making them counts as sending. */
	watch: (bytes: ByteSource) => ByteSource;
	/** Resolves when some bytes were made. */
	given: Promise<void>;
	/** Does the work, once sending has begun one at a time, and when no bytes are being made for it. */
	giveWay<Result>(work: () => Promise<Result>): Promise<Result>;
}

function createSending(): Sending {
	const reading = new Set<Promise<unknown>>();
	let begun = false;
	let last: Promise<unknown> = Promise.resolve();
	let tell: () => void = () => undefined;
	const given = new Promise<void>((resolve) => (tell = resolve));
	const counted = <Bytes>(bytes: Promise<Bytes>): Promise<Bytes> => {
		begun = true;
		const one = bytes.finally(() => reading.delete(one));
		reading.add(one);
		one.then(tell, () => undefined);
		return one;
	};
	const afterReading = async (): Promise<void> => {
		while (reading.size > 0) await Promise.allSettled(reading);
	};
	return {
		watch: (source) => ({
			size: source.size,
			read: (start, end) => counted(source.read(start, end)),
			payload: (start, end) => counted(payloadOf(source, start, end)),
		}),
		given,
		giveWay(work) {
			if (!begun) return work();
			const done = last.then(afterReading).then(work);
			last = done.catch(() => undefined);
			return done;
		},
	};
}
