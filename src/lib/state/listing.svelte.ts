/**
 * A list that a screen watches: read when first needed, read again after an action, and kept on the screen when reading fails, marked as
 * what was read before. One class for all lists; only where their items come from differs.
 */
import { asAppError, type AppError } from '#lib/errors.ts';
import { network } from './network.svelte.ts';

/** Age at which `load` reads again. */
const freshForMs = 30_000;

export type ListingState = 'idle' | 'loading' | 'ready' | 'failed';

/** Keeps public lists over a reload; private ones are never given to it. */
export interface Snapshot<T> {
	save(items: readonly T[]): Promise<void>;
	load(): Promise<{ items: readonly T[]; readAt: number } | null>;
}

export class Listing<T> {
	items = $state.raw<readonly T[]>([]);
	state = $state<ListingState>('idle');
	error = $state.raw<AppError | null>(null);
	/** Milliseconds since 1970 of the reading that `items` are from. */
	readAt = $state<number | null>(null);
	/** The last reading failed: `items` are what was read before. */
	stale = $derived(this.error !== null && this.readAt !== null);
	/** Read, and there is nothing: the moment for an empty-state sentence. */
	empty = $derived(this.readAt !== null && this.items.length === 0);

	readonly #read: () => Promise<readonly T[]>;
	readonly #snapshot: Snapshot<T> | null;
	#reading: Promise<void> | null = null;
	/** Grows when the list is emptied, so that a reading begun before does not fill it again. */
	#generation = 0;

	constructor(read: () => Promise<readonly T[]>, snapshot: Snapshot<T> | null = null) {
		this.#read = read;
		this.#snapshot = snapshot;
	}

	/** Reads, unless that was done well within the last 30 seconds. Never throws: see `error`. */
	async load(): Promise<void> {
		const fresh = this.state === 'ready' && this.readAt !== null && Date.now() - this.readAt < freshForMs;
		if (!fresh) await this.refresh();
	}

	/** Reads now; calls while one is under way share it. Never throws. */
	refresh(): Promise<void> {
		if (this.#reading) return this.#reading;
		const reading = this.#run(this.#generation).finally(() => {
			if (this.#reading === reading) this.#reading = null;
		});
		this.#reading = reading;
		return reading;
	}

	/** The items as they are now, for work that must not go by what a screen showed before. Throws what reading throws. */
	async current(): Promise<readonly T[]> {
		await this.refresh();
		if (this.error) throw this.error;
		return this.items;
	}

	/** Forgets everything, as when the session ends. */
	clear(): void {
		this.#generation++;
		this.#reading = null;
		this.items = [];
		this.state = 'idle';
		this.error = null;
		this.readAt = null;
	}

	async #run(generation: number): Promise<void> {
		this.state = 'loading';
		try {
			const items = await this.#read();
			if (generation !== this.#generation) return;
			this.#fill(items, Date.now());
			network.answered();
			await this.#snapshot?.save(items).catch(() => undefined);
		} catch (cause) {
			if (generation !== this.#generation) return;
			const error = asAppError(cause);
			network.failed(error);
			const before = this.readAt === null ? await this.#snapshot?.load().catch(() => null) : null;
			if (before) this.#fill(before.items, before.readAt);
			this.state = 'failed';
			this.error = error;
		}
	}

	#fill(items: readonly T[], readAt: number): void {
		this.items = items;
		this.readAt = readAt;
		this.state = 'ready';
		this.error = null;
	}
}
