/**
 * Consent: a patient shares some kinds of records with someone until a time, and stops. Sharing delivers attribute keys; stopping
 * begins a new epoch, so that nothing sealed later opens with the keys of before.
 */
import * as chain from '#lib/chain/index.ts';
import type { Address, Hash } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import { saveKeyBundle, type Delivery } from './bundles.ts';
import { type ActionOptions, type Deps, type Receipt } from './deps.ts';
import { checkInput, grantInput } from './inputs.ts';
import { askAnew, grantEntry, patientEpoch } from './ledger.ts';
import type { Reissue } from './teams.ts';
import { categories, type Category } from './types.ts';
import { requireIdentity, transact } from './act.ts';
import { standingGrant, stayingGrantees, grantDelivery, grantDeliveries } from './grants.ts';
import { requireWaiting } from './request-details.ts';

export interface GrantAccess {
	grantee: Address;
	/** The request that this answers. */
	requestId?: Hash | null;
	scope: Category[];
	/** Milliseconds since 1970. */
	expiresAt: number;
	/** Whether the grantee learns the patient's name. */
	shareName: boolean;
}

/**
 * Shares records of these kinds, earlier ones included. What is already shared with the grantee stays shared, as a key once
 * given cannot be taken back by giving another: to give less, stop sharing first. The end is the one given now. Throws
 * `wallet.locked`, `records.invalid-input`, `records.no-keys`, `records.not-a-member`, `chain.refused`, `storage.…`.
 */
export async function grantAccess(
	deps: Deps,
	grant: GrantAccess,
	options: ActionOptions = {},
): Promise<Receipt & { scope: Category[] }> {
	askAnew(deps);
	const { grantee, requestId = null, expiresAt, shareName, scope: asked } = checkInput(grantInput, grant);
	const { account: patient, keys, settings } = requireIdentity(deps);
	const request = requestId && (await requireWaiting(deps, requestId));
	options.onStage?.('preparing');
	const standing = await standingGrant(deps, patient, grantee);
	const scope = categories.filter((category) => asked.includes(category) || standing?.scope?.includes(category));
	const epoch = await patientEpoch(deps, patient);
	const name = shareName ? settings.displayName || null : null;
	const order = { grantee, scope, name, first: 0, last: epoch };
	const own: Delivery = { to: patient, sealingKey: keys.sealing.publicKey, contents: { keys: {}, scope, name } };
	const deliveries = [await grantDelivery(deps, order), ...(grantee === patient ? [] : [own])];
	options.onStage?.('saving');
	const { digest: keysDigest } = await saveKeyBundle(deps, { from: patient, epoch }, deliveries, options.signal);
	const parameters = {
		registry: deps.chain.contracts.consentRegistry,
		grantee,
		hospital: request ? request.hospital : (standing?.hospital ?? null),
		requestId,
		expiresAt: Math.floor(expiresAt / 1000),
		keysDigest,
	};
	const message = chain.grantAccessMessage(parameters);
	return { ...(await transact(deps, options, (wallet) => chain.grantAccess(wallet, parameters), message)), scope };
}

/**
 * Stops sharing with someone, and gives those who stay the keys of the new epoch in the same transaction. `withoutKeys` stops
 * even though no cloud takes those keys: the others then miss what is sealed from now on until the patient shares again. Throws
 * `wallet.locked`, `records.no-grant`, `storage.…`.
 */
export async function revokeAccess(
	deps: Deps,
	{ grantee, withoutKeys = false }: { grantee: Address; withoutKeys?: boolean },
	options: ActionOptions = {},
): Promise<Receipt & Reissue> {
	askAnew(deps);
	const { account: patient } = requireIdentity(deps);
	if (!(await grantEntry(deps, patient, grantee))) throw new AppError('records.no-grant', 'Nothing is shared.');
	options.onStage?.('preparing');
	const epoch = (await patientEpoch(deps, patient)) + 1;
	const { deliveries, missed } = await grantDeliveries(deps, await stayingGrantees(deps, patient, grantee), epoch);
	const reissue = withoutKeys ? { reissued: [], missed: [...missed, ...deliveries.map(({ to }) => to)] } : { reissued: deliveries.map(({ to }) => to), missed }; // prettier-ignore
	let keysDigest: Hash | null = null;
	if (reissue.reissued.length > 0) {
		options.onStage?.('saving');
		keysDigest = (await saveKeyBundle(deps, { from: patient, epoch }, deliveries, options.signal)).digest;
	}
	const registry = deps.chain.contracts.consentRegistry;
	const parameters = { registry, grantee, keysDigest };
	const message = chain.revokeAccessMessage(parameters);
	const receipt = await transact(deps, options, (wallet) => chain.revokeAccess(wallet, parameters), message);
	return { ...receipt, ...reissue };
}
