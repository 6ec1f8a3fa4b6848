/**
 * What screens see of records, people, requests and the log: plain data, already checked, with names resolved where a public
 * profile or an opened key bundle gives them. Nothing here holds a key. Addresses are lower-case; dates that come from the chain
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

// ── Records ─────────────────────────────────────────────

/** Sealed with the part; only who opens the part sees it. */
export interface PartLabel {
	title: string;
	category: Category;
	kind: DocumentKind;
	mediaType: string;
	fileName: string;
	/** Bytes. */
	size: number;
	/** ISO date. */
	clinicalDate: string;
}

export interface PartView {
	/** Position in the header. */
	index: number;
	/** null when this account cannot open it; `closedBecause` then has the error's code. */
	label: PartLabel | null;
	closedBecause: string | null;
	/** Canonical policy text, for the technical details. */
	policy: string;
	/** The same as a choice, where the policy has one of the forms offered. */
	choice: PolicyChoice | null;
	/** Where sealed copies were put: names of stores (base URLs). */
	places: string[];
	sealedBytes: number;
}

export type Integrity = 'signed' | 'changed' | 'unreachable';

export interface RecordView {
	id: Hash;
	patient: Address;
	author: PersonView;
	/** null for what the patient added. */
	hospital: Address | null;
	hospitalName: string | null;
	addedAt: number;
	/** Of the first part that can be opened, else null. */
	title: string | null;
	clinicalDate: string | null;
	integrity: Integrity;
	erased: boolean;
	amends: Hash | null;
	parts: PartView[];
	/** People whose grant, role and the policy together let them open at least one part now; known to the patient only. */
	sharedWith: PersonView[];
	headerCid: string;
	transaction: Hash;
	/** Copies that could not be saved yet, by store name; they are tried again. */
	pending: string[];
}

/** What the treatment form holds. */
export interface TreatmentForm {
	title: string;
	/** ISO dates. */
	startedOn: string;
	endedOn: string | null;
	conditions: { text: string; code?: { system: string; code: string } }[];
	medicines: { name: string; dose: string }[];
	/** The doctor's notes; sealed as a part of their own. */
	notes: string;
}

export type SaveStage = 'reading' | 'sealing' | 'saving' | 'waiting-for-wallet' | 'confirming' | 'saved';

export interface SaveProgress {
	stage: SaveStage;
	/** Bytes done and in all, where the stage has them. */
	done: number;
	total: number;
	/** One line per cloud while saving. */
	clouds: {
		name: string;
		label: string;
		done: number;
		total: number;
		state: 'waiting' | 'saving' | 'saved' | 'failed';
		code?: string;
	}[];
}

export interface OpenProgress {
	stage: 'finding-keys' | 'fetching' | 'opening';
	done: number;
	total: number;
}

export interface OpenedPart {
	blob: Blob;
	label: PartLabel;
	/** Names of the stores that the bytes came from. */
	sources: string[];
	/** Stores that failed or lied on the way, with an error code. */
	problems: { store: string; code: string }[];
}

// ── Clouds and the log ──────────────────────────────────

export interface CloudHealth {
	name: string;
	label: string;
	kind: 's3' | 'ipfs' | 'opfs' | 'http' | 'memory';
	state: 'well' | 'no-answer' | 'refused' | 'read-only';
	checkedAt: number;
	latencyMs: number | null;
	code: string | null;
}

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
	| 'permission-cancelled';

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

/** A patient to whose records the members of a hospital may add. */
export interface AddedPatientView {
	hospital: Address;
	/** The name is known where the patient shared it with this account. */
	patient: PersonView;
	addingUntil: number;
	state: 'open' | 'ended';
}

/** A record of which not every cloud has its copy yet. */
export interface PendingView {
	recordId: Hash;
	/** Names of the clouds that lack something. */
	missing: string[];
}
