/** A session's parts that work in Node: the engine in this thread, the caches in memory, and a root kept in memory as a tab would. */
import { memoryCache, type Cache, type Engine, type SiteConfig } from '#lib/records/index.ts';
import { engine } from '#lib/records/engine.ts';
import type { KeptRoot } from '#lib/state/kept-root.ts';
import type { SessionParts } from '#lib/state/session-parts.ts';

/** What outlives a reload of the tab: give the same one to two sessions. */
export interface Tab {
	remembered: Map<string, string>;
	roots: Map<string, Uint8Array<ArrayBuffer>>;
	cache: Cache;
}

export function newTab(): Tab {
	return { remembered: new Map(), roots: new Map(), cache: memoryCache() };
}

/** Parts of a session in a tab. `config` may fail, as a site's file may. */
export function partsOf(tab: Tab, config: () => Promise<SiteConfig>): SessionParts {
	const opened: { engine: Engine; cache: Cache } = { engine, cache: tab.cache };
	const { remembered } = tab;
	return {
		loadConfig: config,
		records: () => import('#lib/records/index.ts'),
		wallet: () => import('#lib/wallet/index.ts'),
		open: () => opened,
		keptRoot: rootsIn(tab),
		remembered: {
			get: (name) => remembered.get(name) ?? null,
			set: (name, value) => void remembered.set(name, value),
			delete: (name) => void remembered.delete(name),
		},
	};
}

function rootsIn({ roots }: Tab): KeptRoot {
	return {
		keep: ({ account }, root) => Promise.resolve(void roots.set(account, root.slice())),
		take: ({ account }) => Promise.resolve(roots.get(account)?.slice() ?? null),
		drop() {
			roots.clear();
			return Promise.resolve();
		},
	};
}
