/**
 * The access log: every event of the registries as one line, from the chain alone. It needs no wallet. Names are added where a
 * hospital's public profile or directory has them; patients are addresses, unless the person who looks is that patient.
 */
import { readAuditEvents, watchHistory, zeroHash, type Address, type ChainEvent } from '#lib/chain/index.ts';
import type { Deps } from './deps.ts';
import { logLine, type LoggedEvent, type LogLine, type PatientAudit } from './log-lines.ts';
import { hospitalPerson, personView } from './people.ts';
import { askAnew, loggedHistory } from './ledger.ts';
import type { LogEntry, LogFilter } from './log-types.ts';
import type { PersonView } from './types.ts';

/** The registries' part of the log, the newest first. Throws `chain.unreachable`. */
export async function readLog(deps: Deps, filter: LogFilter = {}): Promise<LogEntry[]> {
	askAnew(deps);
	const events = await loggedHistory(deps, filter.account ?? null);
	return linesOf(deps, { events, context: events, filter });
}

/**
 * Public audits as lines, the newest first: with an account those of that patient's own records, else of all. They have no pointers on
 * the chain, since anybody may write them: a node that refuses long ranges is asked piece by piece, so the registries' part is not kept
 * waiting for them. Throws `chain.unreachable`.
 */
export async function readLoggedAudits(deps: Deps, filter: LogFilter = {}): Promise<LogEntry[]> {
	const context = await loggedHistory(deps, filter.account ?? null);
	const events = await auditsAmong(deps, context, filter.account ?? null);
	return linesOf(deps, { events, context, filter });
}

/** The public audits of the records that were added in `events`: of the patient's own, or of all where none is named. */
export async function auditsAmong(
	deps: Deps,
	events: readonly ChainEvent[],
	patient: Address | null,
): Promise<PatientAudit[]> {
	const added = events.flatMap((event) => (event.name === 'RecordAdded' ? [event] : []));
	const records = added.filter((event) => patient === null || event.patient === patient);
	const [first] = records;
	if (!first) return [];
	const patients = new Map(records.map((event) => [event.recordId, event.patient]));
	const { contracts } = deps.chain;
	const of = patient === null ? {} : { recordIds: [...patients.keys()] };
	const audits = await readAuditEvents(deps.client, { contracts, fromBlock: first.blockNumber, ...of });
	return audits.flatMap((audit) => {
		const whose = patients.get(audit.recordId);
		return whose ? [{ ...audit, patient: whose }] : [];
	});
}

async function linesOf(
	deps: Deps,
	{ events, context, filter }: { events: readonly LoggedEvent[]; context: readonly ChainEvent[]; filter: LogFilter },
): Promise<LogEntry[]> {
	const shown = events.filter((event) => fits(event, logLine(event), filter));
	return (await entriesOf(deps, shown, context)).reverse();
}

/** Lines of these events, in their order. Who belongs to which hospital is taken from `context`. */
export function entriesOf(
	deps: Deps,
	events: readonly LoggedEvent[],
	context: readonly ChainEvent[],
): Promise<LogEntry[]> {
	const hospitals = hospitalsOf(context);
	return Promise.all(events.map((event) => entryOf(deps, event, logLine(event), hospitals)));
}

/** Calls `onChange` whenever there is something new in the log; returns its own off switch. */
export function watchLog(deps: Deps, onChange: () => void): () => void {
	const changed = () => {
		deps.memo.forget('chain/');
		onChange();
	};
	return watchHistory(deps.client, deps.chain.contracts, { onChange: changed, onAudit: changed });
}

function fits(event: LoggedEvent, line: LogLine, { kinds, since, recordId }: LogFilter): boolean {
	if (kinds && !kinds.includes(line.kind)) return false;
	if (since !== undefined && event.timestamp * 1000 < since) return false;
	return recordId === undefined || ('recordId' in event && event.recordId === recordId);
}

async function entryOf(
	deps: Deps,
	event: LoggedEvent,
	{ kind, actor, subject, object, expiresAt }: LogLine,
	hospitals: ReadonlyMap<Address, Address>,
): Promise<LogEntry> {
	const { transactionHash: transaction, logIndex, blockNumber: block, timestamp } = event;
	const person = async (address: Address | null): Promise<PersonView | null> => {
		if (address === null) return null;
		const hospital = hospitals.get(address);
		return hospital === address ? hospitalPerson(deps, address) : personView(deps, address, hospital ?? null);
	};
	const [actorView, subjectView, objectView] = await Promise.all([person(actor), person(subject), person(object)]);
	return {
		id: `${transaction}-${logIndex}`,
		kind,
		at: timestamp * 1000,
		block,
		transaction,
		actor: actorView,
		subject: subjectView,
		object: objectView,
		recordId: 'recordId' in event && event.recordId !== zeroHash ? event.recordId : null,
		expiresAt: expiresAt === null ? null : expiresAt * 1000,
		fields: fieldsOf(event),
	};
}

/** Which hospital knows whom: itself, and each of its members, by the last event that says so. */
function hospitalsOf(events: readonly ChainEvent[]): Map<Address, Address> {
	const hospitals = new Map<Address, Address>();
	for (const event of events) {
		if (event.name === 'HospitalApplied') hospitals.set(event.hospital, event.hospital);
		if (event.name === 'MemberAdded') hospitals.set(event.member, event.hospital);
		if (event.name === 'AccessRequested') hospitals.set(event.requester, event.hospital);
		if (event.name === 'AccessGranted' && Number(event.hospital) !== 0) hospitals.set(event.grantee, event.hospital);
		if (event.name === 'GlassBroken') hospitals.set(event.reader, event.hospital);
		if (event.name === 'AddingAllowed') hospitals.set(event.hospital, event.hospital);
		if (event.name === 'RecordAdded' && Number(event.hospital) !== 0) hospitals.set(event.author, event.hospital);
	}
	return hospitals;
}

/** The event's own fields as text, without pointers to earlier ones. */
export function fieldsOf(event: LoggedEvent): Record<string, string> {
	const fields = Object.entries(event).filter(([name]) => !name.toLowerCase().endsWith('history'));
	return Object.fromEntries(fields.map(([name, value]) => [name, String(value)]));
}
