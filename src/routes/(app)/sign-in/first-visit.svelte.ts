/** The answers of a first visit: kept while the person goes back and forth, and over a wallet's no. Checked before anything is asked. */
import { m, type Locale } from '#lib/i18n/index.ts';
import type { StoreConfig } from '#lib/records/index.ts';

export type Who = 'patient' | 'clinician' | 'hospital';

/** Longest name that the settings take. */
const maxNameLength = 200;

export class Answers {
	who = $state<Who | ''>('');
	name = $state('');
	/** Places offered, with those added here at the end. */
	offered = $state.raw<readonly StoreConfig[]>([]);
	/** Positions in `offered` that are ticked. */
	ticked = $state<boolean[]>([]);
	language: Locale;

	constructor(suggested: readonly StoreConfig[], language: Locale) {
		this.offered = suggested;
		this.ticked = suggested.map(() => true);
		this.language = language;
	}

	get clouds(): StoreConfig[] {
		return this.offered.filter((_, index) => this.ticked[index]);
	}

	add(config: StoreConfig): void {
		this.offered = [...this.offered, config];
		this.ticked.push(true);
	}

	/** What is missing, each with the field it belongs to; empty when all is well. */
	problems(): { id: string; text: string }[] {
		const name = this.name.trim();
		return [
			...(this.who === '' ? [{ id: 'who', text: m.entry_error_who() }] : []),
			...(name === '' ? [{ id: 'name', text: m.entry_error_name() }] : []),
			...(name.length > maxNameLength ? [{ id: 'name', text: m.entry_error_name_long() }] : []),
			...(this.clouds.length === 0 ? [{ id: 'clouds', text: m.entry_error_clouds() }] : []),
		];
	}
}
