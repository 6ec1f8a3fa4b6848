/** A cloud by the name that manifests give it, whoever's it is. */
import { connectStore, nameOf, publicStore, type Store } from '#lib/storage/index.ts';
import type { Deps } from './deps.ts';

/**
 * With the account's own credentials where it is one of its clouds; else as anybody reads it. null: a place that only its writer can
 * reach, such as a folder in somebody's browser.
 */
export function storeNamed({ configs }: Pick<Deps, 'configs'>, name: string): Store | null {
	const own = configs.find((config) => nameOf(config) === name);
	if (own) return connectStore(own);
	try {
		return publicStore(name);
	} catch {
		return null;
	}
}
