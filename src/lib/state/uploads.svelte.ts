/**
 * Files on their way to the clouds. They go on while the person is on other pages of the site; closing the tab is warned of only while
 * something would be lost. Nothing is on chain before enough clouds have the file, so a closed tab leaves nothing half-registered; what it
 * stopped is listed (`unfinished`), and goes on with the same file.
 */
import { asAppError, type AppError } from '#lib/errors.ts';
import type { NewDocument, SaveProgress, SaveResult, UnfinishedView } from '#lib/records/index.ts';
import { loadRecords } from './doors.ts';
import { clouds, placed, records, unfinished } from './lists.svelte.ts';
import { network } from './network.svelte.ts';
import { session } from './session.svelte.ts';

export type UploadState = 'running' | 'saved' | 'failed' | 'cancelled';

export class Upload {
	readonly id: string;
	readonly order: NewDocument;
	state = $state<UploadState>('running');
	progress = $state.raw<SaveProgress | null>(null);
	error = $state.raw<AppError | null>(null);
	result = $state.raw<SaveResult | null>(null);
	#cancelling = new AbortController();

	/** `id`: that of an upload that stopped, to go on with it. */
	constructor(order: NewDocument, id: string = crypto.randomUUID()) {
		this.order = order;
		this.id = id;
	}

	get title(): string {
		return this.order.title;
	}

	get fileName(): string {
		return this.order.file.name;
	}

	/** Bytes. */
	get size(): number {
		return this.order.file.size;
	}

	/** Seals, saves and registers. Never throws: see `state` and `error`. */
	async run(): Promise<void> {
		this.state = 'running';
		this.progress = null;
		this.error = null;
		this.#cancelling = new AbortController();
		const signal = AbortSignal.any([this.#cancelling.signal, session.signal]);
		try {
			const { saveDocument } = await loadRecords();
			const onProgress = (progress: SaveProgress) => (this.progress = progress);
			const result = await saveDocument(session.need(), this.order, { id: this.id, signal, onProgress });
			this.result = result;
			this.state = 'saved';
			void result.rest.then((rest) => this.#settle({ ...result, ...rest }));
			network.answered();
		} catch (cause) {
			const error = asAppError(cause);
			network.failed(error);
			this.state = error.code === 'general.cancelled' ? 'cancelled' : 'failed';
			this.error = error.code === 'general.cancelled' ? null : error;
		}
	}

	/** Stops it for good: nothing of it stays on the clouds. */
	async cancel(): Promise<void> {
		const { discard } = await loadRecords();
		this.#cancelling.abort(discard);
	}

	/** Stops it, to be gone on with another time. */
	stop(): void {
		this.#cancelling.abort();
	}

	/** The last clouds took their piece or failed. */
	#settle(result: SaveResult): void {
		this.result = result;
		void records.refresh();
		if (result.failed.length > 0) void clouds.refresh();
	}
}

export class Uploads {
	items = $state.raw<readonly Upload[]>([]);
	/** Those that stopped on an earlier visit. */
	stopped = $derived(unfinished.items.filter(({ id }) => !this.items.some((upload) => upload.id === id)));
	active = $derived(this.items.filter((upload) => upload.state === 'running'));
	failed = $derived(this.items.filter((upload) => upload.state === 'failed'));

	/** Begins at once, and returns what to watch. */
	start(order: NewDocument): Upload {
		return this.#begin(new Upload(order));
	}

	/** Goes on with one that stopped, with the same file. */
	goOn({ id, title, category, clinicalDate, policy, keeping }: UnfinishedView, file: File): Upload {
		const order = { file, title, category, clinicalDate, policy, ...(keeping && { keeping }) };
		return this.#begin(new Upload(order, id));
	}

	#begin(upload: Upload): Upload {
		this.items = [upload, ...this.items];
		void this.#run(upload);
		return upload;
	}

	cancel(id: string): void {
		void this.#find(id)?.cancel();
	}

	/** The same file again, after a failure or a cancel. */
	retry(id: string): void {
		const upload = this.#find(id);
		if (upload && upload.state !== 'running' && upload.state !== 'saved') void this.#run(upload);
	}

	/** Takes a finished one off the screen. */
	dismiss(id: string): void {
		this.items = this.items.filter((upload) => upload.id !== id || upload.state === 'running');
	}

	/** Ends all of them, as when the session ends. */
	clear(): void {
		for (const upload of this.active) upload.stop();
		this.items = [];
	}

	async #run(upload: Upload): Promise<void> {
		this.#guard();
		await upload.run();
		this.#guard();
		void unfinished.refresh();
		void placed.refresh();
		if (upload.state === 'saved') void records.refresh();
	}

	/** Asks before the tab closes, exactly while something runs. */
	#guard(): void {
		if (typeof window === 'undefined') return;
		window.removeEventListener('beforeunload', warn);
		if (this.active.length > 0) window.addEventListener('beforeunload', warn);
	}

	#find(id: string): Upload | undefined {
		return this.items.find((upload) => upload.id === id);
	}
}

function warn(event: BeforeUnloadEvent): void {
	event.preventDefault();
}

export const uploads = new Uploads();
session.onEnd(() => uploads.clear());
