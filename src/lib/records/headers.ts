/**
 * Headers: what a record is made of. The chain holds a header's digest in its author's transaction, so a header that is found
 * under that digest, and says of itself what the chain says of it, is the author's word, unchanged.
 */

import { recordRoot } from '#lib/audit/tree/index.ts';
import { toHex } from '#lib/bytes.ts';
import {
	bind,
	deriveKey,
	domains,
	openSmall,
	randomBytes,
	randomKey,
	sealSmall,
	unwrapKey,
	wrapKey,
} from '#lib/crypto/index.ts';
import { recordIdOf, type Hash } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import type { Manifest } from '#lib/storage/index.ts';
import { findObject } from './blocks.ts';
import { decodeObject, encodeObject } from './codec.ts';
import type { Deps } from './deps.ts';
import { headerSchema, labelSchema, type Header, type HeaderPart } from './formats.ts';
import type { OpenedLock } from './locks.ts';
import { keepersOf, type RecordEvent } from './record-events.ts';
import type { PartLabel } from './record-types.ts';

/** A part whose pieces are on the clouds, before its header is made. */
export interface SpreadPart {
	name: string;
	key: Uint8Array;
	label: PartLabel;
	manifest: Manifest;
}

type HeaderPlace = Pick<Header, 'patient' | 'author' | 'hospital' | 'amends'>;

/** Makes a header: each part's key wrapped under its lock, its label sealed under its key. */
export async function sealHeader(
	place: HeaderPlace,
	parts: readonly (SpreadPart & { lock: OpenedLock })[],
): Promise<Header> {
	const salt = randomBytes(16);
	const sealPart = async ({ name, key, label, manifest, lock }: (typeof parts)[number], index: number) => {
		const context = (tag: PartTag) => partContext(tag, { ...place, salt }, { name, index });
		return {
			name,
			lock: lock.cid,
			wrap: await wrapKey(lock.key, key, context('partWrap')),
			label: await sealSmall(await labelKey(key), encodeObject(label), context('partLabel')),
			manifest,
		};
	};
	return { v: 1, ...place, salt, parts: await Promise.all(parts.map(sealPart)) };
}

/**
 * The header of a record, if it is what the chain says. Throws `records.invalid-header` for one of another record, truncated,
 * of another form, or with other pieces than the chain's audit root is of, and as `findObject` where no cloud gives it.
 */
export async function findHeader(deps: Deps, record: RecordEvent, signal?: AbortSignal): Promise<Header> {
	const { patient, author, hospital, headerDigest, auditRoot, amends, recordId } = record;
	const header = await findObject(deps, headerSchema, headerDigest, keepersOf(record), { signal });
	const same =
		header.patient === patient &&
		header.author === author &&
		header.hospital === hospital &&
		header.amends === amends &&
		recordIdOf({ patient, author, headerDigest, auditRoot }) === recordId;
	if (!same) throw new AppError('records.invalid-header', 'The header is of another record.');
	if ((await auditRootOf(header.parts)) !== auditRoot)
		throw new AppError('records.invalid-header', 'The audit root on the chain is not that of the pieces.');
	return header;
}

/** The root over all pieces of a record, as the chain holds it. */
export async function auditRootOf(parts: readonly Pick<HeaderPart, 'manifest'>[]): Promise<Hash> {
	return toHex(await recordRoot(parts.flatMap(({ manifest }) => manifest.pieces.map(({ audit }) => audit))));
}

/** The key of a part, with the key of a lock that it is wrapped under. Throws `crypto.wrong-key` where it is of another part or place. */
export function openPartKey(
	header: Header,
	index: number,
	{ lockKey, wrap }: { lockKey: Uint8Array; wrap: Uint8Array },
): Promise<Uint8Array> {
	const { name } = partAt(header, index);
	return unwrapKey(lockKey, wrap, partContext('partWrap', header, { name, index }));
}

/** The key of a part, wrapped under the key of another lock. */
export function wrapPartKey(header: Header, index: number, lockKey: Uint8Array, key: Uint8Array): Promise<Uint8Array> {
	const { name } = partAt(header, index);
	return wrapKey(lockKey, key, partContext('partWrap', header, { name, index }));
}

/** The label of a part. Throws `crypto.wrong-key`, `crypto.corrupt`, `records.invalid-header`. */
export async function openLabel(header: Header, index: number, partKey: Uint8Array): Promise<PartLabel> {
	const part = partAt(header, index);
	const context = partContext('partLabel', header, { name: part.name, index });
	return decodeObject(labelSchema, await openSmall(await labelKey(partKey), part.label, context));
}

/** The part at a position. Throws `records.invalid-input`. */
export function partAt(header: Header, index: number): HeaderPart {
	const part = header.parts[index];
	if (!part) throw new AppError('records.invalid-input', 'The record has no such part.');
	return part;
}

/** A fresh key for a part. */
export const newPartKey = randomKey;

type PartTag = 'partWrap' | 'partLabel';

function partContext(
	tag: PartTag,
	{ patient, author, salt }: Pick<Header, 'patient' | 'author' | 'salt'>,
	{ name, index }: { name: string; index: number },
): Uint8Array {
	return bind(domains[tag], patient, author, salt, name, index);
}

function labelKey(partKey: Uint8Array): Promise<Uint8Array> {
	return deriveKey(partKey, domains.partLabel);
}
