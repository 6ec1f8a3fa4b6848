/**
 * What is still to be done on clouds: pieces that one did not take yet, which are brought until every cloud that a record names has its
 * own, files whose upload stopped, and objects that one did not take away. Noted in this browser, sealed under the local key. Nothing here is needed to open a record.
 */
import { CID } from 'multiformats/cid';
import * as v from 'valibot';
import type { Hash } from '#lib/chain/index.ts';
import { manifestSchema, type Manifest } from '#lib/storage/index.ts';
import { decodeObject, encodeObject } from './codec.ts';
import type { Deps } from './deps.ts';
import { nameOfNotes } from './engine-notes.ts';
import { addressSchema, hashSchema, labelSchema } from './formats.ts';
import { documentInput } from './inputs.ts';
import { requireIdentity } from './act.ts';
import { readPrivate, writePrivate } from './private-cache.ts';

const cidSchema = v.custom<CID>((value) => CID.asCID(value) !== null);
const textsSchema = v.array(v.string());

const pendingSchema = v.strictObject({
	v: v.literal(1),
	/** Small objects: headers, locks, bundles. */
	blocks: v.array(v.strictObject({ cid: cidSchema, missing: textsSchema })),
	/** Pieces of parts. */
	parts: v.array(
		v.strictObject({
			recordId: hashSchema,
			key: v.instance(Uint8Array<ArrayBufferLike>),
			manifest: v.pipe(
				manifestSchema,
				v.transform((manifest): Manifest => manifest),
			),
			missing: textsSchema,
		}),
	),
	/** Objects that nothing names. */
	leftovers: v.array(v.strictObject({ store: v.string(), cid: cidSchema })),
	/** Records that are on the clouds, and of which the wallet was asked. */
	placed: v.optional(
		v.array(
			v.strictObject({
				patient: addressSchema,
				author: addressSchema,
				hospital: v.nullable(addressSchema),
				amends: v.nullable(hashSchema),
				headerDigest: hashSchema,
				auditRoot: hashSchema,
				epoch: v.number(),
				/** When it was asked, in milliseconds since 1970. */
				at: v.number(),
				parts: v.array(
					v.strictObject({
						name: v.string(),
						label: labelSchema,
						policy: documentInput.entries.policy,
						key: v.instance(Uint8Array<ArrayBufferLike>),
						manifest: v.pipe(
							manifestSchema,
							v.transform((manifest): Manifest => manifest),
						),
					}),
				),
			}),
		),
		[],
	),
	/** Documents that were begun to be sent, and are not on chain. */
	unfinished: v.optional(
		v.array(
			v.strictObject({
				id: v.string(),
				document: documentInput,
				fileName: v.string(),
				/** Bytes. */
				size: v.number(),
				/** The part's key, 32 bytes: for this very file and no other. */
				key: v.instance(Uint8Array<ArrayBufferLike>),
				k: v.number(),
				n: v.number(),
				pieces: v.array(v.strictObject({ store: v.string(), cid: v.string(), objects: textsSchema })),
			}),
		),
		[],
	),
});
export type Pending = v.InferOutput<typeof pendingSchema>;
export type PendingPart = Pending['parts'][number];

const entryName = 'pending';

/** Notes that clouds still lack an object. Before the keyring is open there is nowhere to note it. */
export async function notePendingBlock(deps: Deps, block: Pending['blocks'][number]): Promise<void> {
	if (deps.identity) await updatePending(deps, (pending) => ({ ...pending, blocks: [...pending.blocks, block] }));
}

/** Notes that clouds still lack their piece of a part. */
export async function notePendingPart(deps: Deps, part: PendingPart): Promise<void> {
	await updatePending(deps, (pending) => ({ ...pending, parts: [...pending.parts, part] }));
}

/** Notes which clouds took their piece of a part after all. */
export async function settlePendingPart(deps: Deps, part: PendingPart, saved: readonly string[]): Promise<void> {
	const name = nameOfPart(part);
	await updatePending(deps, ({ parts, ...rest }) => ({
		...rest,
		parts: parts
			.map((one) =>
				nameOfPart(one) === name ? { ...one, missing: one.missing.filter((store) => !saved.includes(store)) } : one,
			)
			.filter(({ missing }) => missing.length > 0),
	}));
}

/** Names of the clouds that still lack something of each record. */
export async function pendingByRecord(deps: Deps): Promise<Map<Hash, string[]>> {
	const { parts } = await readPending(deps);
	const missing = new Map<Hash, Set<string>>();
	for (const part of parts) {
		const stores = missing.get(part.recordId) ?? new Set();
		part.missing.forEach((store) => stores.add(store));
		missing.set(part.recordId, stores);
	}
	return new Map([...missing].map(([recordId, stores]) => [recordId, [...stores].sort()]));
}

/** Forgets what was still to be saved of a record: it was erased. */
export async function dropPending(deps: Deps, recordId: Hash): Promise<void> {
	const gone = (await readPending(deps)).parts.filter((part) => part.recordId === recordId);
	await updatePending(deps, ({ parts, ...rest }) => ({
		...rest,
		parts: parts.filter((part) => part.recordId !== recordId),
	}));
	// What was half sent is not gone on with: it may be cleared.
	for (const { cid, proofs, store } of gone.flatMap(({ manifest }) => manifest.pieces))
		for (const object of [cid, proofs]) await deps.cache.delete(await nameOfNotes(store, object));
}

/** All that is noted. */
export async function readPending(deps: Deps): Promise<Pending> {
	const bytes = deps.identity && (await readPrivate(deps.cache, deps.identity, entryName));
	return bytes
		? decodeObject(pendingSchema, bytes)
		: { v: 1, blocks: [], parts: [], leftovers: [], placed: [], unfinished: [] };
}

/** Changes are made one after another, so that two uploads at once lose nothing of each other's; those of other tabs wait as well. */
let lastUpdate: Promise<unknown> = Promise.resolve();

/** Changes what is noted. */
export function updatePending(deps: Deps, change: (pending: Pending) => Pending): Promise<void> {
	const next = lastUpdate.then(() =>
		alone(async () => {
			const changed = encodeObject(change(await readPending(deps)));
			await writePrivate(deps.cache, requireIdentity(deps), entryName, changed);
		}),
	);
	lastUpdate = next.catch(() => undefined);
	return next;
}

/** Does the work while no other tab does (https://w3c.github.io/web-locks/). */
async function alone(work: () => Promise<void>): Promise<void> {
	const locks = (globalThis.navigator as Navigator | undefined)?.locks;
	await (locks ? locks.request('amana-pending', work) : work());
}

/** Tells the parts that are noted apart. */
export function nameOfPart({ recordId, manifest }: PendingPart): string {
	return `${recordId}/${manifest.pieces.map(({ cid }) => cid.toString()).join()}`;
}
