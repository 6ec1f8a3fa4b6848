/**
 * A reader's attribute keys: found by the events that name the reader, opened from their bundles, checked against the public
 * key of who issued them, and remembered. Whoever was removed keeps the keys of earlier epochs; those of later ones are never
 * in a box for them.
 */
import { zeroHash, type Address, type ChainEvent, type Hash } from '#lib/chain/index.ts';
import { formatAttribute } from '#lib/crypto/abe/index.ts';
import { openKeyBundle } from './bundles.ts';
import type { Deps } from './deps.ts';
import type { KeyDelivery } from './formats.ts';
import { authorityKey, historyOf } from './ledger.ts';
import { attributesOf, isPatientAttribute, type Attribute } from './policy.ts';
import { requireIdentity } from './act.ts';
import { readPrivate, writePrivate } from './private-cache.ts';

/** An event with a bundle that may hold keys for someone. */
export interface BundleEvent {
	from: Address;
	epoch: number;
	digest: Hash;
	/** All epochs up to `epoch`, for one newly admitted or given again; else only the new one, for those who stay. */
	allEpochs: boolean;
}

/** How many epochs back an older key is looked for: enough to tell that there was one. */
const olderEpochs = 8;

/**
 * The keys that `me` holds of the attributes in a policy, by attribute. Instead of one that cannot be had there is the newest of an
 * older epoch, under its own attribute, which opens nothing but tells why; where there is none either, it is left out.
 */
export async function keysFor(deps: Deps, policy: string, me: Address): Promise<Map<string, Uint8Array>> {
	const found = await Promise.all(
		attributesOf(policy).map(async (attribute) => {
			for (let { epoch } = attribute; epoch >= Math.max(0, attribute.epoch - olderEpochs); epoch--) {
				const held = { ...attribute, epoch };
				const key = await keyFor(deps, held, me);
				if (key) return [[formatAttribute(held), key]] as const;
			}
			return [];
		}),
	);
	return new Map(found.flat());
}

async function keyFor(deps: Deps, attribute: Attribute, me: Address): Promise<Uint8Array | null> {
	const identity = requireIdentity(deps);
	const text = formatAttribute(attribute);
	const name = `key/${me}/${text}`;
	return deps.memo.once(`chain/${name}`, async () => {
		const remembered = await readPrivate(deps.cache, identity, name);
		if (remembered) return remembered;
		const key = await receiveKey(deps, attribute, text, me);
		if (key) await writePrivate(deps.cache, identity, name, key);
		return key;
	});
}

async function receiveKey(deps: Deps, attribute: Attribute, text: string, me: Address): Promise<Uint8Array | null> {
	const { name, epoch, authority } = attribute;
	const publicKey = await authorityKey(deps, authority, isPatientAttribute(name) ? 'patient' : 'hospital');
	const problems: unknown[] = [];
	for (const bundle of await bundlesFor(deps, attribute, me)) {
		if (bundle.allEpochs ? bundle.epoch < epoch : bundle.epoch !== epoch) continue;
		try {
			const key = (await openKeyBundle(deps, { ...bundle, me }))?.keys[text];
			if (!key) continue;
			const verified = await deps.engine.verifiedKeys(publicKey, { gid: me, keys: new Map([[text, key]]) });
			if (verified.has(text)) return key;
		} catch (error) {
			problems.push(error); // the same key may be in another bundle
		}
	}
	if (problems.length > 0) throw problems[0];
	return null;
}

/** The bundles in which a key of this authority may be, the latest first. */
async function bundlesFor(deps: Deps, { name, authority }: Attribute, me: Address): Promise<BundleEvent[]> {
	const events = await historyOf(deps, authority);
	return isPatientAttribute(name) ? grantBundles(events, authority, me) : memberBundles(events, authority, me);
}

/** Bundles of a patient for a grantee, the latest first. */
export function grantBundles(events: readonly ChainEvent[], patient: Address, grantee: Address): BundleEvent[] {
	const bundles = events.flatMap((event): BundleEvent[] => {
		if (event.name !== 'AccessGranted' && event.name !== 'KeysDelivered' && event.name !== 'AccessRevoked') return [];
		const allEpochs = event.name !== 'AccessRevoked';
		if (event.patient !== patient || event.keysDigest === zeroHash) return [];
		if (allEpochs && event.grantee !== grantee) return [];
		return [{ from: patient, epoch: event.epoch, digest: event.keysDigest, allEpochs }];
	});
	return bundles.reverse();
}

/** Bundles of a hospital for a member, the latest first. */
export function memberBundles(events: readonly ChainEvent[], hospital: Address, member: Address): BundleEvent[] {
	let epoch = 0;
	const bundles = events.flatMap((event): BundleEvent[] => {
		if (event.name !== 'MemberAdded' && event.name !== 'MemberRemoved') return [];
		if (event.hospital !== hospital) return [];
		if (event.name === 'MemberRemoved') epoch = event.epoch;
		const added = event.name === 'MemberAdded' && event.member === member;
		if (event.keysDigest === zeroHash || (event.name === 'MemberAdded' && !added)) return [];
		return [{ from: hospital, epoch, digest: event.keysDigest, allEpochs: added }];
	});
	return bundles.reverse();
}

/** What the latest grant of a patient to someone said, as far as `me`, one of the two, can open it; null where not. */
export async function openGrant(
	deps: Deps,
	grant: { patient: Address; epoch: number; keysDigest: Hash },
	me: Address,
): Promise<KeyDelivery | null> {
	const { patient: from, epoch, keysDigest: digest } = grant;
	return deps.memo.once(`grant/${digest}/${me}`, () => openKeyBundle(deps, { from, epoch, digest, me }));
}
