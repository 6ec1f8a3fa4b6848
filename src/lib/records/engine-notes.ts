/**
 * How far uploads have come, noted in this browser so that another page goes on with them (`ResumeNotes`). An entry is named by a hash of
 * the store and the object and holds what the adapter needs: numbers of parts, an upload's id; no credentials, and nothing of a file.
 */
import { decode } from '@ipld/dag-cbor';
import type { CID } from 'multiformats/cid';
import { toHex, utf8 } from '#lib/bytes.ts';
import { sha256 } from '#lib/crypto/index.ts';
import type { ResumeNotes, Store } from '#lib/storage/index.ts';
import type { Cache } from './cache.ts';
import { encodeObject } from './codec.ts';

/** Notes in a cache, for any object on any store. */
export function notesIn(cache: Cache): (store: Pick<Store, 'name'>, cid: CID) => ResumeNotes {
	return (store, cid) => ({
		async load() {
			const bytes = await cache.get(await nameOfNotes(store.name, cid));
			try {
				return bytes ? decode(bytes) : null; // hostile like all else: the adapter checks its form
			} catch {
				return null;
			}
		},
		async save(state) {
			const name = await nameOfNotes(store.name, cid);
			await (state === null ? cache.delete(name) : cache.set(name, encodeObject(state)));
		},
	});
}

/** The name of the entry about an object on a store. */
export async function nameOfNotes(store: string, cid: CID): Promise<string> {
	return `upload/${toHex(await sha256(utf8(`${store} ${cid.toString()}`)))}`;
}
