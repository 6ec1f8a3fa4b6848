/**
 * Who was allowed to write, at a place on the chain: replayed from the events before it, by the contracts' own rules
 * (`isActiveMember`, `standingConsentOf`). Pure.
 */
import type { Address, ChainEvent, EventOf } from '#lib/chain/index.ts';
import { memberRoles, type HospitalStatus, type MemberRole } from '../types.ts';

export interface HospitalStanding {
	status: HospitalStatus | 'none';
	/** Milliseconds since 1970 of the event that made it so; null before any. */
	since: number | null;
}

export interface MemberStanding {
	role: MemberRole | null;
	/** Milliseconds since 1970. */
	since: number;
	until: number;
}

export interface Standing {
	hospital: HospitalStanding;
	/** null: no member then, or no longer. */
	member: MemberStanding | null;
	/** Until when the patient let the hospital add; null: it was not let. */
	consentUntil: number | null;
	/** The hospital's status after all events that are known now. */
	hospitalNow: HospitalStanding;
}

const statusAfter: Partial<Record<ChainEvent['name'], HospitalStatus>> = {
	HospitalApplied: 'applied',
	ApplicationWithdrawn: 'withdrawn',
	HospitalApproved: 'approved',
	HospitalRejected: 'rejected',
	HospitalSuspended: 'suspended',
	HospitalReinstated: 'approved',
};

/** Replays the hospital's and the patient's events, in their order on the chain, up to the record. */
export function standingAt(
	{ author, hospital, patient, blockNumber, logIndex, timestamp }: EventOf<'RecordAdded'>,
	events: readonly ChainEvent[],
): Standing {
	const before = events.filter(
		(event) => event.blockNumber < blockNumber || (event.blockNumber === blockNumber && event.logIndex < logIndex),
	);
	const member = membershipIn(before, hospital, author);
	const consent = consentIn(before, patient, hospital);
	return {
		hospital: statusIn(before, hospital),
		member: member && member.until > timestamp * 1000 ? member : null,
		consentUntil: consent !== null && consent > timestamp * 1000 ? consent : null,
		hospitalNow: statusIn(events, hospital),
	};
}

function statusIn(events: readonly ChainEvent[], hospital: Address): HospitalStanding {
	const last = events.findLast(
		(event) => statusAfter[event.name] !== undefined && 'hospital' in event && event.hospital === hospital,
	);
	return { status: (last && statusAfter[last.name]) ?? 'none', since: last ? last.timestamp * 1000 : null };
}

function membershipIn(events: readonly ChainEvent[], hospital: Address, account: Address): MemberStanding | null {
	const last = events.findLast(
		(event) =>
			(event.name === 'MemberAdded' || event.name === 'MemberRemoved') &&
			event.hospital === hospital &&
			event.member === account,
	);
	if (last?.name !== 'MemberAdded') return null;
	const { role, timestamp, validUntil } = last;
	return { role: memberRoles[role - 1] ?? null, since: timestamp * 1000, until: validUntil * 1000 };
}

function consentIn(events: readonly ChainEvent[], patient: Address, hospital: Address): number | null {
	const last = events.findLast(
		(event) =>
			(event.name === 'AddingAllowed' || event.name === 'AddingStopped') &&
			event.patient === patient &&
			event.hospital === hospital,
	);
	return last?.name === 'AddingAllowed' ? last.expiresAt * 1000 : null;
}
