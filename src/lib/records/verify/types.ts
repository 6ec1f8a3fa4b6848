/** What checking something comes to: one finding after another, each with its outcome. Screens turn them into words. */
import type { Address, CrossCheck, Hash } from '#lib/chain/index.ts';
import type { LogEntry } from '../log-types.ts';
import type { HospitalStatus, MemberRole, PersonView } from '../types.ts';

/** `note`: true, and worth knowing. `open`: not checked, or not to be checked here. */
export type Outcome = 'good' | 'note' | 'bad' | 'open';

/** Each finding that there can be, with what it comes to. */
export const outcomes = {
	// a number that was pasted
	'number-unknown': 'bad',
	// a record and the chain
	'record-known': 'good',
	'record-event-missing': 'bad',
	'record-other-patient': 'bad',
	'record-id-fits': 'good',
	'record-id-forged': 'bad',
	'record-entry-differs': 'bad',
	// its header on the clouds
	'header-found': 'good',
	'header-given': 'good',
	'header-some-wrong': 'note',
	'header-of-another': 'bad',
	'header-other-pieces': 'bad',
	'header-malformed': 'bad',
	'header-wrong': 'bad',
	'header-missing': 'open',
	'header-no-answer': 'open',
	'header-no-clouds': 'open',
	// who wrote it, at that time
	'author-patient': 'good',
	'author-member': 'good',
	'author-no-member': 'bad',
	'hospital-approved': 'good',
	'hospital-not-approved': 'bad',
	'hospital-later': 'note',
	'consent-stood': 'good',
	'consent-missing': 'bad',
	// what became of it
	'since-nothing': 'good',
	'since-erased': 'bad',
	'since-corrected': 'note',
	'since-corrects': 'note',
	'audit-no-root': 'open',
	'audit-root': 'open',
	'contents-sealed': 'open',
	// a transaction
	'transaction-succeeded': 'good',
	'transaction-failed': 'bad',
	'transaction-foreign': 'open',
	// an exported log
	'log-fits': 'good',
	'log-changed': 'bad',
	'log-added': 'bad',
	'log-missing': 'bad',
	'log-complete': 'good',
	'log-part': 'open',
	'log-other-network': 'bad',
	'log-empty': 'open',
	'log-names': 'open',
	'log-fhir': 'open',
	// any other file
	'object-named': 'good',
	'object-not-named': 'bad',
	'object-lock': 'open',
	'file-sealed': 'open',
	// the state, proved by a block
	'state-fits': 'good',
	'state-differs': 'bad',
	'state-too-new': 'open',
} as const satisfies Record<string, Outcome>;

export type FindingName = keyof typeof outcomes;

/** A finding, and the facts that its sentence needs. */
export interface Finding {
	name: FindingName;
	outcome: Outcome;
	/** Milliseconds since 1970. */
	at?: number | undefined;
	until?: number | undefined;
	person?: PersonView | undefined;
	hospital?: PersonView | undefined;
	role?: MemberRole | undefined;
	/** `none`: it had not even applied. */
	status?: HospitalStatus | 'none' | undefined;
	recordId?: Hash | undefined;
	count?: number | undefined;
	block?: number | undefined;
	clouds?: readonly CloudAnswer[] | undefined;
}

/** What one cloud gave for an address: the right bytes, none, other bytes, or no answer. */
export interface CloudAnswer {
	/** Base URL. */
	name: string;
	state: 'has' | 'lacks' | 'wrong' | 'no-answer';
}

/** A line of an exported log that is not as the chain has it. */
export interface LogDifference {
	kind: 'changed' | 'added' | 'missing';
	/** In the file, from 1, without the heading; null for what is missing. */
	row: number | null;
	/** As the chain has it; null for what it does not have. */
	entry: LogEntry | null;
	/** Of a changed or added line: what the file says, by name of the field. */
	fields: readonly { name: string; inFile: string; onChain: string | null }[];
}

export type Subject =
	| { kind: 'record'; recordId: Hash; patient: PersonView }
	| { kind: 'transaction'; transaction: Hash }
	| { kind: 'number'; number: Hash }
	| { kind: 'log'; fileName: string; account: Address | null }
	| { kind: 'file'; fileName: string; digest: Hash | null };

export interface Verification {
	subject: Subject;
	findings: readonly Finding[];
	/** Names and values behind it, for the technical details. */
	facts: Readonly<Partial<Record<FactName, string>>>;
	/** The lines of the log that a transaction wrote, or that name a digest. */
	entries: readonly LogEntry[];
	differences: readonly LogDifference[];
}

export type FactName =
	'record' | 'patient' | 'author' | 'hospital' | 'header' | 'root' | 'address' | 'transaction' | 'block' | 'digest';

/** What the endpoints said of it, and whether proved state agrees. */
export interface CrossChecked extends CrossCheck {
	finding: Finding | null;
}

/** A finding with its outcome from the list. */
export function finding(name: FindingName, facts: Omit<Finding, 'name' | 'outcome'> = {}): Finding {
	return { name, outcome: outcomes[name], ...facts };
}
