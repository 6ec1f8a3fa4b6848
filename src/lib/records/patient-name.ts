/** Patients have no public names: one is known where the patient shared it. */
import type { Address } from '#lib/chain/index.ts';
import type { Deps } from './deps.ts';
import { historyOf } from './ledger.ts';
import { openGrant } from './reader-keys.ts';
import { requireIdentity } from './act.ts';

/** A patient's name, where a grant to this account shared it; null where not. */
export async function patientName(deps: Deps, patient: Address): Promise<string | null> {
	const { account, settings } = requireIdentity(deps);
	if (patient === account) return settings.displayName || null;
	const events = await historyOf(deps, account);
	const grants = events.filter((event) => event.name === 'AccessGranted').filter((event) => event.patient === patient);
	for (const grant of grants.reverse()) {
		const delivery = await openGrant(deps, grant, account).catch(() => null);
		if (delivery?.name) return delivery.name;
	}
	return null;
}
