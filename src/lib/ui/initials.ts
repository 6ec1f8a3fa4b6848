/** Two letters for a face: the first of the first and the last word, without a title such as "Dr". Arabic letters are kept apart. */
const titles = new Set(['dr', 'dr.', 'prof', 'prof.', 'mr', 'mrs', 'ms', 'د.', 'د', 'أ.', 'السيد', 'السيدة']);

export function initials(name: string): string {
	const words = name
		.split(/\s+/)
		.filter((word) => word !== '' && !titles.has(word.toLowerCase()))
		.map((word) => word.replace(/^ال(?=.)|^[^\p{L}\p{N}]+/u, ''));
	const first = letter(words[0]);
	const last = words.length > 1 ? letter(words.at(-1)) : '';
	const joins = /\p{Script=Arabic}/u.test(first);
	return joins && last !== '' ? `${first}\u200c${last}` : (first + last).toLocaleUpperCase('en');
}

function letter(word: string | undefined): string {
	return word === undefined ? '' : (Array.from(word)[0] ?? '');
}
