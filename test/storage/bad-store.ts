/** A store that does what it likes with another's answers: for what no well-behaved server can be made to do. */
import type { CID } from 'multiformats/cid';
import { AppError, type ErrorCode } from '#lib/errors.ts';
import type { Store } from '#lib/storage/index.ts';

/** Changes what the store reads; `change` gets the bytes, the object and the start of the range. */
export function lying(store: Store, change: (bytes: Uint8Array, cid: CID, start: number) => Uint8Array | null): Store {
	return {
		...store,
		async readRange(cid, start, end, options) {
			const bytes = await store.readRange(cid, start, end, options);
			return bytes && change(bytes.slice(), cid, start);
		},
	};
}

/** The same bytes with one bit turned. */
export function flipped(bytes: Uint8Array, at = bytes.length >> 1): Uint8Array {
	const other = bytes.slice();
	if (other.length > 0) other[at % other.length] = (other[at % other.length] ?? 0) ^ 1;
	return other;
}

/** A store of that name that fails in everything with this code. */
export function failing(name: string, code: ErrorCode = 'storage.unreachable'): Store {
	const fail = () => Promise.reject(new AppError(code, `${name} fails`));
	return {
		name,
		capabilities: { write: true, remove: true, shared: true, conditional: false },
		probe: fail,
		put: fail,
		stat: fail,
		readRange: fail,
		remove: fail,
	};
}

/** The store, which answers each read after so many milliseconds; `onAsked` is told of each. */
export function slowed(store: Store, ms: number, onAsked: () => unknown = () => undefined): Store {
	return {
		...store,
		async readRange(cid, start, end, options) {
			onAsked();
			await new Promise<void>((resolve, reject) => {
				const timer = setTimeout(resolve, ms);
				options?.signal?.addEventListener('abort', () => {
					clearTimeout(timer);
					reject(new AppError('general.cancelled', 'broken off'));
				});
			});
			return store.readRange(cid, start, end, options);
		},
	};
}
