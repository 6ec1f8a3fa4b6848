/**
 * A folder in this very browser (the origin private file system): a copy that opens without a network, lost with the browser's data.
 * A file appears whole or not at all, since a writer's bytes take effect when it closes.
 *
 * https://fs.spec.whatwg.org/
 */

import { AppError } from '#lib/errors.ts';
import { probeStore } from '#lib/storage/probe.ts';
import { cancelled } from '#lib/storage/request.ts';
import { checkRange, type Store, type StoreOptions } from '#lib/storage/store.ts';
import { blobOf, sizeOf } from '#lib/storage/tree.ts';

const rootFolder = 'amana';
const chunkBytes = 8 * 2 ** 20;

/** The store in the folder of this label, named `opfs:label`. Throws `storage.unreachable` where there is no such file system. */
export function opfs(label: string): Store {
	const name = `opfs:${label}`;

	async function folder(): Promise<FileSystemDirectoryHandle> {
		const root = await navigator.storage.getDirectory();
		const all = await root.getDirectoryHandle(rootFolder, { create: true });
		return all.getDirectoryHandle(encodeURIComponent(label), { create: true });
	}

	async function file(cid: unknown): Promise<File | null> {
		try {
			return await (await (await folder()).getFileHandle(String(cid))).getFile();
		} catch (error) {
			if (isNamed(error, 'NotFoundError')) return null;
			throw error;
		}
	}

	const store: Store = {
		name,
		capabilities: { write: true, remove: true, shared: false, conditional: false },
		probe: (options) => probeStore(store, options),
		put(cid, bytes, options) {
			return step(name, options, async () => {
				const size = sizeOf(bytes);
				const handle = await (await folder()).getFileHandle(String(cid), { create: true });
				const writer = await handle.createWritable();
				try {
					for (let start = 0; start < size; start += chunkBytes) {
						if (options?.signal?.aborted) throw cancelled(options.signal.reason);
						await writer.write(await blobOf(bytes, start, Math.min(size, start + chunkBytes)));
						options?.onProgress?.(Math.min(size, start + chunkBytes));
					}
					if (options?.signal?.aborted) throw cancelled(options.signal.reason);
					await writer.close();
				} catch (error) {
					await writer.abort().catch(() => undefined);
					if ((await handle.getFile()).size === 0) await (await folder()).removeEntry(String(cid));
					throw error;
				}
				if (size === 0) options?.onProgress?.(0);
			});
		},
		stat(cid, options) {
			return step(name, options, async () => {
				const found = await file(cid);
				return found && { size: found.size };
			});
		},
		readRange(cid, start, end, options) {
			return step(name, options, async () => {
				checkRange(start, end);
				const found = await file(cid);
				return found && new Uint8Array(await found.slice(start, end).arrayBuffer());
			});
		},
		remove(cid, options) {
			return step(name, options, async () => {
				try {
					await (await folder()).removeEntry(String(cid));
				} catch (error) {
					if (!isNamed(error, 'NotFoundError')) throw error;
				}
			});
		},
	};
	return store;
}

async function step<T>(store: string, options: StoreOptions | undefined, work: () => Promise<T>): Promise<T> {
	if (options?.signal?.aborted) throw cancelled(options.signal.reason);
	try {
		return await work();
	} catch (cause) {
		if (cause instanceof AppError) throw cause;
		const code = isNamed(cause, 'QuotaExceededError') ? 'storage.full' : 'storage.unreachable';
		throw new AppError(code, 'The browser did not keep or give a file.', { cause, details: { store } });
	}
}

function isNamed(error: unknown, name: string): boolean {
	return error instanceof Error && error.name === name;
}
