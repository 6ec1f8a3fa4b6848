/**
 * What a cloud is to the rest of Amana: six calls over names and bytes.
 *
 * An adapter is dumb on purpose. It knows no encryption, no chain and no medicine, and what it returns is not to be trusted:
 * `verified.ts` checks bytes against their CID, `spread.ts`, `gather.ts` and `repair.ts` compose several stores. An object's
 * name is its CID as text. A multi-block object (a dag-pb CID of the profile `unixfs-v1-2025`) is put and read as its flat
 * bytes; how the blocks travel is the adapter's business.
 *
 * Errors, for every adapter: `storage.unreachable`, `storage.stalled`, `storage.busy`, `storage.unauthorised`, `storage.full`,
 * `general.cancelled`; where a blockchain pays, also `storage.unpaid`, `storage.not-approved` and `storage.unconfirmed`.
 */

import type { CID } from 'multiformats/cid';
import { AppError } from '#lib/errors.ts';

export interface StoreOptions {
	signal?: AbortSignal | undefined;
}

/**
 * Bytes that are read or made when they are asked for, so that a large object is never whole in memory. `read` gives the bytes from
 * `start` to before `end`; it may be asked for any range, more than once, several at a time, and gives the same bytes each time.
 */
export interface ByteSource {
	readonly size: number;
	read(start: number, end: number): Promise<Uint8Array>;
	/** The same bytes ready to be sent, where the source makes them so without this thread. */
	payload?(start: number, end: number): Promise<Payload>;
}

/** Bytes as a request takes them. */
export interface Payload {
	blob: Blob;
	/** SHA-256 in hex. */
	sha256: string;
}

/** What a store takes. */
export type Content = Uint8Array | Blob | ByteSource;

/**
 * Where an adapter notes how far the upload of one object to one store has come. What it saves can be cloned (and kept in IndexedDB),
 * holds no credentials, and means something to the adapter alone; null: nothing to go on from. `load` gives what was saved last, else null.
 */
export interface ResumeNotes {
	load(): Promise<unknown>;
	save(state: unknown): Promise<void>;
}

/** The reason to abort a signal with when a person cancels for good. A text, so that it crosses to a worker as it is. */
export const discard = 'discard';

export interface ProbeOptions extends StoreOptions {
	/** Where each write costs somebody and is seen for ever, only asks whether one would be taken. */
	rehearse?: boolean | undefined;
}

export interface PutOptions extends StoreOptions {
	/** Called with the number of bytes of the object that the cloud has taken so far. */
	onProgress?: ((done: number) => void) | undefined;
	/**
	 * Goes on where an earlier put of the same object to the same store stopped. Then what was sent stays there when the put fails or its
	 * signal is aborted, unless the signal's reason is `discard`. Without notes nothing half-sent stays behind, where that can be helped.
	 */
	resume?: ResumeNotes | undefined;
	/** Leaves an object alone that is there already, in one step, where `capabilities.conditional` says so; elsewhere it is put again. */
	ifAbsent?: boolean | undefined;
}

export interface Capabilities {
	/** Takes objects. False for somebody else's public address. */
	readonly write: boolean;
	/** Takes objects away again. A network of caches cannot promise that. */
	readonly remove: boolean;
	/** Others can read it by its name alone: `publicStore(name)`. */
	readonly shared: boolean;
	/** Honours `ifAbsent`. */
	readonly conditional: boolean;
}

/** An upload that was begun at a store and neither completed nor taken back; its parts may cost money until it is. */
export interface UnfinishedUpload {
	/** The object's name; of those of other programs anything. */
	readonly object: string;
	readonly id: string;
	readonly startedAt: Date;
}

/** `anyone`: what was written is read by its public name, without credentials. */
export type ProbeStep = 'write' | 'read' | 'range' | 'anyone' | 'remove';

export interface ProbeReport {
	readonly ok: boolean;
	/** Whether the store honours `ifAbsent`; absent where that was not tried. */
	readonly conditional?: boolean;
	readonly checks: readonly { readonly step: ProbeStep; readonly ok: boolean; readonly error?: AppError }[];
}

