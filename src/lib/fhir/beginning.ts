/**
 * The beginning of a large bundle as a bundle of its own: it ends after the last entry that is whole. So a page shows the first entries
 * while the rest is still on its way.
 */
import { utf8 } from '#lib/bytes.ts';

/**
 * A bundle of the entries that are whole in the first bytes of one, as JSON bytes; null where there is none yet, or where the bytes are
 * the beginning of something else. What comes of it is as little to be trusted as the whole: `parseBundle` judges it.
 */
export function bundleBeginning(bytes: Uint8Array): Uint8Array<ArrayBuffer> | null {
	const text = new TextDecoder().decode(bytes, { stream: true });
	let depth = 0;
	/** The last text at the depth of the bundle's own fields: before a bracket that is the field's name. */
	let field = '';
	let inEntries = false;
	let end = 0;
	for (let i = 0; i < text.length; i++) {
		switch (text[i]) {
			case '"': {
				const close = endOfText(text, i);
				if (depth === 1) field = text.slice(i + 1, close);
				i = close;
				break;
			}
			case '{':
			case '[':
				if (depth === 1) inEntries = text[i] === '[' && field === 'entry';
				depth++;
				break;
			case '}':
			case ']':
				depth--;
				if (depth === 1) inEntries = false;
				if (depth === 2 && inEntries && text[i] === '}') end = i + 1;
				break;
		}
	}
	return inEntries && end > 0 ? utf8(text.slice(0, end) + ']}') : null;
}

/** Where the text that begins here ends; the end of all where it does not. */
function endOfText(text: string, start: number): number {
	for (let i = start + 1; i < text.length; i++) {
		if (text[i] === '\\') i++;
		else if (text[i] === '"') return i;
	}
	return text.length;
}
