/** A record, checked as far as anybody can without its keys: from its number to who wrote it, and what became of it. */
import {
	readHistory,
	readRecord,
	recordIdOf,
	zeroHash,
	type Address,
	type ChainEvent,
	type EventOf,
	type Hash,
	type RecordEntry,
} from '#lib/chain/index.ts';
import { cidFromDigest } from '#lib/storage/index.ts';
import type { Deps } from '../deps.ts';
import { addressOrNull, hospitalPerson, personView } from '../people.ts';
import { checkHeader, readHeader } from './header.ts';
import { standingAt } from './standing.ts';
import { finding, type Finding, type Verification } from './types.ts';

export interface RecordToVerify {
	recordId: Hash;
	/** Whose the link says it is. */
	patient?: Address | null;
	/** A header that somebody has as a file, with the record's digest. */
	header?: Uint8Array | undefined;
}

/** null where the chain has no such record. Throws `chain.unreachable`. */
export async function verifyRecord(
	deps: Deps,
	{ recordId, patient: said = null, header }: RecordToVerify,
): Promise<Verification | null> {
	const { recordRegistry } = deps.chain.contracts;
	const entry = await readRecord(deps.client, { registry: recordRegistry, recordId });
	if (!entry) return null;
	const { patient } = entry;
	const events = await readHistory(deps.client, deps.chain.contracts, { patient });
	const record = events.find((event) => event.name === 'RecordAdded' && event.recordId === recordId);
	const subject = { kind: 'record', recordId, patient: await personView(deps, patient) } as const;
	const first = said !== null && said !== patient ? [finding('record-other-patient')] : [];
	if (record?.name !== 'RecordAdded') {
		const findings = [...first, finding('record-event-missing', { at: entry.addedAt * 1000 })];
		return { subject, findings, facts: { record: recordId, patient }, entries: [], differences: [] };
	}
	const amends = amendedBy(events, recordId);
	const [ofHeader, ofAuthor] = await Promise.all([
		header ? givenHeader(header, record, amends).then((found) => [found]) : checkHeader(deps, record, amends),
		checkAuthor(deps, record, events),
	]);
	const findings = [
		...first,
		finding('record-known', { at: record.timestamp * 1000, block: record.blockNumber }),
		...checkEntry(record, entry),
		...ofHeader,
		...ofAuthor,
		...checkSince(record, entry, events, amends),
		finding(record.auditRoot === zeroHash ? 'audit-no-root' : 'audit-root'),
		finding('contents-sealed'),
	];
	return { subject, findings, facts: factsOf(record), entries: [], differences: [] };
}

/** The id commits to author, header and root; the registry's entry must say the same of patient, time and author. */
function checkEntry(record: EventOf<'RecordAdded'>, entry: RecordEntry): Finding[] {
	const { patient, author, headerDigest, auditRoot, recordId, timestamp, hospital } = record;
	const fits = recordIdOf({ patient, author, headerDigest, auditRoot }) === recordId;
	const same =
		entry.patient === patient &&
		entry.addedAt === timestamp &&
		entry.byPatient === (addressOrNull(hospital) === null && author === patient);
	return [finding(fits ? 'record-id-fits' : 'record-id-forged'), ...(same ? [] : [finding('record-entry-differs')])];
}

async function givenHeader(bytes: Uint8Array, record: EventOf<'RecordAdded'>, amends: Hash | null): Promise<Finding> {
	const found = await readHeader(bytes, record, amends);
	return finding(found === 'header-found' ? 'header-given' : found);
}

async function checkAuthor(
	deps: Deps,
	record: EventOf<'RecordAdded'>,
	ofPatient: readonly ChainEvent[],
): Promise<Finding[]> {
	const { author, patient, timestamp } = record;
	const hospital = addressOrNull(record.hospital);
	if (!hospital) return [finding(author === patient ? 'author-patient' : 'author-no-member', { at: timestamp * 1000 })];
	const [ofHospital, person, place] = await Promise.all([
		readHistory(deps.client, deps.chain.contracts, { hospital }),
		personView(deps, author, hospital),
		hospitalPerson(deps, hospital),
	]);
	const standing = standingAt(record, inOrder([...ofPatient, ...ofHospital]));
	const { hospital: then, member, consentUntil, hospitalNow: now } = standing;
	const said = { at: timestamp * 1000, person, hospital: place };
	const isMember = member !== null && then.status === 'approved';
	return [
		then.status === 'approved'
			? finding('hospital-approved', { ...said, at: then.since ?? undefined })
			: finding('hospital-not-approved', { ...said, status: then.status }),
		isMember
			? finding('author-member', { ...said, role: member.role ?? undefined, until: member.until })
			: finding('author-no-member', said),
		consentUntil !== null
			? finding('consent-stood', { ...said, until: consentUntil })
			: finding('consent-missing', said),
		...(now.status === then.status
			? []
			: [finding('hospital-later', { ...said, at: now.since ?? undefined, status: now.status })]),
	];
}

function checkSince(
	{ recordId }: EventOf<'RecordAdded'>,
	entry: RecordEntry,
	events: readonly ChainEvent[],
	amends: Hash | null,
): Finding[] {
	const erased = events.find((event) => event.name === 'RecordErased' && event.recordId === recordId);
	const corrections = events
		.filter((event) => event.name === 'RecordAmended')
		.filter((event) => event.amended === recordId);
	const found = [
		...(erased || entry.erased ? [finding('since-erased', { at: erased && erased.timestamp * 1000 })] : []),
		...corrections.map((event) => finding('since-corrected', { at: event.timestamp * 1000, recordId: event.recordId })),
	];
	return [
		...(found.length > 0 ? found : [finding('since-nothing')]),
		...(amends ? [finding('since-corrects', { recordId: amends })] : []),
	];
}

function amendedBy(events: readonly ChainEvent[], recordId: Hash): Hash | null {
	const event = events.find((each) => each.name === 'RecordAmended' && each.recordId === recordId);
	return event?.name === 'RecordAmended' ? event.amended : null;
}

/** Each event once, in its place. */
function inOrder(events: readonly ChainEvent[]): ChainEvent[] {
	const byPlace = new Map(events.map((event) => [`${event.blockNumber}:${event.logIndex}`, event]));
	return [...byPlace.values()].sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
}

function factsOf(record: EventOf<'RecordAdded'>): Verification['facts'] {
	const hospital = addressOrNull(record.hospital);
	return {
		record: record.recordId,
		patient: record.patient,
		author: record.author,
		...(hospital && { hospital }),
		header: record.headerDigest,
		address: cidFromDigest(record.headerDigest).toString(),
		...(record.auditRoot !== zeroHash && { root: record.auditRoot }),
		transaction: record.transactionHash,
		block: String(record.blockNumber),
	};
}
