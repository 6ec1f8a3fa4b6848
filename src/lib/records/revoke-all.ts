/**
 * Stopping everything at once: one transaction ends every grant given so far and begins a new epoch, whose keys go to nobody. It costs
 * the same for one reader as for hundreds, and needs no cloud.
 */
import * as chain from '#lib/chain/index.ts';
import { transact } from './act.ts';
import type { ActionOptions, Deps, Receipt } from './deps.ts';

/**
 * Stops sharing with everyone. Hospitals that may add still may, as adding is not reading. Throws `wallet.none`, `wallet.rejected`,
 * `chain.…`.
 */
export function revokeAllAccess(deps: Deps, options: ActionOptions = {}): Promise<Receipt> {
	const registry = deps.chain.contracts.consentRegistry;
	const message = chain.revokeAllAccessMessage();
	return transact(deps, options, (wallet) => chain.revokeAllAccess(wallet, { registry }), message);
}
