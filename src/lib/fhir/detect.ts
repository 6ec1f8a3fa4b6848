/**
 * What a file is, by its first bytes. Names and declared types only help where bytes leave it open: a file that calls itself a PDF
 * and is a web page must never be handed to the browser as either.
 *
 * Signatures: https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern; DICOM PS3.10 §7.1; PDF 32000-1 §7.5.2.
 */
import { utf8 } from '#lib/bytes.ts';

export type FileKind = 'pdf' | 'image' | 'dicom' | 'fhir' | 'text' | 'other';

export interface DetectedFile {
	kind: FileKind;
	/** What the bytes are, safe to put on a Blob that a page shows: never a type that can run scripts. */
	mediaType: string;
}

/** How much of a file detection looks at, at most. */
export const headBytes = 4096;

/** The kind alone; see {@link detectFile}. */
export function detectKind(head: Uint8Array, fileName: string, mediaType: string): FileKind {
	return detectFile(head, fileName, mediaType).kind;
}

/**
 * Kind and media type from the first {@link headBytes} bytes or more (fewer when the file is shorter). Never throws; anything not
 * recognised is `other` and `application/octet-stream`.
 */
export function detectFile(head: Uint8Array, fileName: string, mediaType: string): DetectedFile {
	const image = imageType(head);
	if (image !== null) return { kind: 'image', mediaType: image };
	if (isDicom(head, fileName, mediaType)) return { kind: 'dicom', mediaType: 'application/dicom' };
	if (find(head, '%PDF-', 1024)) return { kind: 'pdf', mediaType: 'application/pdf' };
	const text = textOf(head);
	if (text === null) return { kind: 'other', mediaType: 'application/octet-stream' };
	if (isFhir(text, fileName, mediaType)) return { kind: 'fhir', mediaType: 'application/fhir+json' };
	return { kind: 'text', mediaType: 'text/plain' };
}

/** Images that every browser of today shows and that cannot carry scripts; so neither TIFF nor SVG. */
function imageType(head: Uint8Array): string | null {
	if (starts(head, [0xff, 0xd8, 0xff])) return 'image/jpeg';
	if (starts(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
	if (starts(head, 'GIF87a') || starts(head, 'GIF89a')) return 'image/gif';
	if (starts(head, 'RIFF') && starts(head.subarray(8), 'WEBPVP')) return 'image/webp';
	if (starts(head.subarray(4), 'ftypavif')) return 'image/avif';
	if (starts(head, 'BM') && head.length >= 26 && starts(head.subarray(6), [0, 0, 0, 0])) return 'image/bmp';
	return null;
}

/** `DICM` after the preamble; without one (older files) only if something else says so too. */
function isDicom(head: Uint8Array, fileName: string, mediaType: string): boolean {
	if (starts(head.subarray(128), 'DICM')) return true;
	const isSaid = mediaType === 'application/dicom' || /\.(dcm|dicom|ima)$/i.test(fileName);
	// The first element of a bare data set is of group 0002 or 0008, little endian.
	return isSaid && head.length > 8 && (head[0] === 2 || head[0] === 8) && head[1] === 0 && head[3] === 0;
}

/** JSON that names its resource type near the start, or is declared as FHIR. XML is shown as text. */
function isFhir(text: string, fileName: string, mediaType: string): boolean {
	if (!/^\s*\{/.test(text)) return false;
	if (/"resourceType"\s*:\s*"[A-Z][A-Za-z]{1,63}"/.test(text)) return true;
	return /^application\/fhir\+json\b/i.test(mediaType) || /\.fhir(\.json)?$/i.test(fileName);
}

/** The head as UTF-8 without control characters, else null. A character cut off at the end does not count against it. */
function textOf(head: Uint8Array): string | null {
	if (head.length === 0) return null;
	try {
		const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
		return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) ? null : text;
	} catch {
		return null;
	}
}

function starts(bytes: Uint8Array, signature: string | number[]): boolean {
	const wanted = typeof signature === 'string' ? utf8(signature) : signature;
	return bytes.length >= wanted.length && wanted.every((byte: number, i: number) => bytes[i] === byte);
}

function find(bytes: Uint8Array, signature: string, within: number): boolean {
	for (let i = 0; i < Math.min(bytes.length, within); i++) {
		if (bytes[i] === signature.charCodeAt(0) && starts(bytes.subarray(i), signature)) return true;
	}
	return false;
}
