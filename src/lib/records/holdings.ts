/**
 * What lies where: the records that a patient has, or that a hospital's members added, and the clouds that each one's header names.
 * Headers are public, so it takes no key to see this; what a record is about is not in it.
 */
import type { CID } from 'multiformats/cid';
import type { Address, Hash } from '#lib/chain/index.ts';
import { asAppError, type ErrorCode } from '#lib/errors.ts';
import { cidFromDigest, pieceBytes, type Manifest } from '#lib/storage/index.ts';
import type { Deps } from './deps.ts';
import { findHeader } from './headers.ts';
import { askAnew, historyOf } from './ledger.ts';
import { placed, readPlacements, type Placements } from './placements.ts';
import { findRecordEvent, recordEvents, type RecordEvent } from './record-events.ts';

/** A record that is not erased, and the pieces of its parts. */
export interface Holding {
	recordId: Hash;
	patient: Address;
	/** null: the patient's own. */
	hospital: Address | null;
	/** Milliseconds since 1970. */
	addedAt: number;
	/** In the order of the header, each piece where it lies now; none where the header was not found. */
	parts: Manifest[];
	/** The header and its locks, which lie on every cloud of their writer. */
	blocks: CID[];
	/** Why there is no header: `storage.…`, `records.invalid-header`. */
	problem: ErrorCode | null;
}

/** What one cloud is to hold. */
export interface CloudShare {
	/** As manifests name it. */
	store: string;
	records: number;
	pieces: number;
	/** Sealed bytes of these pieces. */
	bytes: number;
}

/**
 * All records of a patient, or those that a hospital's members added, the latest first. Throws `chain.unreachable`; that no
 * cloud has a header is said with the record.
 */
export async function listHoldings(
	deps: Deps,
	of: { patient: Address } | { hospital: Address },
	signal?: AbortSignal,
): Promise<Holding[]> {
	askAnew(deps);
	const events = 'patient' in of ? await recordEvents(deps, of.patient) : await addedBy(deps, of.hospital);
	const places = await readPlacements(deps);
	const standing = events.filter(({ erased }) => !erased);
	return Promise.all(standing.map((event) => holdingOf(deps, { event, places }, signal)));
}

/** One record's. Throws `chain.not-found`, `chain.unreachable`; that no cloud has the header is said with it. */
export async function readHolding(
	deps: Deps,
	{ patient, recordId }: { patient: Address; recordId: Hash },
	signal?: AbortSignal,
): Promise<Holding> {
	askAnew(deps);
	const event = await findRecordEvent(deps, { patient, recordId });
	return holdingOf(deps, { event, places: await readPlacements(deps) }, signal);
}

/** What each cloud is to hold of these records, the fullest first. */
export function sharesOf(holdings: readonly Holding[]): CloudShare[] {
	const shares = new Map<string, CloudShare & { ids: Set<Hash> }>();
	for (const { recordId, parts } of holdings) {
		for (const manifest of parts) {
			for (const { store } of manifest.pieces) {
				const share = shares.get(store) ?? { store, records: 0, pieces: 0, bytes: 0, ids: new Set<Hash>() };
				share.ids.add(recordId);
				share.pieces += 1;
				share.bytes += pieceBytes(manifest);
				shares.set(store, share);
			}
		}
	}
	const counted = [...shares.values()].map(({ ids, ...share }) => ({ ...share, records: ids.size }));
	return counted.sort((a, b) => b.bytes - a.bytes || a.store.localeCompare(b.store));
}

async function holdingOf(
	deps: Deps,
	{ event, places }: { event: RecordEvent; places: Placements },
	signal?: AbortSignal,
): Promise<Holding> {
	const { recordId, patient, hospital, addedAt } = event;
	const holding = { recordId, patient, hospital, addedAt };
	try {
		const { parts } = await findHeader(deps, event, signal);
		const blocks = [cidFromDigest(event.headerDigest), ...parts.map(({ lock }) => lock)];
		return { ...holding, blocks, parts: parts.map(({ manifest }) => placed(manifest, places)), problem: null };
	} catch (cause) {
		const error = asAppError(cause, 'storage.unreachable');
		if (error.code === 'general.cancelled') throw error;
		return { ...holding, blocks: [], parts: [], problem: error.code };
	}
}

/** Through the patients who ever let the hospital add: a hospital has no pointers to records of its own. */
async function addedBy(deps: Deps, hospital: Address): Promise<RecordEvent[]> {
	const events = await historyOf(deps, hospital);
	const patients = new Set(events.flatMap((event) => (event.name === 'AddingAllowed' ? [event.patient] : [])));
	const records = (await Promise.all([...patients].map((patient) => recordEvents(deps, patient)))).flat();
	return records.filter((record) => record.hospital === hospital).sort((a, b) => b.addedAt - a.addedAt);
}
