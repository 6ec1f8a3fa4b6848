/**
 * Files and narrative inside a record. Narrative is XHTML; it is read as text and never rendered, so that a record cannot run
 * anything or load anything: https://hl7.org/fhir/R4/narrative.html
 */
import type { Attachment, Reference } from './datatypes.ts';
import type { AttachedFile, ReadableItem } from './readable-types.ts';
import type { ParsedBundle, ParsedResource } from './bundle.ts';
import { clean } from './words.ts';

/** Plain text up to this size (base64 characters) is shown in the page; more is offered as a file. */
const longestNote = 400_000;

/** Sorts attachments into text to read, files to save, and what is kept elsewhere. */
export function readAttachments(
	attachments: Attachment[],
	from: ParsedResource,
	bundle: ParsedBundle,
): Pick<ReadableItem, 'text' | 'files' | 'elsewhere'> {
	const texts: string[] = [];
	const files: AttachedFile[] = [];
	const elsewhere: string[] = [];
	for (const attachment of attachments) {
		const binary = attachment.data === undefined ? findBinary({ reference: attachment.url ?? '' }, from, bundle) : null;
		const base64 = attachment.data ?? binary?.data;
		const mediaType = (attachment.contentType ?? binary?.contentType ?? 'application/octet-stream').toLowerCase();
		const note = base64 === undefined ? null : plainText(base64, mediaType);
		if (note !== null) texts.push(note);
		else if (base64 !== undefined) files.push({ title: clean(attachment.title), mediaType, base64 });
		else if (clean(attachment.url) !== null) elsewhere.push(clean(attachment.url) ?? '');
	}
	return { text: texts.length === 0 ? null : texts.join('\n\n'), files, elsewhere };
}

/** The bytes of base64 text, else null. FHIR allows white space inside. */
export function attachedBytes(file: Pick<AttachedFile, 'base64'>): Uint8Array<ArrayBuffer> | null {
	try {
		return Uint8Array.from(atob(file.base64), (character) => character.charCodeAt(0));
	} catch {
		return null;
	}
}

function findBinary(reference: Reference, from: ParsedResource, bundle: ParsedBundle) {
	const target = bundle.find(reference.reference ?? '', from);
	return target?.value !== null && target?.type === 'Binary' ? target.value : null;
}

function plainText(base64: string, mediaType: string): string | null {
	if (!/^text\/plain\s*(;|$)/.test(mediaType) || base64.length > longestNote) return null;
	const bytes = attachedBytes({ base64 });
	return bytes ? clean(new TextDecoder().decode(bytes)) : null;
}

const entities = new Map([
	['amp', '&'],
	['lt', '<'],
	['gt', '>'],
	['quot', '"'],
	['apos', "'"],
	['nbsp', ' '],
]);

/** The text of an XHTML narrative: tags gone, blocks on lines of their own, entities resolved once. Linear in its length. */
export function narrativeText(div: string): string | null {
	const text = div
		.replace(/\s+/g, ' ')
		.replace(/<\/(?:p|div|li|tr|h[1-6]|dd|dt|caption|pre)\s*>|<br\s*\/?>/gi, '\n')
		.replace(/<\/t[dh]\s*>/gi, '\t')
		.replace(/<[^<>]*>/g, '')
		.replace(/&(#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-z]{2,4});/g, (whole, name: string) => {
			if (!name.startsWith('#')) return entities.get(name) ?? whole;
			const point = name.startsWith('#x') ? parseInt(name.slice(2), 16) : Number(name.slice(1));
			return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : '';
		});
	const lines = text.split('\n').map((line) => line.trim());
	return clean(lines.filter((line) => line !== '').join('\n'));
}
