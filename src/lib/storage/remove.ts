/**
 * Taking objects off clouds, and writing down what each cloud answered. That an object is gone is believed only when it is asked for
 * once more and not found. More than that nobody can promise: a provider may keep what it says it removed.
 */

import type { CID } from 'multiformats/cid';
import { asAppError, type ErrorCode } from '#lib/errors.ts';
import { codecs, rawTwin } from '#lib/storage/cid.ts';
import { nodesOf } from '#lib/storage/copy.ts';
import type { Store, StoreOptions } from '#lib/storage/store.ts';

/**
 * `removed`: it was there and is not any more; `absent`: it was not there; `refused`: the cloud said no, or still gives it; `cannot`: nothing
 * can be removed there with what this browser has; `unreachable`: no answer.
 */
export type RemovalAnswer = 'removed' | 'absent' | 'refused' | 'cannot' | 'unreachable';

export interface Removal {
	/** The store's name. */
	store: string;
	/** The object's address, as text. */
	object: string;
	answer: RemovalAnswer;
	/** Why it was not removed. */
	code: ErrorCode | null;
}

const silent: readonly ErrorCode[] = ['storage.unreachable', 'storage.stalled', 'storage.busy'];

/** Removes an object and the nodes of its tree from one store. Throws only `general.cancelled`. */
export async function removeObject(store: Store, cid: CID, { signal }: StoreOptions = {}): Promise<Removal> {
	const removal = { store: store.name, object: String(cid) };
	if (!store.capabilities.remove) return { ...removal, answer: 'cannot', code: 'storage.unauthorised' };
	try {
		const twins = await twinsOf(store, cid, signal);
		const there = (await store.stat(cid, { signal })) !== null;
		if (!there && twins.length === 0) return { ...removal, answer: 'absent', code: null };
		// The root's node goes last: with it the others can still be found, should this be broken off.
		for (const name of [cid, ...twins.toReversed()]) await store.remove(name, { signal });
		for (const name of [cid, ...twins]) {
			if (await store.stat(name, { signal })) return { ...removal, answer: 'refused', code: null };
		}
		return { ...removal, answer: 'removed', code: null };
	} catch (cause) {
		const error = asAppError(cause, 'storage.unreachable');
		if (error.code === 'general.cancelled') throw error;
		return { ...removal, answer: silent.includes(error.code) ? 'unreachable' : 'refused', code: error.code };
	}
}

/** Names of the nodes that lie beside a file; where it has lost some of them, that of the root. */
async function twinsOf(store: Store, cid: CID, signal: AbortSignal | undefined): Promise<CID[]> {
	if (cid.code !== codecs['dag-pb']) return [];
	try {
		return (await nodesOf(cid, [store], signal)).map((node) => rawTwin(node.cid));
	} catch (error) {
		const { code } = asAppError(error);
		if (code !== 'storage.not-found' && code !== 'storage.corrupt') throw error;
		return (await store.stat(rawTwin(cid), { signal })) ? [rawTwin(cid)] : [];
	}
}