export interface Store {
	/** Names the store in manifests: the base URL at which anyone reads it, `filecoin:network/number` of a data set, else `kind:label`. */
	readonly name: string;
	readonly capabilities: Capabilities;
	/** Tries the store: writes, reads and removes a few random bytes (only reads where it cannot write). Reports, never throws, unless cancelled. */
	probe(options?: ProbeOptions): Promise<ProbeReport>;
	/** Keeps the object. Putting the same object again changes nothing. Body: at most a few chunks are read into memory at once. */
	put(cid: CID, bytes: Content, options?: PutOptions): Promise<void>;
	/** The object's size in bytes; null: not here. */
	stat(cid: CID, options?: StoreOptions): Promise<{ size: number } | null>;
	/** Bytes from `start` to before `end`, fewer where the object ends sooner, none beyond it; null: not here. Unverified. */
	readRange(cid: CID, start: number, end: number, options?: StoreOptions): Promise<Uint8Array | null>;
	/** Takes the object away; nothing happens where there is none. */
	remove(cid: CID, options?: StoreOptions): Promise<void>;
	/** Uploads left behind by whoever crashed or closed the page, those of other programs among them. Only where a store has such. */
	listUnfinished?(options?: StoreOptions): Promise<UnfinishedUpload[]>;
	/** Bytes that the store keeps of one, and may want money for. Throws `storage.invalid-cloud` where it is gone. */
	unfinishedBytes?(upload: UnfinishedUpload, options?: StoreOptions): Promise<number>;
	/** Takes back what was sent of one; nothing happens where it is gone. */
	abortUnfinished?(upload: UnfinishedUpload, options?: StoreOptions): Promise<void>;
	/** A link with which anyone reads the object for that many seconds (1 to 604,800). Only where a store has such. */
	presign?(cid: CID, seconds: number): Promise<string>;
}

/** An S3-compatible bucket, and what is needed to write to it. */
export interface S3Config {
	kind: 's3';
	/** What the person calls it. */
	label: string;
	/** For example `https://s3.eu-central-1.amazonaws.com`: the bucket is put into the path. */
	endpoint: string;
	bucket: string;
	region: string;
	accessKeyId: string;
	secretAccessKey: string;
	/** Where anyone reads the bucket; ends in `/`. */
	publicBase: string;
	/** The server honours If-None-Match when it takes an object. `probe` finds out; where it is not known it is not relied on. */
	conditional?: boolean | undefined;
}

/** An IPFS node that takes CAR files, and a trustless gateway to it. */
export interface IpfsConfig {
	kind: 'ipfs';
	label: string;
	/** Ends in `/ipfs/`. */
	gateway: string;
	uploadUrl: string;
	token?: string | undefined;
}

/** A folder in this browser. */
export interface OpfsConfig {
	kind: 'opfs';
	label: string;
}

/** A data set of Filecoin Onchain Cloud. Its contracts say which provider keeps it and which piece holds which object. */
export interface FilecoinConfig {
	kind: 'filecoin';
	label: string;
	network: 'mainnet' | 'calibration';
	/** The data set's number, in decimal digits. */
	dataSet: string;
	/** Of a session key that the paying wallet allowed, or of that wallet: `0x` and 64 hexadecimal digits. Without it the store only reads. */
	privateKey?: string | undefined;
	/** A node of the network that answers pages; the network's public one where absent. */
	rpcUrl?: string | undefined;
}

/** Somebody's public address, read-only. One that ends in `/ipfs/` is a trustless gateway. */
export interface HttpConfig {
	kind: 'http';
	label?: string | undefined;
	base: string;
}

/** This page's memory; all configurations of one label share it. For tests and for nothing that should last. */
export interface MemoryConfig {
	kind: 'memory';
	label: string;
}

export type StoreConfig = S3Config | IpfsConfig | FilecoinConfig | OpfsConfig | HttpConfig | MemoryConfig;

/** Refuses a range that is none. Throws `records.invalid-input`. */
export function checkRange(start: number, end: number): void {
	if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
		throw new AppError('records.invalid-input', `Not a range of bytes: ${start} to ${end}.`);
	}
}
