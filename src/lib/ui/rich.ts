/**
 * Marks inside a message: `**part**` is the variable part of a sentence, `[[words]]` a link. Anything else is plain text, so a name
 * that holds such signs can at worst look bold.
 */
export interface RichPiece {
	text: string;
	kind: 'plain' | 'marked' | 'link';
}

/** The pieces of a message in reading order, empty ones left out. */
export function richPieces(text: string): RichPiece[] {
	return text
		.split(/(\*\*.+?\*\*|\[\[.+?\]\])/u)
		.filter((part) => part !== '')
		.map((part) => {
			if (part.length > 4 && part.startsWith('**') && part.endsWith('**'))
				return { text: part.slice(2, -2), kind: 'marked' };
			if (part.length > 4 && part.startsWith('[[') && part.endsWith(']]'))
				return { text: part.slice(2, -2), kind: 'link' };
			return { text: part, kind: 'plain' };
		});
}
