/**
 * The slow work behind one door: pairings, sealed boxes, and whole files sealed and spread or gathered and opened.
 *
 * All arguments and results are plain data (bytes, strings, Blobs, maps), so that the same functions run in the app's one
 * worker (`worker.ts`, opened by `engine-client.ts`) and, in Node, right here. Secret keys pass through and are not kept,
 * except authorities, which are dear to set up and are remembered as long as the worker lives.
 */
import type { CID } from 'multiformats/cid';
import {
	createAuthority,
	decapsulate,
	encapsulate,
	issueKey,
	loadBackend,
	proveAuthority,
	verifyAuthority,
	verifyKey,
	type Backend,
} from '#lib/crypto/abe/index.ts';
import { deriveKeys, openSealed, sealTo, type Keys } from '#lib/crypto/index.ts';
import type { Address } from '#lib/chain/index.ts';
import type { AppError } from '#lib/errors.ts';
import {
	blobOfStream,
	connectStore,
	gather,
	gatherRange,
	publicStore,
	readCid,
	removeObject,
	repair,
	sharedRanking,
	type Manifest,
	type Progress,
	type Removal,
	type Speed,
	type Store,
	type StoreConfig,
} from '#lib/storage/index.ts';
import { memoryCache, type Cache } from './cache.ts';
import { notesIn } from './engine-notes.ts';
import { createSpreadEngine, outcomes, type SpreadEngine } from './engine-spread.ts';

/** What went wrong at one store. */
export interface StoreProblem {
	store: string;
	code: AppError['code'];
}

export interface WorkOptions {
	signal?: AbortSignal | undefined;
	onProgress?: ((progress: Progress) => void) | undefined;
}

export interface Gathered {
	blob: Blob;
	sources: string[];
	problems: StoreProblem[];
}

/** A part on the clouds. */
export interface FileOrder {
	/** It names places; those that are public are asked. */
	manifest: Manifest;
	/** The person's own clouds, which may need credentials. */
	clouds: readonly StoreConfig[];
	/** Public addresses where pieces may lie that were moved or adopted. */
	elsewhere: readonly string[];
	/** The part's key. */
	key: Uint8Array;
}

export interface Engine extends SpreadEngine {
	/**
	 * Which library does the pairings from now on; null: the engine's own choice. They make and open the same locks. Throws
	 * `crypto.no-webassembly` for one that does not run here, and then goes on as before.
	 */
	useLibrary(library: Backend | null): Promise<void>;
	/** All keys of a keyring from its root. */
	deriveKeys(root: Uint8Array): Promise<Keys>;
	/** The public key of the ABE authority that belongs to an account and a seed. */
	authorityKey(account: Address, seed: Uint8Array): Promise<Uint8Array>;
	/** That its publisher has the secret of the authority, in a context. */
	authorityProof(account: Address, seed: Uint8Array, context: Uint8Array): Promise<Uint8Array>;
	/** Whether a proof holds for a public key and a context. */
	provesAuthority(publicKey: Uint8Array, claim: { proof: Uint8Array; context: Uint8Array }): Promise<boolean>;
	/** A key for `gid` for each attribute, by attribute. */
	issueKeys(
		account: Address,
		seed: Uint8Array,
		order: { gid: string; attributes: readonly string[] },
	): Promise<Map<string, Uint8Array>>;
	/** Those of `keys` that the authority did issue to `gid`. */
	verifiedKeys(
		publicKey: Uint8Array,
		delivery: { gid: string; keys: Map<string, Uint8Array> },
	): Promise<Map<string, Uint8Array>>;
	encapsulate(order: {
		policy: string;
		authorities: Map<Address, Uint8Array>;
		context: Uint8Array;
	}): Promise<{ key: Uint8Array; capsule: Uint8Array }>;
	decapsulate(order: {
		capsule: Uint8Array;
		gid: string;
		keys: Map<string, Uint8Array>;
		context: Uint8Array;
	}): Promise<Uint8Array>;
	sealTo(publicKey: Uint8Array, plaintext: Uint8Array, info: Uint8Array): Promise<Uint8Array>;
	openSealed(secretKey: Uint8Array, box: Uint8Array, info: Uint8Array): Promise<Uint8Array>;
	/** A part's bytes from `start` on, from whichever clouds have them. */
	gatherFile(order: FileOrder & { start?: number }, options?: WorkOptions): Promise<Gathered>;
	/** Some of a part's bytes, from `start` to before `end`; only what holds them is fetched. */
	gatherRange(order: FileOrder & { start: number; end: number }, options?: WorkOptions): Promise<Uint8Array>;
	/**
	 * Puts missing pieces back, and wrong ones where every byte is looked at (`deep`); the manifest stays as it is. What cannot go back to
	 * its place is put on another of the person's clouds, where that is wanted (`relocate`).
	 */
	repairFile(
		order: FileOrder & { deep?: boolean; relocate?: boolean },
		options?: WorkOptions,
	): Promise<{ saved: string[]; failed: StoreProblem[] }>;
	/** What it learnt of the speed of these clouds, to be kept. */
	speedsOf(names: readonly string[]): Promise<Record<string, Speed>>;
	/** Goes on from what was kept of the clouds' speed, whatever that is. */
	recallSpeeds(kept: unknown): Promise<void>;
	/** Takes objects off the person's clouds; what each of them, and each of the other places, answered. */
	removeObjects(order: {
		objects: readonly CID[];
		clouds: readonly StoreConfig[];
		others: readonly string[];
	}): Promise<Removal[]>;
}

