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
import type { Deps } from './deps.ts';
import { keyBundleSchema, keyDeliverySchema, type KeyBundle, type KeyDelivery } from './formats.ts';
import { requireIdentity } from './act.ts';

/** One reader's box before it is sealed. */
export interface Delivery {
	to: Address;
	sealingKey: Uint8Array;
	contents: KeyDelivery;
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
	const boxes = await Promise.all(
		deliveries.map(async ({ to, sealingKey, contents }) => {
			const box = await deps.engine.sealTo(sealingKey, encodeObject(contents), boxInfo(place, to));
			return [to, box] as const;
		}),
	);
	let next: SavedObject | null = null;
	for (const group of groupBySize(boxes).reverse()) {
		const bundle: KeyBundle = {
			v: 1,
			kind: 'keys',
			...place,
			boxes: Object.fromEntries(group),
			next: next?.cid ?? null,
		};
		next = await saveObject(deps, bundle, signal);
	}
	if (!next) throw new AppError('records.invalid-input', 'A bundle needs at least one reader.');
	return next;
}

/**
 * What a bundle holds for `me`; null where it has no box for that account. Throws `records.invalid-header` for a bundle that is
 * not of this authority and epoch, `crypto.corrupt` for a box that does not open, and as `findObject`.
 */
export async function openKeyBundle(
	deps: Deps,
	{ digest, from, epoch, me }: BundlePlace & { digest: Hash; me: Address },
	signal?: AbortSignal,
): Promise<KeyDelivery | null> {
	const { keys } = requireIdentity(deps);
	const box = await findBox(deps, { digest, from, epoch, reader: me }, signal);
	if (!box) return null;
	const opened = await deps.engine.openSealed(keys.sealing.secretKey, box, boxInfo({ from, epoch }, me));
	return decodeObject(keyDeliverySchema, opened);
}

/** The box of a reader in a bundle, as anybody can see it; null where there is none. Throws as `openKeyBundle`. */
export async function findBox(
	deps: Deps,
	{ digest, from, epoch, reader }: BundlePlace & { digest: Hash; reader: Address },
	signal?: AbortSignal,
): Promise<Uint8Array | null> {
	let name: Hash | CID | null = digest;
	for (let read = 0; name !== null && read < maxObjects; read++) {
		const bundle: KeyBundle = await findObject(deps, keyBundleSchema, name, [from], { signal });
		if (bundle.from !== from || bundle.epoch !== epoch) {
			throw new AppError('records.invalid-header', 'A bundle of another authority or epoch.');
		}
		const box = bundle.boxes[reader];
		if (box) return box;
		name = bundle.next;
	}
	return null;
}

function boxInfo({ from, epoch }: BundlePlace, to: Address): Uint8Array {
	return bind(domains.keyBundle, from, to, epoch);
}

function groupBySize(boxes: readonly (readonly [Address, Uint8Array])[]) {
	const groups: (readonly [Address, Uint8Array])[][] = [];
	let room = 0;
	for (const entry of boxes) {
		const size = entry[1].length + 100;
		if (size > room) {
			groups.push([]);
			room = maxBoxesBytes;
		}
		groups.at(-1)?.push(entry);
		room -= size;
	}
	return groups;
}
