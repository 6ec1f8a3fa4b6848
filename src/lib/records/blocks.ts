/**
 * Objects on the clouds: saved where this account writes, found where their writer says on chain, checked against the CID
 * on the way. What was verified once is kept in the cache, as it can never change.
 *
 * A cloud that did not take an object is noted in `pending.ts`, which tries again later.
 */
import type { CID } from 'multiformats/cid';
import type * as v from 'valibot';
import type { Address, Hash } from '#lib/chain/index.ts';
import { AppError, type ErrorCode } from '#lib/errors.ts';
import {
	cidFromDigest,
	cidOfBlock,
	connectStore,
	digestOf,
	getBlock,
	nameOf,
	publicStore,
	putBlock,
	type Store,
	type StoreConfig,
} from '#lib/storage/index.ts';
import { decodeObject, encodeObject } from './codec.ts';
import type { Deps } from './deps.ts';
import type { StoreProblem } from './engine.ts';
import { publishedKeys } from './ledger.ts';
import { notePendingBlock } from './pending.ts';

export interface SavedObject {
	cid: CID;
	/** As the chain stores it. */
	digest: Hash;
	bytes: number;
	saved: string[];
	failed: StoreProblem[];
}

export interface FindOptions {
	signal?: AbortSignal | undefined;
	/** The code for an object that is not as its schema says. */
	code?: ErrorCode;
}

/**
 * Saves an object on the clouds of this account. Throws `storage.no-clouds`, `storage.too-few`, `storage.none-saved`, and
 * `records.too-large`.
 */
export async function saveObject(deps: Deps, value: unknown, signal?: AbortSignal): Promise<SavedObject> {
	const bytes = encodeObject(value);
	const { cid, saved, failed } = await putBlock(deps.configs.map(connectStore), bytes, { signal });
	await deps.cache.set(blockName(cid), bytes);
	const problems = failed.map(({ store, error }) => ({ store, code: error.code }));
	if (problems.length > 0) await notePendingBlock(deps, { cid, missing: problems.map(({ store }) => store) });
	return { cid, digest: digestOf(cid), bytes: bytes.length, saved, failed: problems };
}

/** The digest that an object would have, without saving it. */
export async function digestOfObject(value: unknown): Promise<Hash> {
	return digestOf(await cidOfBlock(encodeObject(value)));
}

/**
 * An object by its CID or digest, from the clouds of those who may have written it. Throws `storage.not-found`,
 * `storage.unreachable`, `storage.corrupt` where no cloud gives the right bytes, and `code` (`records.invalid-header`).
 */
export async function findObject<Schema extends v.GenericSchema>(
	deps: Deps,
	schema: Schema,
	name: CID | Hash,
	writers: readonly Address[],
	{ signal, code }: FindOptions = {},
): Promise<v.InferOutput<Schema>> {
	const cid = typeof name === 'string' ? cidFromDigest(name) : name;
	const bytes = await findBlock(deps, cid, writers, signal);
	return decodeObject(schema, bytes, code);
}

/** The verified bytes of a block. Throws as `findObject`. */
export async function findBlock(
	deps: Deps,
	cid: CID,
	writers: readonly Address[],
	signal?: AbortSignal,
): Promise<Uint8Array> {
	const cached = await deps.cache.get(blockName(cid));
	if (cached) return cached;
	const find = async () => {
		const bytes = await getBlock(await storesOf(deps, writers), cid, { signal });
		await deps.cache.set(blockName(cid), bytes);
		return bytes;
	};
	// A question that one caller may cancel is not shared with others.
	return signal ? find() : deps.memo.once(blockName(cid), find);
}

/** Base URLs at which others find what these clouds hold. */
export function publicBases(configs: readonly StoreConfig[]): string[] {
	return configs.filter((config) => config.kind !== 'http' && connectStore(config).capabilities.shared).map(nameOf);
}

/** Public addresses that these accounts have published: where what they wrote, adopted or moved may lie. */
export async function publishedBases(deps: Deps, accounts: readonly Address[]): Promise<string[]> {
	const published = await Promise.all(accounts.map((account) => publishedKeys(deps, account)));
	return [...new Set(published.flatMap((keys) => keys?.clouds ?? []))];
}

/** The present account's own clouds first, where it is one of the writers: they answer even before anything is on chain. */
async function storesOf(deps: Deps, writers: readonly Address[]): Promise<Store[]> {
	const own = deps.account && writers.includes(deps.account) ? deps.configs.map(connectStore) : [];
	const names = new Set(await publishedBases(deps, writers));
	for (const store of own) names.delete(store.name);
	const others = [...names].flatMap((name) => {
		try {
			return [publicStore(name)];
		} catch (error) {
			if (error instanceof AppError) return []; // a published text that is no address
			throw error;
		}
	});
	return [...own, ...others];
}

/** Forgets what this browser keeps of an object. */
export function forgetBlock(deps: Deps, cid: CID): Promise<void> {
	deps.memo.forget(blockName(cid));
	return deps.cache.delete(blockName(cid));
}

function blockName(cid: CID): string {
	return `block/${cid.toString()}`;
}
