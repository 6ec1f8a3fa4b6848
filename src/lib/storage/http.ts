/**
 * Somebody's public address, read-only: any web server, bucket or CDN that serves objects as `base + cid` and answers ranges.
 * A server that ignores ranges works too; what is past the range is not taken in.
 */

import { AppError } from '#lib/errors.ts';
import { probeStore } from '#lib/storage/probe.ts';
import { readUpTo, request } from '#lib/storage/request.ts';
import { checkRange, type Store } from '#lib/storage/store.ts';

type Make = (path: string, init: RequestInit) => Promise<{ url: string; init: RequestInit }>;

/** The store at a base URL that ends in `/`. Writing and removing are refused with `storage.unauthorised`. */
export function http(base: string): Store {
	const reads = httpReads(base, (path, init) => Promise.resolve({ url: base + path, init }));
	const store: Store = {
		name: base,
		capabilities: { write: false, remove: false, shared: true, conditional: false },
		probe: (options) => probeStore(store, options),
		...reads,
		put: () => Promise.reject(readOnly(base)),
		remove: () => Promise.reject(readOnly(base)),
	};
	return store;
}

/** `stat` and `readRange` over HTTP, for every store whose objects lie at `path = cid`; `make` adds what the server wants to see. */
export function httpReads(name: string, make: Make): Pick<Store, 'stat' | 'readRange'> {
	async function stat(cid: unknown, options?: { signal?: AbortSignal | undefined }): Promise<{ size: number } | null> {
		return request({
			store: name,
			make: () => make(String(cid), { method: 'HEAD' }),
			expected: [404, 410],
			signal: options?.signal,
			read: (response) => Promise.resolve(response.ok ? { size: sizeIn(name, response) } : null),
		});
	}

	return {
		stat,
		async readRange(cid, start, end, options) {
			checkRange(start, end);
			if (start === end) return (await stat(cid, options)) && new Uint8Array();
			return request({
				store: name,
				make: () => make(String(cid), { headers: { range: `bytes=${start}-${end - 1}` } }),
				expected: [404, 410, 416],
				signal: options?.signal,
				bytes: end - start,
				read: (response) => readPart(response, start, end),
			});
		},
	};
}

/** The error of stores that only read. */
export function readOnly(name: string): AppError {
	return new AppError('storage.unauthorised', 'Nobody gave this browser the right to write here.', {
		details: { store: name },
	});
}

function sizeIn(store: string, response: Response): number {
	const length = response.headers.get('content-length');
	if (length !== null && /^\d+$/.test(length)) return Number(length);
	throw new AppError('storage.invalid-cloud', 'A web server does not say how large an object is.', {
		details: { store },
	});
}

async function readPart(response: Response, start: number, end: number): Promise<Uint8Array | null> {
	if (response.status === 404 || response.status === 410) return null;
	if (response.status === 416) return new Uint8Array(); // the object ends before `start`
	if (response.status !== 206) return (await readUpTo(response, end)).subarray(start);
	const bytes = await readUpTo(response, end - start);
	const [, first, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
	if (first !== undefined && Number(first) !== start) throw new TypeError('The answer is another range.');
	if (bytes.length < Math.min(end, Number(total)) - start) throw new TypeError('The answer was cut short.'); // tried again, as a lost connection
	return bytes;
}
