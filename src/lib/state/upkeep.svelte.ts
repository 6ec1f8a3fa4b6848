/**
 * What a session does by itself while it is open: saves again the copies that a cloud did not take, asks the clouds once a day whether
 * they still hold everything, and looks whether something new waits for the person. Asks no wallet.
 */
import { loadRecords } from './doors.ts';
import { attention } from './attention.svelte.ts';
import { audits, clouds, holdings, records } from './lists.svelte.ts';
import { session } from './session.svelte.ts';

const everyMs = 60_000;
/** A cloud is asked for samples this long after it was last. */
const auditEveryMs = 24 * 60 * 60_000;

/** Begins, and goes on every minute while the page is visible. Returns its own off switch. */
export function keepUp(): () => void {
	void attention.load();
	void saveAgain();
	void auditAgain();
	const timer = setInterval(() => {
		if (document.visibilityState === 'hidden' || !session.deps) return;
		void attention.load();
		void saveAgain();
		void auditAgain();
	}, everyMs);
	return () => clearInterval(timer);
}

/** Tries the copies that are still missing; a cloud that stays silent is tried again at the next round. */
async function saveAgain(): Promise<void> {
	const { deps } = session;
	if (!deps?.identity) return;
	const { retrySaving } = await loadRecords();
	const { repaired } = await retrySaving(deps, { signal: session.signal }).catch(() => ({ repaired: 0 }));
	if (repaired === 0 || deps !== session.deps) return;
	await Promise.all([records.refresh(), clouds.refresh()]);
}

/** Audits the clouds that were not asked for a day, of what the patient or the hospital keeps. Nothing is shown unless something is wrong. */
async function auditAgain(): Promise<void> {
	const { deps, role } = session;
	if (!deps?.identity || (role !== 'patient' && role !== 'hospital')) return;
	await Promise.all([holdings.load(), audits.load()]);
	if (deps !== session.deps || audits.readAt === null) return;
	const lately = new Set(audits.items.filter(({ at }) => Date.now() - at < auditEveryMs).map(({ store }) => store));
	const { auditHoldings, sharesOf } = await loadRecords();
	const stores = sharesOf(holdings.items).flatMap(({ store }) => (lately.has(store) ? [] : [store]));
	if (stores.length === 0) return;
	await auditHoldings(deps, holdings.items, { stores, signal: session.signal }).catch(() => undefined);
	if (deps === session.deps) await audits.refresh();
}
