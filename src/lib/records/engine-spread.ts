/**
 * Spreading in the engine: a file that counts as saved is answered at once, while other clouds still take their piece. Until the page
 * asks what became of it, or takes all of it back, it goes by a number.
 */
import { asAppError } from '#lib/errors.ts';
import {
	connectStore,
	planFor,
	startSpread,
	type Leftover,
	type Manifest,
	type Spreading,
	type Store,
	type StoreConfig,
} from '#lib/storage/index.ts';
import type { StoreProblem, WorkOptions } from './engine.ts';

export interface SpreadOrder {
	source: Blob | Uint8Array;
	clouds: readonly StoreConfig[];
	/** Fresh, 32 bytes. */
	key: Uint8Array;
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
	spreadFile(order: SpreadOrder, options?: WorkOptions): Promise<Spread>;
	/** Waits until each cloud has its piece or failed. Never rejects for a cloud. */
	finishSpread(ticket: number): Promise<SpreadOutcome>;
	/** It is to stay: the engine may forget it. */
	keepSpread(ticket: number): Promise<void>;
	/** Stops it and takes all of it away again; what is left on which cloud. */
	takeBackSpread(ticket: number): Promise<Leftover[]>;
}

/** The part of an engine that spreads. */
export function createSpreadEngine(): SpreadEngine {
	const running = new Map<number, Spreading & SpreadOutcome>();
	let tickets = 0;
	return {
		async spreadFile({ source, clouds, key }, { signal, onProgress } = {}) {
			const { saved, failed, onSaved, onFailure } = outcomes();
			const stores = clouds.map(connectStore);
			const plan = planFor(source instanceof Blob ? source.size : source.length, stores.length);
			const spreading = await startSpread(source, { ...plan, stores, key, signal, onProgress, onSaved, onFailure });
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