/** An engine in this thread. `collect` makes the Blob of an opened file; Node may put it on disk. `notes` keeps how far uploads have come. */
export function createEngine(
	collect: (stream: ReadableStream<Uint8Array>, size: number) => Promise<Blob> = blobOfStream,
	notes: Cache = memoryCache(),
): Engine {
	let backend: Backend | undefined;
	const authorities = new Map<string, ReturnType<typeof createAuthority>>();
	const authority = (account: Address, seed: Uint8Array) => {
		const name = `${account} ${seed.join()}`;
		const made = authorities.get(name) ?? createAuthority(account, seed, { backend });
		authorities.set(name, made);
		return made;
	};

	return {
		...createSpreadEngine(notes),
		deriveKeys,
		async useLibrary(library) {
			if (library) await loadBackend(library);
			backend = library ?? undefined;
		},
		encapsulate: (order) => encapsulate({ ...order, backend }),
		decapsulate: (order) => decapsulate({ ...order, backend }),
		sealTo,
		openSealed,
		authorityKey: async (account, seed) => (await authority(account, seed)).publicKey,
		authorityProof: async (account, seed, context) =>
			proveAuthority((await authority(account, seed)).secretKey, { context, backend }),
		provesAuthority: (publicKey, claim) => verifyAuthority(publicKey, { ...claim, backend }),
		async issueKeys(account, seed, { gid, attributes }) {
			const { secretKey } = await authority(account, seed);
			const keys = new Map<string, Uint8Array>();
			for (const attribute of attributes) keys.set(attribute, await issueKey(secretKey, { gid, attribute, backend }));
			return keys;
		},
		async verifiedKeys(publicKey, { gid, keys }) {
			const verified = new Map<string, Uint8Array>();
			for (const [attribute, key] of keys) {
				if (await verifyKey(publicKey, { gid, attribute, key, backend })) verified.set(attribute, key);
			}
			return verified;
		},
		async gatherFile(order, { signal, onProgress } = {}) {
			const { manifest, key, start = 0 } = order;
			const { saved: sources, failed: problems, onSaved: onSource, onFailure: onProblem } = outcomes();
			const stores = storesOf(order);
			const stream = await gather(manifest, { stores, key, start, signal, onProgress, onSource, onProblem });
			return { blob: await collect(stream, manifest.size - start), sources, problems };
		},
		gatherRange({ start, end, ...order }, { signal, onProgress } = {}) {
			const { manifest, key } = order;
			return gatherRange(manifest, { stores: storesOf(order), key, start, end, signal, onProgress });
		},
		async repairFile(order, options = {}) {
			const { saved, failed, onSaved, onFailure } = outcomes();
			const { manifest, key, deep, relocate } = order;
			const tools = { ...options, resume: notesIn(notes), onSaved, onFailure };
			await repair(manifest, { stores: storesOf(order), key, deep, relocate, ...tools });
			return { saved, failed };
		},
		speedsOf(names) {
			const speeds = Object.entries(sharedRanking.toJSON()).filter(([name]) => names.includes(name));
			return Promise.resolve(Object.fromEntries(speeds));
		},
		recallSpeeds(kept) {
			sharedRanking.recall(kept);
			return Promise.resolve();
		},
		async removeObjects({ objects, clouds, others }) {
			const stores = [...clouds.map(connectStore), ...others.flatMap(publicStoreOrNone)];
			const removals = stores.map(async (store) => {
				const answers: Removal[] = [];
				// Addresses from another thread came as plain objects.
				for (const cid of objects) answers.push(await removeObject(store, readCid(cid)));
				return answers;
			});
			return (await Promise.all(removals)).flat();
		},
	};
}

/** The engine of Node, where the work is done in this thread. */
export const engine = createEngine();

/** The person's own clouds, those that the manifest names, and those where else its pieces may be. */
function storesOf({ manifest, clouds, elsewhere }: Omit<FileOrder, 'key'>): Store[] {
	const own = clouds.map(connectStore);
	const known = new Set(own.map((store) => store.name));
	const others = [...manifest.pieces.map((piece) => piece.store), ...elsewhere].filter((name) => !known.has(name));
	return [...own, ...[...new Set(others)].flatMap(publicStoreOrNone)];
}

/** A place only its writer can reach (`opfs:…`, `memory:…`) is no public address; the other copies serve. */
function publicStoreOrNone(name: string): Store[] {
	try {
		return [publicStore(name)];
	} catch {
		return [];
	}
}
