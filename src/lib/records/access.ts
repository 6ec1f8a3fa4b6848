/** Who may read a record by the chain's word. Cryptography would stop others from later epochs on; this stops them at once. */
import type { Address } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import type { Deps } from './deps.ts';
import { grantEntry, historyOf } from './ledger.ts';
import { requireIdentity } from './act.ts';

/**
 * Refuses whoever is neither the patient, nor the record's author, nor has a grant that counts now. Throws `wallet.locked`,
 * `records.no-grant` where there never was one, and `records.access-ended` where it was revoked, ran out, or rests because the
 * reader is no longer an active member of the hospital it was given in.
 */
export async function requireAccess(
	deps: Deps,
	{ patient, author }: { patient: Address; author: Address },
): Promise<void> {
	const me = requireIdentity(deps).accountFor(patient);
	if (me === patient || me === author) return;
	const grant = await grantEntry(deps, patient, me);
	if (grant?.open) return;
	if (grant || (await wasGranted(deps, patient, me))) {
		throw new AppError('records.access-ended', 'The access ended.', {
			details: { endedAt: (grant?.expiresAt ?? 0) * 1000 },
		});
	}
	throw new AppError('records.no-grant', 'The patient has not shared with this account.');
}

async function wasGranted(deps: Deps, patient: Address, grantee: Address): Promise<boolean> {
	const events = await historyOf(deps, patient);
	return events.some(
		(event) => event.name === 'AccessGranted' && event.patient === patient && event.grantee === grantee,
	);
}
