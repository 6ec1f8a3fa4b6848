/** Which library encrypts: automatic, or one that the person chose. Remembered in this browser, and told to the worker. */
import { asAppError, type AppError } from '#lib/errors.ts';
import type { Engine } from '#lib/records/index.ts';

export const encryptionLibraries = ['automatic', 'noble', 'mcl'] as const;
export type EncryptionLibrary = (typeof encryptionLibraries)[number];

const key = 'amana-encryption';

export class EncryptionState {
	current = $state<EncryptionLibrary>('automatic');
	/** Why the last choice could not be had; what was chosen before goes on. */
	error = $state.raw<AppError | null>(null);
	#engine: Pick<Engine, 'useLibrary'> | null = null;

	/** Tells a new engine what was chosen earlier. Never throws: a library that does not run here any more is given up. */
	async start(engine: Pick<Engine, 'useLibrary'>): Promise<void> {
		this.#engine = engine;
		const kept = encryptionLibraries.find((library) => library === read());
		if (kept) await this.choose(kept);
	}

	/** Takes another library from now on. Where it does not run, `error` says so and nothing changes. */
	async choose(library: EncryptionLibrary): Promise<void> {
		const before = this.current;
		this.error = null;
		this.current = library;
		try {
			await this.#engine?.useLibrary(library === 'automatic' ? null : library);
			write(library);
		} catch (cause) {
			this.current = before;
			this.error = asAppError(cause);
		}
	}
}

export const encryption = new EncryptionState();

function read(): string | null {
	try {
		return localStorage.getItem(key);
	} catch {
		return null;
	}
}

function write(library: EncryptionLibrary): void {
	try {
		localStorage.setItem(key, library);
	} catch {
		// A browser that forbids storage forgets the choice, nothing else.
	}
}
