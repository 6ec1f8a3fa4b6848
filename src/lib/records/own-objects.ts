/** Everything that the chain says this account has written on clouds, brought to another cloud. */
import type { CID } from 'multiformats/cid';
import { zeroHash, type Address, type ChainEvent, type Hash } from '#lib/chain/index.ts';
import { cidFromDigest, type Store } from '#lib/storage/index.ts';
import { findBlock } from './blocks.ts';
import { decodeObject } from './codec.ts';
import type { Deps } from './deps.ts';
import { headerSchema, keyBundleSchema, resealSchema, type Reseal } from './formats.ts';
import { historyOf, hospitalEntry } from './ledger.ts';
import { requireIdentity } from './act.ts';

/**
 * Copies everything of this account's that the chain names to other stores: headers with their locks, bundles, requests, directory
 * and profile. Pieces stay where their headers say. What no cloud has any more is passed over; what a new store refuses is thrown.
 */
export async function copyOwnObjects(deps: Deps, stores: readonly Store[], signal?: AbortSignal): Promise<number> {
	const { account } = requireIdentity(deps);
	const events = await historyOf(deps, account);
	const directories = await Promise.all(events.map((event) => directoryIn(deps, event, account)));
	const digests = new Set([...events.flatMap((event) => ownDigests(event, account)), ...directories.flat()]);
	let copied = 0;
	for (const digest of digests) {
		const names: CID[] = [cidFromDigest(digest)];
		for (let name = names.pop(); name; name = names.pop()) {
			const cid = name;
			const bytes = await findBlock(deps, cid, [account], signal).catch(() => null);
			if (!bytes) continue;
			await Promise.all(stores.map((store) => store.put(cid, bytes, { signal })));
			names.push(...linksOf(bytes));
			copied += 1;
		}
	}
	return copied;
}

/** Digests in an event of objects that this account wrote. */
function ownDigests(event: ChainEvent, account: Address): Hash[] {
	const found: Hash[] = [];
	switch (event.name) {
		case 'HospitalApplied':
			if (event.hospital === account) found.push(event.profileDigest);
			break;
		case 'TeamAdded':
		case 'TeamRenamed':
		case 'TeamRetired':
		case 'DirectoryChanged':
			if (event.hospital === account) found.push(event.directoryDigest);
			break;
		case 'MemberAdded':
		case 'MemberRemoved':
			if (event.hospital === account) found.push(event.directoryDigest, event.keysDigest);
			break;
		case 'AccessRequested':
			if (event.requester === account) found.push(event.detailsDigest);
			break;
		case 'AccessGranted':
		case 'AccessRevoked':
		case 'KeysDelivered':
			if (event.patient === account) found.push(event.keysDigest);
			break;
		case 'RecordAdded':
			if (event.author === account) found.push(event.headerDigest);
			break;
		case 'RecordsResealed':
			if (event.patient === account) found.push(event.locksDigest);
			break;
		default:
	}
	return found.filter((digest) => digest !== zeroHash);
}

/** The present directory of a hospital whose administrator this account became: it may be the one who wrote it. */
async function directoryIn(deps: Deps, event: ChainEvent, account: Address): Promise<Hash[]> {
	if (event.name !== 'AdministratorAdded' || event.account !== account) return [];
	const digest = (await hospitalEntry(deps, event.hospital))?.directoryDigest;
	return digest ? [digest] : [];
}

/** Objects that an object names: the locks of a header or of a reseal object, the rest of that or of a bundle. */
function linksOf(bytes: Uint8Array): CID[] {
	for (const links of [
		() => decodeObject(headerSchema, bytes).parts.map(({ lock }) => lock),
		() => decodeObject(keyBundleSchema, bytes).next ?? [],
		() => locksAndRest(decodeObject(resealSchema, bytes)),
	]) {
		try {
			return [links()].flat();
		} catch {
			continue; // not that kind of object
		}
	}
	return [];
}

function locksAndRest({ parts, next }: Reseal): CID[] {
	const locks = new Map(parts.map(({ lock }) => [lock.toString(), lock]));
	return [...locks.values(), ...(next ? [next] : [])];
}
