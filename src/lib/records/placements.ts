/**
 * Where pieces lie that were moved or adopted: a header is signed and goes on naming the first place. Noted in this browser, sealed; another
 * browser finds a piece by asking the person's clouds, since its address is the same everywhere.
 */
import type { CID } from 'multiformats/cid';
import * as v from 'valibot';
import type { Manifest } from '#lib/storage/index.ts';
import { requireIdentity } from './act.ts';
import { decodeObject, encodeObject } from './codec.ts';
import type { Deps } from './deps.ts';
import { readPrivate, writePrivate } from './private-cache.ts';

/** Names of stores by CID as text. */
export type Placements = ReadonlyMap<string, string>;

const entryName = 'placements';
const schema = v.strictObject({ v: v.literal(1), places: v.record(v.string(), v.string()) });

/** What is noted; nothing before the keyring is open. */
export async function readPlacements(deps: Deps): Promise<Placements> {
	const bytes = deps.identity && (await readPrivate(deps.cache, deps.identity, entryName));
	return new Map(bytes ? Object.entries(decodeObject(schema, bytes).places) : []);
}

/** Notes where objects lie now. */
export async function notePlacements(deps: Deps, places: readonly { cid: CID; store: string }[]): Promise<void> {
	if (places.length === 0) return;
	const known = await readPlacements(deps);
	const all = new Map([...known, ...places.map(({ cid, store }) => [cid.toString(), store] as const)]);
	const value = encodeObject({ v: 1, places: Object.fromEntries(all) });
	await writePrivate(deps.cache, requireIdentity(deps), entryName, value);
}

/** The manifest with each piece where it lies now. */
export function placed(manifest: Manifest, places: Placements): Manifest {
	const pieces = manifest.pieces.map((piece) => ({ ...piece, store: places.get(piece.cid.toString()) ?? piece.store }));
	return { ...manifest, pieces };
}
