/**
 * Delivering keys again. Whoever stays gets the keys of a new epoch with the transaction that begins it; where that could not be (no cloud
 * took them, or the grant rested just then), the patient gives them later.
 */
import * as chain from '#lib/chain/index.ts';
import { zeroHash, type Address, type ChainEvent, type EventOf } from '#lib/chain/index.ts';
import { AppError, asAppError } from '#lib/errors.ts';
import { requireIdentity, transact } from './act.ts';
import { findBox, saveKeyBundle } from './bundles.ts';
import type { ActionOptions, Deps, Receipt } from './deps.ts';
import { grantDelivery, standingGrant } from './grants.ts';
import { askAnew, patientEpoch } from './ledger.ts';

/**
 * Gives someone whose grant counts the keys of all epochs again. Throws `wallet.locked`, `records.no-grant`, `storage.not-found`
 * where no cloud tells any more what was shared, and `storage.…`.
 */
export async function deliverKeys(
	deps: Deps,
	{ grantee }: { grantee: Address },
	options: ActionOptions = {},
): Promise<Receipt> {
	askAnew(deps);
	const { account: patient } = requireIdentity(deps);
	const standing = await standingGrant(deps, patient, grantee);
	if (!standing?.open) throw new AppError('records.no-grant', 'Nothing is shared.');
	const { scope, name } = standing;
	if (!scope) throw new AppError('storage.not-found', 'No cloud gives the bundle that says what was shared.');
	options.onStage?.('preparing');
	const epoch = await patientEpoch(deps, patient);
	const delivery = await grantDelivery(deps, { grantee, scope, name, first: 0, last: epoch });
	options.onStage?.('saving');
	const saved = await saveKeyBundle(deps, { from: patient, epoch }, [delivery], options.signal);
	const registry = deps.chain.contracts.consentRegistry;
	const parameters = { registry, grantee, keysDigest: saved.digest };
	const message = chain.deliverKeysMessage(parameters);
	return transact(deps, options, (wallet) => chain.deliverKeys(wallet, parameters), message);
}

/**
 * Whether an epoch began since a grant, or since its keys were last delivered again, of which its grantee got no keys. Bundles that no
 * cloud gives just now count as delivered.
 */
export async function lacksKeys(
	deps: Deps,
	grant: EventOf<'AccessGranted'>,
	events: readonly ChainEvent[],
): Promise<boolean> {
	const { patient: from, grantee: reader } = grant;
	const delivered = events.findLast(
		(event) => event.name === 'KeysDelivered' && event.patient === from && event.grantee === reader,
	);
	const since = Math.max(events.indexOf(grant), delivered ? events.indexOf(delivered) : 0);
	const begun = events.slice(since + 1).filter((event) => event.name === 'AccessRevoked');
	const got = await Promise.all(
		begun.map(async ({ patient, epoch, keysDigest: digest }) => {
			if (patient !== from) return true;
			if (digest === zeroHash) return false;
			return findBox(deps, { digest, from, epoch, reader }).then(
				(box) => box !== null,
				(error: unknown) => asAppError(error).code !== 'records.invalid-header', // of another epoch: of no use to anyone
			);
		}),
	);
	return got.includes(false);
}
