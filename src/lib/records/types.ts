/**
 * What screens see of people, hospitals, requests and grants: plain data, already checked, with names resolved where a public
 * profile or an opened key bundle gives them; records are in `record-types.ts`, the log in `log-types.ts`. Nothing here holds a key. Addresses are lower-case; dates that come from the chain
 * are in milliseconds since 1970; clinical dates are ISO dates (`2026-11-20`).
 */
import type { Address, Hash } from '#lib/chain/index.ts';

export const categories = ['treatments', 'notes', 'labs', 'imaging', 'documents'] as const;
export type Category = (typeof categories)[number];

/** In the order of the contract's numbers, from 1. */
export const memberRoles = ['doctor', 'nurse', 'technician', 'pharmacist', 'biller', 'emergency'] as const;
export type MemberRole = (typeof memberRoles)[number];

export type DocumentKind = 'pdf' | 'image' | 'dicom' | 'fhir' | 'text' | 'other';

/** Who can open a part, as the patient chose it; `policyText` in `policy.ts` turns it into attributes at given epochs. */
export type PolicyChoice =
	| { who: 'only-me' }
	| { who: 'allowed'; category: Category }
	| { who: 'role'; category: Category; hospital: Address; role: MemberRole }
	| { who: 'team'; category: Category; hospital: Address; teamId: Hash; teamSlug: string };

// ── Hospitals and teams ─────────────────────────────────

export type HospitalStatus = 'applied' | 'withdrawn' | 'approved' | 'rejected' | 'suspended';

/** Public, on the hospital's clouds; its digest is on chain. */
export interface HospitalProfile {
	name: string;
	/** ISO 3166-1 alpha-2. */
	country: string;
	/** An e-mail address, a telephone number or a web address. */
	contact: string;
	about: string;
}

export interface TeamView {
	id: Hash;
	/** In the attributes of its members' keys; it stays when the name changes. */
	slug: string;
	name: string;
	/** Its members stay, but nobody joins it and nothing new can be sealed for it. */
	retired: boolean;
	members: MemberView[];
}

export interface MemberView {
	address: Address;
	name: string;
	title: string;
	role: MemberRole;
	teamId: Hash;
	validUntil: number;
	/** False once removed, out of date, or while the hospital is not approved. */
	active: boolean;
}

export interface HospitalView {
	address: Address;
	status: HospitalStatus;
	/** null while no cloud answers with the profile that the chain names. */
	profile: HospitalProfile | null;
	appliedAt: number;
	/** When the present status began. */
	since: number;
	/** Why the registrar rejected or suspended it; null where it did not, or no cloud has it. */
	reason: string | null;
	/** The ABE authority key is on chain, so members can be given keys. */
	hasAuthority: boolean;
	teams: TeamView[];
}

export interface AdministratorView {
	person: PersonView;
	/** `offered`: asked, and has not accepted yet. */
	state: 'in-office' | 'offered';
	/** Since when, in that state. */
	since: number;
	/** The account that applied as this hospital. Only it has the keys that members get theirs from. */
	isHospital: boolean;
}

// ── The account of this session ─────────────────────────

export type Role = 'patient' | 'clinician' | 'hospital' | 'registrar';

export interface Membership {
	hospital: Address;
	hospitalName: string | null;
	name: string | null;
	title: string | null;
	role: MemberRole;
	teamId: Hash;
	teamName: string | null;
	validUntil: number;
	active: boolean;
}

export interface AccountView {
	account: Address;
	/** Keys are on chain: the first visit is over. */
	hasKeys: boolean;
	isPatient: boolean;
	isRegistrar: boolean;
	/** The hospital that this account applied for, whatever its state. */
	hospital: HospitalView | null;
	/** Hospitals that this account is an administrator of, its own first. */
	offices: HospitalView[];
	/** Hospitals that asked this account to be an administrator, and wait. */
	offers: PersonView[];
	memberships: Membership[];
	/** Roles to act in, the most likely first; empty before the first visit is over. */
	roles: Role[];
}

/** What a person set up for themselves; sealed under the keyring, on their clouds. */
export interface Settings {
	displayName: string;
	language: 'en' | 'ar';
}

// ── Requests and grants ─────────────────────────────────

export type RequestState = 'waiting' | 'approved' | 'narrowed' | 'denied' | 'withdrawn' | 'lapsed';

export interface PersonView {
	address: Address;
	/** From the hospital's public directory, or shared in a key bundle; null when unknown. */
	name: string | null;
	title: string | null;
	hospital: Address | null;
	hospitalName: string | null;
}

export interface RequestView {
	id: Hash;
	patient: PersonView;
	requester: PersonView;
	hospital: Address;
	hospitalApproved: boolean;
	/** null when the sealed details could not be fetched or opened; `detailsProblem` says why. */
	purpose: string | null;
	scope: Category[] | null;
	detailsProblem: string | null;
	days: number;
	askedAt: number;
	/** After this moment an unanswered request lapses. */
	lapsesAt: number;
	state: RequestState;
	answeredAt: number | null;
	granted: { scope: Category[] | null; expiresAt: number } | null;
	transaction: Hash;
}

export interface GrantView {
	patient: PersonView;
	grantee: PersonView;
	/** null when the bundle could not be opened by this account. */
	scope: Category[] | null;
	grantedAt: number;
	expiresAt: number;
	state: 'open' | 'ended' | 'revoked';
	endedAt: number | null;
	/** Its time ran out and the locks have not changed since: the old key still opens what is sealed now. Known to the patient. */
	lapsed: boolean;
	/** It counts, but the locks have changed since and the grantee did not get the new keys. Known to the patient. */
	lacksKeys: boolean;
	transaction: Hash;
}

/** A hospital that may add to the patient's history. */
export interface AdderView {
	hospital: PersonView;
	expiresAt: number;
	state: 'open' | 'ended';
}

/** A patient to whose records the members of a hospital may add. */
export interface AddedPatientView {
	hospital: Address;
	/** The name is known where the patient shared it with this account. */
	patient: PersonView;
	addingUntil: number;
	state: 'open' | 'ended';
}
