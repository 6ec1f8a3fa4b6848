/**
 * What a session does by itself while it is open: saves again the copies that a cloud did not take, and looks whether something new
 * waits for the person. Asks no wallet.
 */
import { loadRecords } from './doors.ts';
import { attention } from './attention.svelte.ts';
import { clouds, records } from './lists.svelte.ts';
import { session } from './session.svelte.ts';

const everyMs = 60_000;

/** Begins, and goes on every minute while the page is visible. Returns its own off switch. */
export function keepUp(): () => void {
	void attention.load();
	void saveAgain();
	const timer = setInterval(() => {
		if (document.visibilityState === 'hidden' || !session.deps) return;
		void attention.load();
		void saveAgain();
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
