/** What each event means in the log: who did what, to whom, and who is on the other side. */
import type { Address, AuditEvent, ChainEvent } from '#lib/chain/index.ts';
import { addressOrNull } from './people.ts';
import type { LogKind } from './log-types.ts';

/** A public audit of a patient's record. */
export type PatientAudit = AuditEvent & { patient: Address };

/** Whatever has a line in the log. */
export type LoggedEvent = ChainEvent | PatientAudit;

export interface LogLine {
	kind: LogKind;
	actor: Address;
	/** A patient, or a hospital. */
	subject: Address | null;
	/** A reader, a member, or a hospital that may add. */
	object: Address | null;
	/** Seconds since 1970, where the event has an end. */
	expiresAt: number | null;
}

/** The line of an event. */
export function logLine(event: LoggedEvent): LogLine {
	switch (event.name) {
		case 'HospitalApplied':
			return line('hospital-applied', event.hospital, event.hospital);
		case 'ApplicationWithdrawn':
			return line('application-withdrawn', event.hospital, event.hospital);
		case 'HospitalApproved':
			return line('hospital-approved', event.registrar, event.hospital);
		case 'HospitalRejected':
			return line('hospital-rejected', event.registrar, event.hospital);
		case 'HospitalSuspended':
			return line('hospital-suspended', event.registrar, event.hospital);
		case 'HospitalReinstated':
			return line('hospital-reinstated', event.registrar, event.hospital);
		case 'AuthorityPublished':
			return line('authority-published', event.hospital, event.hospital);
		case 'TeamAdded':
			return line('team-added', event.hospital, event.hospital);
		case 'DirectoryChanged':
			return line('directory-changed', event.hospital, event.hospital);
		case 'MemberAdded':
			return line('member-added', event.hospital, event.hospital, event.member, event.validUntil);
		case 'MemberRemoved':
			return line('member-removed', event.hospital, event.hospital, event.member);
		case 'KeysPublished':
			return line('keys-published', event.account);
		case 'KeyringChanged':
			return line('keyring-changed', event.account);
		case 'AccessRequested':
			return line('access-requested', event.requester, event.patient);
		case 'RequestWithdrawn':
			return line('request-withdrawn', event.requester, event.patient);
		case 'RequestDenied':
			return line('request-denied', event.patient, event.patient, event.requester);
		case 'AccessGranted':
			return line('access-granted', event.patient, event.patient, event.grantee, event.expiresAt);
		case 'AccessRevoked':
			return line('access-revoked', event.patient, event.patient, event.grantee);
		case 'AddingAllowed':
			return line('adding-allowed', event.patient, event.patient, event.hospital, event.expiresAt);
		case 'AddingStopped':
			return line('adding-stopped', event.patient, event.patient, event.hospital);
		case 'RecordAdded':
			return line('record-added', event.author, event.patient, addressOrNull(event.hospital));
		case 'RecordErased':
			return line('record-erased', event.patient, event.patient);
		case 'RecordAmended':
			return line('record-amended', event.patient, event.patient);
		case 'RecordsResealed':
			return line('records-resealed', event.patient, event.patient);
		case 'AllAccessRevoked':
			return line('all-access-revoked', event.patient, event.patient);
		case 'KeysDelivered':
			return line('keys-delivered', event.patient, event.patient, event.grantee);
		case 'ReadingConfirmed':
			return line('reading-confirmed', event.reader, event.patient);
		case 'GlassBroken':
			return line('glass-broken', event.reader, event.patient, event.hospital, event.until);
		case 'PermissionCancelled':
			return line('permission-cancelled', event.signer);
		case 'AdministratorOffered':
			return line('administrator-offered', event.hospital, event.hospital, event.account);
		case 'AdministratorAdded':
			return line('administrator-added', event.account, event.hospital, event.hospital);
		case 'AdministratorRemoved':
			return line('administrator-removed', event.hospital, event.hospital, event.account);
		case 'TeamRenamed':
			return line('team-renamed', event.hospital, event.hospital);
		case 'TeamRetired':
			return line('team-retired', event.hospital, event.hospital);
		case 'ChallengeOpened':
			return line('audit-opened', event.opener, event.patient);
		case 'LeavesProven':
			return line('audit-answered', event.prover, event.patient);
		case 'FailureAttested':
			return line('audit-failure', event.author, event.patient);
	}
}

function line(
	kind: LogKind,
	actor: Address,
	subject: Address | null = null,
	object: Address | null = null,
	expiresAt: number | null = null,
): LogLine {
	return { kind, actor, subject, object, expiresAt };
}
