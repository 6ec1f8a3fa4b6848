/**
 * Looks for traces of something in bytes that should hold none of it: pieces of 16 bytes from all over a file, and whole phrases
 * such as its name. A piece that says nothing (nearly all the same byte) is not looked for, as it would be found anywhere.
 *
 * Every offset of what is searched is compared with all pieces at once, by a bitmap over the first four bytes.
 */
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const pieceBytes = 16;
const maxPieces = 8192;
const minDistinctBytes = 6;
/** A shorter phrase would turn up in random bytes by chance. */
export const minPhraseBytes = 5;
const bitmapBits = 20;

export interface Traces {
	/** What is looked for, by its first four bytes. */
	byStart: Map<number, { what: string; bytes: Uint8Array }[]>;
	bitmap: Uint8Array;
	longest: number;
	/** How many pieces and phrases are looked for. */
	count: number;
}

/** A place where a trace was found. */
export interface Found {
	what: string;
	where: string;
}

/** Pieces of a file and phrases to look for. Phrases are looked for in UTF-8 and in UTF-16. */
export async function tracesOf(file: Blob, phrases: readonly string[]): Promise<Traces> {
	const pieces = await piecesOf(file);
	const texts = phrases.flatMap((phrase) => [Buffer.from(phrase, 'utf8'), Buffer.from(phrase, 'utf16le')]);
	const wanted = [
		...pieces.map((bytes) => ({ what: 'bytes of the file', bytes })),
		...texts
			.filter(({ length }) => length >= minPhraseBytes)
			.map((bytes) => ({ what: `"${bytes.toString()}"`, bytes })),
	];
	const traces: Traces = {
		byStart: new Map(),
		bitmap: new Uint8Array(2 ** bitmapBits),
		longest: 0,
		count: wanted.length,
	};
	for (const entry of wanted) {
		const start = new DataView(entry.bytes.buffer, entry.bytes.byteOffset).getUint32(0);
		traces.byStart.set(start, [...(traces.byStart.get(start) ?? []), entry]);
		traces.bitmap[slot(start)] = 1;
		traces.longest = Math.max(traces.longest, entry.bytes.length);
	}
	return traces;
}

/** The first trace in a stream of bytes; null where there is none. */
export async function findIn(traces: Traces, where: string, chunks: AsyncIterable<Uint8Array>): Promise<Found | null> {
	let rest: Uint8Array = new Uint8Array();
	for await (const chunk of chunks) {
		const bytes = Buffer.concat([rest, chunk]);
		const what = findOnce(traces, bytes);
		if (what) return { what, where };
		rest = bytes.subarray(Math.max(0, bytes.length - traces.longest + 1));
	}
	return null;
}

/** The first trace in any file of a folder or in any file's name; null where there is none. */
export async function findInFolder(traces: Traces, folder: string): Promise<Found | null> {
	for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
		const path = join(entry.parentPath, entry.name);
		const inName = findOnce(traces, Buffer.from(path.slice(folder.length)));
		if (inName) return { what: inName, where: path };
		const found = entry.isFile()
			? await findIn(traces, path, createReadStream(path, { highWaterMark: 2 ** 20 }))
			: null;
		if (found) return found;
	}
	return null;
}

/** The first trace in a text, where bytes may also be written in hexadecimal; null where there is none. */
export function findInText(traces: Traces, where: string, text: string): Found | null {
	const lower = text.toLowerCase();
	for (const { what, bytes } of [...traces.byStart.values()].flat()) {
		const hex = Buffer.from(bytes).toString('hex');
		if (lower.includes(hex)) return { what, where };
	}
	const what = findOnce(traces, Buffer.from(text));
	return what ? { what, where } : null;
}

function findOnce({ byStart, bitmap }: Traces, bytes: Uint8Array): string | null {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	for (let at = 0; at + 4 <= bytes.length; at++) {
		const start = view.getUint32(at);
		if (bitmap[slot(start)] === 0) continue;
		const found = byStart.get(start)?.find((entry) => matches(entry.bytes, bytes, at));
		if (found) return found.what;
	}
	return null;
}

function matches(wanted: Uint8Array, bytes: Uint8Array, at: number): boolean {
	return Buffer.compare(bytes.subarray(at, at + wanted.length), wanted) === 0;
}

async function piecesOf(file: Blob): Promise<Uint8Array[]> {
	const step = Math.max(pieceBytes, Math.floor(file.size / maxPieces));
	const pieces: Uint8Array[] = [];
	const windowBytes = 4 * 2 ** 20;
	for (let begin = 0; begin < file.size; begin += windowBytes) {
		const window = new Uint8Array(await file.slice(begin, begin + windowBytes).arrayBuffer());
		for (let at = (step - (begin % step)) % step; at + pieceBytes <= window.length; at += step) {
			const piece = window.slice(at, at + pieceBytes);
			if (new Set(piece).size >= minDistinctBytes) pieces.push(piece);
		}
	}
	return pieces;
}

function slot(start: number): number {
	return Math.imul(start, 0x9e3779b1) >>> (32 - bitmapBits);
}
