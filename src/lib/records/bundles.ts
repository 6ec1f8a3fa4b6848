/**
 * Key bundles: attribute keys on their way from an authority to its readers, one sealed box each. The bundle's digest is part
 * of the transaction that grants, admits, revokes or removes, so a key is delivered exactly when the chain says so.
 */
import type { CID } from 'multiformats/cid';
import { bind, domains } from '#lib/crypto/index.ts';
import type { Address, Hash } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import { findObject, saveObject, type SavedObject } from './blocks.ts';
import { decodeObject, encodeObject } from './codec.ts';
import { commitmentTo, newCommitmentSalt, opensCommitment, type Opening } from './commitments.ts';
import type { Deps } from './deps.ts';
import { keyBundleSchema, keyDeliverySchema, type KeyBundle, type KeyDelivery } from './formats.ts';
import { requireIdentity } from './act.ts';

/** One reader's box before it is sealed. */
export interface Delivery {
	to: Address;
	sealingKey: Uint8Array;
	contents: Omit<KeyDelivery, 'scopeSalt'>;
}

interface BundlePlace {
	from: Address;
	epoch: number;
}

/** Bytes of boxes in one object, so that it stays well below the 1 MiB of a block. */
const maxBoxesBytes = 900_000;
/** How long a chain of objects a reader follows. */
const maxObjects = 64;

/** Seals the deliveries and saves them; a long list becomes a chain of objects, of which the first is named on chain. */
export async function saveKeyBundle(
	deps: Deps,
	place: BundlePlace,
	deliveries: readonly Delivery[],
	signal?: AbortSignal,
): Promise<SavedObject> {
	const sealed = await Promise.all(deliveries.map((delivery) => sealDelivery(deps, place, delivery)));
	let next: SavedObject | null = null;
	for (const group of groupBySize(sealed).reverse()) {
		const bundle: KeyBundle = {
			v: 1,
			kind: 'keys',
			...place,
			boxes: Object.fromEntries(group.map(({ to, box }) => [to, box])),
			scopes: Object.fromEntries(group.flatMap(({ to, scope }) => (scope ? [[to, scope]] : []))),
			next: next?.cid ?? null,
		};
		next = await saveObject(deps, bundle, signal);
	}
	if (!next) throw new AppError('records.invalid-input', 'A bundle needs at least one reader.');
	return next;
}

interface SealedDelivery {
	to: Address;
	box: Uint8Array;
	/** The commitment to the scope in the box. */
	scope: Uint8Array | null;
}

async function sealDelivery(
	deps: Deps,
	place: BundlePlace,
	{ to, sealingKey, contents }: Delivery,
): Promise<SealedDelivery> {
	const scopeSalt = contents.scope && newCommitmentSalt();
	const delivery: KeyDelivery = { ...contents, scopeSalt };
	const opening = scopeOpening(delivery);
	const [box, scope] = await Promise.all([
		deps.engine.sealTo(sealingKey, encodeObject(delivery), boxInfo(place, to)),
		opening && commitmentTo(opening),
	]);
	return { to, box, scope };
}

/** What a grantee, or the patient, shows to a third party to prove what a grant covers; null for keys without a scope. */
export function scopeOpening({ scope, scopeSalt }: KeyDelivery): Opening | null {
	return scope && scopeSalt && { what: 'grantScope', salt: scopeSalt, value: scope };
}

/**
 * What a bundle holds for `me`; null where it has no box for that account. Throws `records.invalid-header` for a bundle that is
 * not of this authority and epoch, or commits to another scope than the box says; `crypto.corrupt` for a box that does not open; and as
 * `findObject`.
 */
export async function openKeyBundle(
	deps: Deps,
	{ digest, from, epoch, me }: BundlePlace & { digest: Hash; me: Address },
	signal?: AbortSignal,
): Promise<KeyDelivery | null> {
	const { keys } = requireIdentity(deps);
	const found = await findBox(deps, { digest, from, epoch, reader: me }, signal);
	if (!found) return null;
	const opened = await deps.engine.openSealed(keys.sealing.secretKey, found.box, boxInfo({ from, epoch }, me));
	const delivery = decodeObject(keyDeliverySchema, opened);
	const opening = scopeOpening(delivery);
	const isSame = opening
		? found.scope && (await opensCommitment(found.scope, opening))
		: !found.scope && !delivery.scope;
	if (!isSame) throw new AppError('records.invalid-header', 'The bundle commits to another scope than its box says.');
	return delivery;
}

/** The box of a reader in a bundle, and the commitment beside it, as anybody can see them; null where there is no box. Throws as `openKeyBundle`. */
export async function findBox(
	deps: Deps,
	{ digest, from, epoch, reader }: BundlePlace & { digest: Hash; reader: Address },
	signal?: AbortSignal,
): Promise<Pick<SealedDelivery, 'box' | 'scope'> | null> {
	let name: Hash | CID | null = digest;
	for (let read = 0; name !== null && read < maxObjects; read++) {
		const bundle: KeyBundle = await findObject(deps, keyBundleSchema, name, [from], { signal });
		if (bundle.from !== from || bundle.epoch !== epoch) {
			throw new AppError('records.invalid-header', 'A bundle of another authority or epoch.');
		}
		const box = bundle.boxes[reader];
		if (box) return { box, scope: bundle.scopes[reader] ?? null };
		name = bundle.next;
	}
	return null;
}

function boxInfo({ from, epoch }: BundlePlace, to: Address): Uint8Array {
	return bind(domains.keyBundle, from, to, epoch);
}

function groupBySize(sealed: readonly SealedDelivery[]): SealedDelivery[][] {
	const groups: SealedDelivery[][] = [];
	let room = 0;
	for (const entry of sealed) {
		const size = entry.box.length + 200;
		if (size > room) {
			groups.push([]);
			room = maxBoxesBytes;
		}
		groups.at(-1)?.push(entry);
		room -= size;
	}
	return groups;
}
