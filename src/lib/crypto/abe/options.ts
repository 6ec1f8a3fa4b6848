/** Which pairing library does the work. Capsules and keys do not depend on it. */
import { AppError } from '#lib/errors.ts';
import type { Groups } from './groups.ts';
import { nobleGroups } from './noble/index.ts';

export type Backend = 'noble';

export interface AbeOptions {
	readonly backend?: Backend;
}

/** The groups of the library asked for. Throws `crypto.unsupported` for one that is not here. */
export function groupsFor(options: AbeOptions): Promise<Groups> {
	const backend: string = options.backend ?? 'noble';
	if (backend !== 'noble') return Promise.reject(new AppError('crypto.unsupported', 'No such pairing library.'));
	return Promise.resolve(nobleGroups());
}
