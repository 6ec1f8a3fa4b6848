/**
 * Spreading in the engine: a file that counts as saved is answered at once, while other clouds still take their piece. Until the page
 * asks what became of it, or takes all of it back, it goes by a number.
 */
import { asAppError } from '#lib/errors.ts';
import {
	connectStore,
	planFor,
	readCid,
	startSpread,
	type Leftover,
	type Manifest,
	type Need,
	type PlannedPiece,
	type Spreading,
	type Store,
	type StoreConfig,
} from '#lib/storage/index.ts';
import type { Cache } from './cache.ts';
import { notesIn } from './engine-notes.ts';
import type { StoreProblem, WorkOptions } from './engine.ts';

export interface SpreadOrder {
	source: Blob | Uint8Array;
	clouds: readonly StoreConfig[];
	/** 32 bytes: fresh, or that of what was begun. */
	key: Uint8Array;
	/** How many clouds are to restore it: as usual for its size. */
	need?: Need | undefined;
	/** It counts as saved once every cloud has its piece, and not before. */
	all?: boolean | undefined;
	/** Goes on with what an earlier page began, on the same clouds. */
	begun?: Plan | undefined;
}

/** How a file was cut, and which piece goes to which cloud, by address. */
interface Plan {
	k: number;
	n: number;
	pieces: readonly { store: string; cid: string }[];
}

/** What is about to be sent: `objects` are the addresses of a piece and of all that lies beside it, as far as they are known. */
export interface PlannedSpread extends Plan {
	pieces: { store: string; cid: string; objects: string[] }[];
}

export interface SpreadWork extends WorkOptions {
	/** Awaited before a byte is sent; see `startSpread`. */
	onPlanned?: ((plan: PlannedSpread) => Promise<void>) | undefined;
}

export interface SpreadOutcome {
	saved: string[];
	/** Of clouds that did not take their piece. */
	failed: StoreProblem[];
}

export interface Spread extends SpreadOutcome {
	manifest: Manifest;
	/** The number by which the engine knows it, until `keepSpread` or `takeBackSpread`. */
	ticket: number;
}

export interface SpreadEngine {
	/** Seals a part's bytes once for each cloud; resolves when enough clouds have theirs. */
	spreadFile(order: SpreadOrder, options?: SpreadWork): Promise<Spread>;
	/** Waits until each cloud has its piece or failed. Never rejects for a cloud. */
	finishSpread(ticket: number): Promise<SpreadOutcome>;
	/** It is to stay: the engine may forget it. */
	keepSpread(ticket: number): Promise<void>;
	/** Stops it and takes all of it away again; what is left on which cloud. */
	takeBackSpread(ticket: number): Promise<Leftover[]>;
}

/** The part of an engine that spreads. How far uploads have come is noted in `notes`. */
export function createSpreadEngine(notes: Cache): SpreadEngine {
	const running = new Map<number, Spreading & SpreadOutcome>();
	let tickets = 0;
	return {
		async spreadFile({ source, clouds, key, need, all, begun }, { signal, onProgress, onPlanned } = {}) {
			const { saved, failed, onSaved, onFailure } = outcomes();
			const connected = clouds.map(connectStore);
			const stores = begun
				? begun.pieces.flatMap(({ store }) => connected.filter(({ name }) => name === store))
				: connected;
			const { k, n } = begun ?? planFor(source instanceof Blob ? source.size : source.length, stores.length, need);
			const tools = { signal, onProgress, onSaved, onFailure, minimum: all ? n : undefined };
			const resumable = onPlanned && {
				resume: notesIn(notes),
				begun: begun?.pieces.map(({ cid }) => readCid(cid)),
				onPlanned: (pieces: readonly PlannedPiece[]) => onPlanned({ k, n, pieces: pieces.map(asText) }),
			};
			const spreading = await startSpread(source, { k, n, stores, key, ...tools, ...resumable });
			const ticket = tickets++;
			running.set(ticket, { ...spreading, saved, failed });
			return { manifest: spreading.manifest, ticket, saved: [...saved], failed: [...failed] };
		},
		async finishSpread(ticket) {
			const one = running.get(ticket);
			if (!one) return { saved: [], failed: [] };
			await one.rest;
			const { manifest, saved, failed } = one;
			const told = new Set([...saved, ...failed.map(({ store }) => store)]);
			const stopped = manifest.pieces.filter(({ store }) => !told.has(store));
			return {
				saved,
				failed: [...failed, ...stopped.map(({ store }) => ({ store, code: 'general.cancelled' as const }))],
			};
		},
		keepSpread(ticket) {
			running.delete(ticket);
			return Promise.resolve();
		},
		async takeBackSpread(ticket) {
			const left = await running.get(ticket)?.takeBack();
			running.delete(ticket);
			return left ?? [];
		},
	};
}

function asText({ store, cid, objects }: PlannedPiece): PlannedSpread['pieces'][number] {
	return { store, cid: cid.toString(), objects: objects.map(String) };
}

/** Collects what is told of stores. */
export function outcomes() {
	const saved: string[] = [];
	const failed: StoreProblem[] = [];
	return {
		saved,
		failed,
		onSaved: (store: Store) => void saved.push(store.name),
		onFailure: (store: Store, error: unknown) => void failed.push({ store: store.name, code: asAppError(error).code }),
	};
}
