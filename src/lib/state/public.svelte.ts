/**
 * Reading without a wallet: what the visitors' pages (hospitals, access log) need, and nothing more. The parts are loaded when first
 * asked for, so a page that only shows text carries none of them.
 */
import type { Deps, HospitalView, LogEntry, LogFilter } from '#lib/records/index.ts';
import { loadRecords, type RecordsModule } from './doors.ts';
import { Listing, type Snapshot } from './listing.svelte.ts';
import { network } from './network.svelte.ts';
import { openOnce } from './session-parts.ts';
import { loadSiteConfig } from './site.ts';

/** What reads, and the module that takes it. */
export type Reading = [deps: Deps, records: RecordsModule];
export type { RecordsModule };

let opening: Promise<Reading> | null = null;

/** Deps without wallet and keyring. Errors: those of `loadSiteConfig`. */
export async function publicDeps(): Promise<Deps> {
	const [deps] = await reading();
	return deps;
}

/** Every hospital that ever applied. */
export const hospitals = new Listing<HospitalView>(async () => {
	const [deps, records] = await reading();
	return records.listHospitals(deps);
}, snapshot('hospitals'));

/** The access log. Assign `filter`, then `refresh()`. */
export class Log extends Listing<LogEntry> {
	filter = $state.raw<LogFilter>({});
	/** Public audits, which some nodes are slow to find: they come after the rest. */
	readonly audits: Listing<LogEntry>;
	/** All lines that were read. */
	lines: readonly LogEntry[] = $derived.by(() => [...this.items, ...this.audits.items]);
	/** The lines whose audits were read. */
	#audited = $state.raw<readonly LogEntry[] | null>(null);
	#auditing: Promise<void> | null = null;
	/** None is missing, up to `upToBlock`: the audits were read after the lines that are shown. */
	isComplete = $derived(this.#audited === this.items);
	/** The last block of what is not an audit: audits are read later, and may know more. */
	upToBlock = $derived(this.items.reduce((last, { block }) => Math.max(last, block), 0));

	/** Through `open`, which is called for each reading. */
	constructor(open = reading) {
		super(async () => {
			const [deps, records] = await open();
			return records.readLog(deps, this.filter);
		});
		this.audits = new Listing<LogEntry>(async () => {
			const [deps, records] = await open();
			return records.readLoggedAudits(deps, this.filter);
		});
	}

	override async refresh(): Promise<void> {
		await super.refresh();
		if (this.state === 'ready') await this.readAudits();
	}

	/** The audits of the lines that are there. Never throws: see `audits.error`. */
	async readAudits(): Promise<void> {
		await this.#auditing; // it began before, and may lack what is new
		const { items } = this;
		this.#auditing = this.audits.refresh();
		await this.#auditing;
		if (!this.audits.error) this.#audited = items;
	}

	override clear(): void {
		super.clear();
		this.audits.clear();
		this.#audited = null;
	}

	/** Calls `refresh` whenever the chain has something new. Returns its own off switch. */
	watch(): () => void {
		let stop: (() => void) | null = null;
		let stopped = false;
		void reading().then(
			([deps, records]) => {
				if (!stopped) stop = records.watchLog(deps, () => void this.refresh());
			},
			() => undefined,
		);
		return () => {
			stopped = true;
			stop?.();
		};
	}
}

export const log = new Log();

/** Deps without wallet and keyring, and the module that takes them; loaded once. Errors: those of `loadSiteConfig`. */
export function reading(): Promise<Reading> {
	opening ??= open().catch((error: unknown) => {
		opening = null;
		throw error;
	});
	return opening;
}

async function open(): Promise<Reading> {
	const [config, records] = await Promise.all([loadSiteConfig(), loadRecords()]);
	const deps = records.makeDeps({ chain: config.chain, ...openOnce(records) });
	network.askWith(() => deps.client.request({ method: 'eth_chainId' }));
	return [deps, records];
}

/** Public lists only: they are kept as they are. */
function snapshot<T>(name: string): Snapshot<T> {
	const key = async () => {
		const [{ chain, cache }] = await reading();
		return { cache, name: `snapshot/${String(chain.chainId)}/${chain.contracts.hospitalRegistry}/${name}` };
	};
	return {
		async save(items) {
			const { cache, name: entry } = await key();
			await cache.set(entry, new TextEncoder().encode(JSON.stringify({ items, readAt: Date.now() })));
		},
		async load() {
			const { cache, name: entry } = await key();
			const bytes = await cache.get(entry);
			return bytes ? (JSON.parse(new TextDecoder().decode(bytes)) as { items: T[]; readAt: number }) : null;
		},
	};
}
