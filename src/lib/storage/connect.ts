/** From settings, or from an address in a manifest, to a store. Nothing is sent yet; `probe` tries it. */

import { AppError } from '#lib/errors.ts';
import { parseStoreConfig } from '#lib/storage/config.ts';
import { filecoin, filecoinName } from '#lib/storage/filecoin.ts';
import { http } from '#lib/storage/http.ts';
import { ipfs } from '#lib/storage/ipfs.ts';
import { memory } from '#lib/storage/memory.ts';
import { opfs } from '#lib/storage/opfs.ts';
import { s3 } from '#lib/storage/s3.ts';
import type { Store, StoreConfig } from '#lib/storage/store.ts';

const memories = new Map<string, Store>();

/** The store of these settings. Throws `storage.invalid-cloud`. */
export function connectStore(settings: StoreConfig): Store {
	const config = parseStoreConfig(settings);
	switch (config.kind) {
		case 's3':
			return s3(config);
		case 'ipfs':
			return ipfs(config);
		case 'filecoin':
			return filecoin(config);
		case 'opfs':
			return opfs(config.label);
		case 'http':
			return publicStore(config.base);
		case 'memory':
			return sharedMemory(config.label);
	}
}

/** The name of the store of these settings, as manifests have it. */
export function nameOf(config: StoreConfig): string {
	switch (config.kind) {
		case 's3':
			return config.publicBase;
		case 'ipfs':
			return config.gateway;
		case 'http':
			return config.base;
		case 'filecoin':
			return filecoinName(config);
		default:
			return `${config.kind}:${config.label}`;
	}
}

/**
 * Read-only, whoever's it is, by its name: a data set on Filecoin, a base that ends in `/ipfs/`, which is a trustless gateway, or any other
 * base, a plain folder. Throws `storage.invalid-cloud`.
 */
export function publicStore(base: string): Store {
	const [, network, dataSet] = /^filecoin:(\w+)\/(\d+)$/.exec(base) ?? [];
	if (network && dataSet) return connectStore(parseStoreConfig({ kind: 'filecoin', label: base, network, dataSet }));
	const config = parseStoreConfig({ kind: 'http', base });
	if (config.kind !== 'http') throw new AppError('storage.invalid-cloud', 'Not a public address.');
	return config.base.endsWith('/ipfs/') ? ipfs({ gateway: config.base }) : http(config.base);
}

function sharedMemory(label: string): Store {
	const store = memories.get(label) ?? memory(label);
	memories.set(label, store);
	return store;
}
