/** What screens see of the access log: plain data, as in `types.ts`. */
import type { Address, Hash } from '#lib/chain/index.ts';
import type { PersonView } from './types.ts';

export type LogKind =
	| 'hospital-applied'
	| 'application-withdrawn'
	| 'hospital-approved'
	| 'hospital-rejected'
	| 'hospital-suspended'
	| 'hospital-reinstated'
	| 'authority-published'
	| 'team-added'
	| 'directory-changed'
	| 'member-added'
	| 'member-removed'
	| 'keys-published'
	| 'keyring-changed'
	| 'access-requested'
	| 'request-withdrawn'
	| 'request-denied'
	| 'access-granted'
	| 'access-revoked'
	| 'adding-allowed'
	| 'adding-stopped'
	| 'record-added'
	| 'record-erased'
	| 'administrator-offered'
	| 'administrator-added'
	| 'administrator-removed'
	| 'team-renamed'
	| 'team-retired'
	| 'all-access-revoked'
	| 'keys-delivered'
	| 'reading-confirmed'
	| 'glass-broken'
	| 'record-amended'
	| 'records-resealed'
	| 'permission-cancelled'
	| 'audit-opened'
	| 'audit-answered'
	| 'audit-failure';

/** One event, as a line of the log. Made from the chain alone; names come from public profiles and may be null. */
export interface LogEntry {
	/** `${transaction}-${logIndex}` */
	id: string;
	kind: LogKind;
	at: number;
	block: number;
	transaction: Hash;
	/** Who did it. */
	actor: PersonView | null;
	/** Whom it concerns: a patient, or a hospital. */
	subject: PersonView | null;
	/** The other side: a reader, a member, a hospital that may add. */
	object: PersonView | null;
	recordId: Hash | null;
	/** Milliseconds, where the event has an end. */
	expiresAt: number | null;
	/** Raw fields, for the technical details and export. */
	fields: Record<string, string>;
}

export interface LogFilter {
	/** Only events that name this account or hospital. */
	account?: Address;
	kinds?: LogKind[];
	since?: number;
	recordId?: Hash;
}
