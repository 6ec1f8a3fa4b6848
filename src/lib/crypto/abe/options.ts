/** Which pairing library does the work. Capsules and keys do not depend on it. */
import { AppError } from '#lib/errors.ts';
import type { Groups } from './groups.ts';
import { nobleGroups } from './noble/index.ts';

/** `noble` is audited JavaScript, `mcl` is WebAssembly and faster. */
export type Backend = 'noble' | 'mcl';

export interface AbeOptions {
	/** Without one: `mcl` in workers and in Node, if WebAssembly runs there; `noble` in windows, which need not load it. */
	readonly backend?: Backend | undefined;
}

/** Of work that grows with the policy. */
export interface LargeWorkOptions extends AbeOptions {
	/** Aborting ends the work with `general.cancelled`, at once in workers, else before the next part of the rows. */
	readonly signal?: AbortSignal | undefined;
	/** False: all in this thread. Without it, policies of 16 rows and more are spread over two workers where there are such. */
	readonly workers?: boolean | undefined;
}

/**
 * The groups of the library asked for. Throws `crypto.unsupported` for one that there is not, `crypto.no-webassembly` for
 * one that does not run here.
 */
export async function groupsFor({ backend }: AbeOptions): Promise<Groups> {
	switch (backend as string | undefined) {
		case 'noble':
			return nobleGroups();
		case 'mcl':
			return loadMcl().catch((cause: unknown) => {
				throw new AppError('crypto.no-webassembly', 'WebAssembly does not run here.', { cause });
			});
		case undefined:
			// A content policy or an old browser may forbid WebAssembly: slower, then, but no worse.
			return 'document' in globalThis ? nobleGroups() : loadMcl().catch(nobleGroups);
		default:
			throw new AppError('crypto.unsupported', 'No such pairing library.');
	}
}

/** Loads a library before there is work for it. Throws as `groupsFor`. */
export async function loadBackend(backend: Backend): Promise<void> {
	await groupsFor({ backend });
}

async function loadMcl(): Promise<Groups> {
	const { mclGroups } = await import('./mcl/index.ts');
	return mclGroups();
}
