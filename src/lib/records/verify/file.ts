/**
 * What a file is that somebody wants checked. A log saved here, and an object as it lies on the clouds, can be held against the chain.
 * A medical file cannot: what is kept of it is sealed, so nothing on the chain or the clouds has the digest of the file itself.
 */
import { decode } from '@ipld/dag-cbor';
import * as v from 'valibot';
import { readHistory, type Address, type Hash } from '#lib/chain/index.ts';
import { cidOfBlock, digestOf } from '#lib/storage/index.ts';
import { decodeObject, encodeObject, maxObjectBytes } from '../codec.ts';
import type { Deps } from '../deps.ts';
import { addressSchema, headerSchema, lockSchema } from '../formats.ts';
import { entriesOf } from '../log.ts';
import { readExportedLog } from './exported-log.ts';
import { verifyLog } from './log.ts';
import { verifyRecord } from './record.ts';
import { finding, type FindingName, type Verification } from './types.ts';

const maxLogBytes = 64 * 1024 * 1024;

/** Throws `chain.unreachable`. */
export async function verifyFile(deps: Deps, file: File): Promise<Verification> {
	const log = file.size <= maxLogBytes && (await looksLikeText(file)) ? readExportedLog(await file.text()) : null;
	if (log === 'fhir') return ofFile(file, null, 'log-fhir');
	if (log) return verifyLog(deps, log, file.name);
	const bytes = file.size <= maxObjectBytes ? new Uint8Array(await file.arrayBuffer()) : null;
	return (bytes && (await verifyObject(deps, file, bytes))) ?? ofFile(file, null, 'file-sealed');
}

/** The first bytes of a saved log: a bracket, or the mark and the heading of the table. */
async function looksLikeText(file: File): Promise<boolean> {
	const start = await file.slice(0, 64).text();
	return /^\ufeff?\s*([{[]|"?when)/.test(start);
}

/** An object of ours, by its digest; null where the bytes are none. */
async function verifyObject(deps: Deps, file: File, bytes: Uint8Array): Promise<Verification | null> {
	const value = decodeOrNull(bytes);
	if (!v.is(v.looseObject({ v: v.number() }), value)) return null;
	const digest = digestOf(await cidOfBlock(bytes));
	if (isOf(lockSchema, bytes)) return ofFile(file, digest, 'object-lock');
	const isHeader = isOf(headerSchema, bytes);
	for (const account of accountsIn(value)) {
		const events = await readHistory(deps.client, deps.chain.contracts, { account });
		const naming = events.filter((event) => Object.values(event).includes(digest));
		const [event] = naming;
		if (isHeader && event?.name === 'RecordAdded') {
			const record = await verifyRecord(deps, { recordId: event.recordId, header: bytes });
			if (record) return record;
		}
		if (event) return { ...ofFile(file, digest, 'object-named'), entries: await entriesOf(deps, naming, events) };
	}
	return ofFile(file, digest, 'object-not-named');
}

function ofFile({ name }: File, digest: Hash | null, found: FindingName): Verification {
	return {
		subject: { kind: 'file', fileName: name, digest },
		findings: [finding(found)],
		facts: digest ? { digest } : {},
		entries: [],
		differences: [],
	};
}

function decodeOrNull(bytes: Uint8Array): unknown {
	try {
		const value: unknown = decode(bytes);
		return encodeObject(value).length === bytes.length ? value : null;
	} catch {
		return null;
	}
}

function isOf(schema: v.GenericSchema, bytes: Uint8Array): boolean {
	try {
		decodeObject(schema, bytes);
		return true;
	} catch {
		return false;
	}
}

/** Whose events may name an object: whoever it names itself. */
function accountsIn(value: Readonly<Record<string, unknown>>): Address[] {
	const named = ['patient', 'author', 'hospital', 'from', 'account'].map((field) => value[field]);
	return [...new Set(named.filter((each) => v.is(addressSchema, each)))];
}
