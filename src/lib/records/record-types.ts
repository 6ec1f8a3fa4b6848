/** What screens see of records and of work on them: plain data, as in `types.ts`. */
import type { Address, Hash } from '#lib/chain/index.ts';
import type { ErrorCode } from '#lib/errors.ts';
import type { Category, DocumentKind, MemberRole, PersonView, PolicyChoice } from './types.ts';

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
	closedBecause: ErrorCode | null;
	/** The keys that this account lacks to open it, all of them; null where it opens, or where that is not known. */
	lacking: Lack[] | null;
	/** Hospitals that could open it without the patient; told to the patient only. */
	alone: PersonView[];
	/** Canonical policy text, for the technical details. */
	policy: string;
	/** The same as a choice, where the policy has one of the forms offered. */
	choice: PolicyChoice | null;
	/** Where sealed copies were put: names of stores (base URLs). */
	places: string[];
	sealedBytes: number;
}

/** A key, by what it stands for. */
export type Missing =
	| { what: 'permission'; category: Category }
	| { what: 'role'; role: MemberRole; hospital: string }
	| { what: 'team'; team: string; hospital: string }
	| { what: 'member'; hospital: string }
	/** What its author keeps to the patient alone. */
	| { what: 'nobody' };

/** `older`: a key of an earlier epoch is there, and a new one is to be had from who gave it. */
export type Lack = Missing & { older: boolean };

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

/** How a document is kept, where the person chose. */
export interface Keeping {
	/** How many clouds restore it: any one of them, or any two. With fewer than three clouds it is one. */
	need: 1 | 2;
	/** The wallet is asked once every cloud has its piece; else once one more than restore it have theirs. */
	all: boolean;
}

/** A document whose upload stopped. */
export interface UnfinishedView {
	/** Names the upload: see `SaveOptions` of documents. */
	id: string;
	title: string;
	category: Category;
	/** ISO date. */
	clinicalDate: string;
	policy: PolicyChoice;
	keeping?: Keeping;
	fileName: string;
	/** Bytes. */
	size: number;
}

/** A record that is on the clouds and not on the chain, as the page was closed while the wallet was asked. */
export interface PlacedView {
	recordId: Hash;
	patient: Address;
	hospital: Address | null;
	title: string;
	/** Milliseconds since 1970. */
	askedAt: number;
	/** The question cannot be answered any more: it may be cleared. */
	mayForget: boolean;
}

/** A record of which not every cloud has its copy yet. */
export interface PendingView {
	recordId: Hash;
	/** Names of the clouds that lack something. */
	missing: string[];
}
