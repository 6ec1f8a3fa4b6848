/** What a session is made of in a browser. Tests make the same session of parts that work in Node. */
import type { Cache, Engine, SiteConfig } from '#lib/records/index.ts';
import { encryption } from './encryption.svelte.ts';
import { loadRecords, loadWallet, type RecordsModule, type WalletModule } from './doors.ts';
import { tabKeptRoot, type KeptRoot } from './kept-root.ts';
import { loadSiteConfig } from './site.ts';

export interface SessionParts {
	loadConfig(): Promise<SiteConfig>;
	records(): Promise<RecordsModule>;
	wallet(): Promise<WalletModule>;
	/** The one worker, and what is kept of earlier reading; the same two for every account of this page. */
	open(records: RecordsModule): { engine: Engine; cache: Cache };
	keptRoot: KeptRoot;
	remembered: Remembered;
}

/** Small choices that outlive a reload of this tab: which wallet, which role. Never a secret. */
export interface Remembered {
	get(name: string): string | null;
	set(name: string, value: string): void;
	delete(name: string): void;
}

let opened: { engine: Engine; cache: Cache } | null = null;

/** Also used without a session: one worker for the whole page. */
export function openOnce(records: RecordsModule): { engine: Engine; cache: Cache } {
	if (!opened) {
		opened = { engine: records.openEngine(), cache: records.browserCache() };
		void encryption.start(opened.engine);
	}
	return opened;
}

export const browserParts: SessionParts = {
	loadConfig: loadSiteConfig,
	records: loadRecords,
	wallet: loadWallet,
	open: openOnce,
	keptRoot: tabKeptRoot(),
	remembered: {
		get: (name) => guarded((storage) => storage.getItem(`amana.${name}`)),
		set: (name, value) => void guarded((storage) => storage.setItem(`amana.${name}`, value)),
		delete: (name) => void guarded((storage) => storage.removeItem(`amana.${name}`)),
	},
};

/** Storage may be forbidden; then nothing is remembered. */
function guarded<T>(use: (storage: Storage) => T): T | null {
	try {
		return use(sessionStorage);
	} catch {
		return null;
	}
}
