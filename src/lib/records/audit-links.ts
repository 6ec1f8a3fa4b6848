/**
 * Links with which somebody without an account checks a cloud that is not open to all: one for each sealed piece and for its hashes, signed by
 * the cloud's owner and good for a day. They give sealed bytes and nothing else: who has them can open no more than anybody.
 */
import * as v from 'valibot';
import { AppError } from '#lib/errors.ts';
import { connectStore, linkedStore, nameOf, readCid, type Store } from '#lib/storage/index.ts';
import { requireIdentity } from './act.ts';
import type { Deps } from './deps.ts';
import type { Holding } from './holdings.ts';

const lastsSeconds = 24 * 60 * 60;
const mostLinks = 20_000;
const largestFile = 32 * 2 ** 20;

const isAddress = (text: string) => {
	try {
		return String(readCid(text)) === text;
	} catch {
		return false;
	}
};
/** Where a page may connect to at all: any https host, and this machine. */
const isSafe = (text: string) => {
	if (!URL.canParse(text)) return false;
	const { protocol, hostname, username, password } = new URL(text);
	const isHere = protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost');
	return (protocol === 'https:' || isHere) && username === '' && password === '';
};

const auditLinksSchema = v.strictObject({
	v: v.literal(1),
	/** The cloud, as headers name it. */
	store: v.pipe(v.string(), v.minLength(1), v.maxLength(2000)),
	/** Milliseconds since 1970. */
	until: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
	/** By address. */
	links: v.pipe(
		v.record(v.pipe(v.string(), v.check(isAddress)), v.pipe(v.string(), v.maxLength(4000), v.url(), v.check(isSafe))),
		v.check((links) => Object.keys(links).length <= mostLinks),
	),
});
export type AuditLinks = v.InferOutput<typeof auditLinksSchema>;

/**
 * Links to all that one of the account's clouds holds of these records. Throws `wallet.locked`, `storage.no-clouds` where it is not one of
 * the account's, `records.invalid-input` where it gives no links or there are too many.
 */
export async function makeAuditLinks(
	deps: Deps,
	{ holdings, store: name }: { holdings: readonly Holding[]; store: string },
): Promise<AuditLinks> {
	requireIdentity(deps);
	const config = deps.configs.find((candidate) => nameOf(candidate) === name);
	if (!config)
		throw new AppError('storage.no-clouds', 'Not one of this account’s clouds.', { details: { store: name } });
	const cloud = connectStore(config);
	const pieces = holdings.flatMap(({ parts }) => parts.flatMap((part) => part.pieces));
	const objects = pieces.flatMap(({ cid, proofs, store }) => (store === name ? [cid, proofs] : []));
	if (!cloud.presign || objects.length > mostLinks)
		throw new AppError('records.invalid-input', 'This cloud gives no links, or not as many.');
	const until = Date.now() + lastsSeconds * 1000;
	const links: Record<string, string> = {};
	for (const cid of objects) links[String(cid)] ??= await cloud.presign(cid, lastsSeconds);
	return { v: 1, store: name, until, links };
}

/** Whether the account's cloud of this name can give links. */
export function givesLinks(deps: Deps, name: string): boolean {
	const config = deps.configs.find((candidate) => nameOf(candidate) === name);
	return config !== undefined && connectStore(config).presign !== undefined;
}

/** Links from a file that somebody sent. Throws `records.invalid-input` for what is no such file, or is over. */
export async function readAuditLinks(file: Blob, now = Date.now()): Promise<AuditLinks> {
	if (file.size > largestFile) throw notLinks();
	let value: unknown;
	try {
		value = JSON.parse(await file.text());
	} catch (cause) {
		throw notLinks(cause);
	}
	const read = v.safeParse(auditLinksSchema, value);
	if (!read.success || read.output.until < now) throw notLinks();
	return read.output;
}

/** The cloud that the links are to. */
export function linkedTo({ store, links }: AuditLinks): Store {
	return linkedStore(store, new Map(Object.entries(links)));
}

function notLinks(cause?: unknown): AppError {
	return new AppError('records.invalid-input', 'Not a file of links, or one that is over.', { cause });
}
