/**
 * Uploads that were begun on a cloud and never finished: a page crashed, a phone died. Their parts can be read by nobody and may cost money
 * until they are taken back.
 *
 * None is touched that may still go on: those that a tab of this browser is at or has noted to go on with, those begun less than a day
 * ago, which may be under way on another device, and those of other programs.
 */
import { asAppError } from '#lib/errors.ts';
import { connectStore, inOrder, readCid, underWay, type Store, type UnfinishedUpload } from '#lib/storage/index.ts';
import type { Deps } from './deps.ts';
import { nameOfNotes } from './engine-notes.ts';
import { readPending } from './pending.ts';

const restMs = 24 * 60 * 60_000;
const listingMs = 20_000;
const callsAtOnce = 4;

/** What a cloud keeps of uploads that never ended. */
export interface AbandonedUploads {
	/** As manifests name it. */
	store: string;
	/** Those that can be taken back, and their bytes. */
	count: number;
	bytes: number;
	/** Those begun less than a day ago, by whom is not known: they are let be for now. */
	recent: number;
}

/** Of each cloud that keeps such uploads and lets them be listed. Never throws. `now` is the time in milliseconds since 1970. */
export async function listAbandoned(deps: Deps, now = Date.now()): Promise<AbandonedUploads[]> {
	const found = await Promise.all(deps.configs.map((config) => lookAt(deps, connectStore(config), now)));
	return found.flatMap((one) => (one && one.uploads.length + one.recent > 0 ? [asView(one)] : []));
}

/**
 * Takes back those of one cloud; how many and how much went. What may still go on is looked at anew before each. Throws as a store does,
 * `general.cancelled`.
 */
export async function clearAbandoned(
	deps: Deps,
	{ store: name, now = Date.now() }: { store: string; now?: number },
	{ signal }: { signal?: AbortSignal | undefined } = {},
): Promise<{ count: number; bytes: number }> {
	const cleared = { count: 0, bytes: 0 };
	for (const config of deps.configs) {
		const store = connectStore(config);
		if (store.name !== name) continue;
		for (const { bytes, ...upload } of (await abandonedAt(deps, store, { now, signal })).uploads) {
			if (await mayGoOn(deps, store, upload)) continue;
			await store.abortUnfinished?.(upload, { signal });
			cleared.count++;
			cleared.bytes += bytes;
		}
	}
	return cleared;
}

interface Abandoned {
	store: string;
	uploads: (UnfinishedUpload & { bytes: number })[];
	recent: number;
}

async function lookAt(deps: Deps, store: Store, now: number): Promise<Abandoned | null> {
	const signal = AbortSignal.timeout(listingMs);
	return abandonedAt(deps, store, { now, signal }).catch(() => null); // its health is told elsewhere
}

async function abandonedAt(
	deps: Deps,
	store: Store,
	{ now, signal }: { now: number; signal?: AbortSignal | undefined },
): Promise<Abandoned> {
	const abandoned: Abandoned = { store: store.name, uploads: [], recent: 0 };
	const listed = (await store.listUnfinished?.({ signal })) ?? [];
	const bytesOf = async (upload: UnfinishedUpload) => {
		if (!isOurs(upload) || (await mayGoOn(deps, store, upload))) return null;
		const isRecent = !(now - upload.startedAt.getTime() > restMs);
		return { upload, isRecent, bytes: isRecent ? 0 : await bytesHeld(store, upload, signal) };
	};
	for await (const one of inOrder(listed, callsAtOnce, bytesOf)) {
		if (one?.isRecent) abandoned.recent++;
		else if (one) abandoned.uploads.push({ ...one.upload, bytes: one.bytes });
	}
	return abandoned;
}

/** None where it ended meanwhile, or where the store does not say. */
async function bytesHeld(store: Store, upload: UnfinishedUpload, signal?: AbortSignal): Promise<number> {
	try {
		return (await store.unfinishedBytes?.(upload, { signal })) ?? 0;
	} catch (cause) {
		if (signal?.aborted) throw asAppError(cause);
		return 0;
	}
}

/** Named by an address, as all that Amana writes; a bucket may serve other programs too. */
function isOurs({ object }: UnfinishedUpload): boolean {
	try {
		readCid(object);
		return true;
	} catch {
		return false;
	}
}

/** Under way in a tab of this browser, or noted to be gone on with. */
async function mayGoOn(deps: Deps, { name }: Store, { object }: UnfinishedUpload): Promise<boolean> {
	const [running, { unfinished, parts }, notes] = await Promise.all([
		underWay(name),
		readPending(deps),
		nameOfNotes(name, readCid(object)).then((entry) => deps.cache.get(entry)),
	]);
	const waiting = [
		...unfinished.flatMap(({ pieces }) => pieces.flatMap(({ cid, objects }) => [cid, ...objects])),
		...parts.flatMap(({ manifest }) => manifest.pieces.flatMap(({ cid, proofs }) => [String(cid), String(proofs)])),
	];
	return running.has(object) || notes !== null || waiting.includes(object);
}

function asView({ store, uploads, recent }: Abandoned): AbandonedUploads {
	return { store, count: uploads.length, bytes: uploads.reduce((sum, { bytes }) => sum + bytes, 0), recent };
}
