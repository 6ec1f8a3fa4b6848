/**
 * A cloud of which somebody gave links (`Store.presign`): each object is read by its own. Links come from anybody, so what they give is as
 * little to be trusted as any cloud, and of an object without a link nothing is known.
 */

import { AppError } from '#lib/errors.ts';
import { httpReads, readOnly } from '#lib/storage/http.ts';
import { probeStore } from '#lib/storage/probe.ts';
import type { Store } from '#lib/storage/store.ts';

/** The store of this name, by links to its objects. Reading another object throws `storage.unauthorised`, as does a link that is over. */
export function linkedStore(name: string, links: ReadonlyMap<string, string>): Store {
	const reads = httpReads(name, (path, init) => {
		const url = links.get(path);
		// HEAD is another request than the one that was signed.
		if (!url || init.method === 'HEAD') return Promise.reject(withoutLink(name));
		return Promise.resolve({ url, init });
	});
	const store: Store = {
		name,
		capabilities: { write: false, remove: false, shared: false, conditional: false },
		probe: (options) => probeStore(store, options),
		...reads,
		put: () => Promise.reject(readOnly(name)),
		remove: () => Promise.reject(readOnly(name)),
	};
	return store;
}

function withoutLink(store: string): AppError {
	return new AppError('storage.unauthorised', 'Nobody gave a link to this object.', { details: { store } });
}
