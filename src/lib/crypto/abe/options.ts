/** Which pairing library does the work. There is one so far; capsules and keys do not depend on it. */
import { AppError } from '#lib/errors.ts';

export type Backend = 'noble';

export interface AbeOptions {
	readonly backend?: Backend;
}

/** Throws `crypto.unsupported` for a library that is not here. */
export function checkBackend(options: AbeOptions): void {
	const backend: string = options.backend ?? 'noble';
	if (backend !== 'noble') throw new AppError('crypto.unsupported', 'No such pairing library.');
}
