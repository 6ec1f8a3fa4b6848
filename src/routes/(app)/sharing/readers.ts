/** Who can read, and whose time ran out without the locks having changed since. */
import { formatDate, m, scopeWords } from '#lib/i18n/index.ts';
import type { GrantView, PersonView } from '#lib/records/index.ts';
import { grants } from '#lib/state/index.ts';

/** Grants that are open now, the soonest end first. */
export function openGrants(): GrantView[] {
	return grants.items.filter(({ state }) => state === 'open').sort((a, b) => a.expiresAt - b.expiresAt);
}

/**
 * Grants whose date has passed while nothing changed the locks afterwards: the chain says "ended", but the old key would still open
 * what is sealed from now on. Stopping them formally begins a new epoch.
 */
export function lapsedGrants(): GrantView[] {
	return grants.items.filter(({ lapsed }) => lapsed);
}

/** The person's name, or words for somebody without one. */
export function nameOf({ name }: PersonView): string {
	return name ?? m.patient_someone();
}

/** "Cardiologist, Cedar Heart Centre". */
export function placeOf({ title, hospitalName }: PersonView): string {
	return [title, hospitalName].filter(Boolean).join(', ');
}

/** "lab results and documents, until 2 December 2026", as a line that begins a sentence. */
export function grantLine({ scope, expiresAt }: GrantView): string {
	const words = scope ? scopeWords(scope) : '…';
	const line = m.patient_now_until({ scope: words, date: formatDate(expiresAt) });
	return line.charAt(0).toLocaleUpperCase() + line.slice(1);
}
