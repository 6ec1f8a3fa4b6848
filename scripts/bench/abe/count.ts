/** Groups that count what they are asked for: what an encapsulation or an opening costs on any machine. */
import type { Group, Groups } from '#lib/crypto/abe/groups.ts';

export type Counts = Record<
	| 'GT powers'
	| 'G2 powers'
	| 'G1 powers'
	| 'GT read'
	| 'G2 read'
	| 'G1 read'
	| 'Miller loops'
	| 'final exponentiations',
	number
>;

/** The same groups, and their counts, which start at 0. */
export function counting(groups: Groups): { groups: Groups; counts: Counts } {
	const counts: Counts = {
		'GT powers': 0,
		'G2 powers': 0,
		'G1 powers': 0,
		'GT read': 0,
		'G2 read': 0,
		'G1 read': 0,
		'Miller loops': 0,
		'final exponentiations': 0,
	};
	const counted = <T>(name: 'G1' | 'G2' | 'GT', group: Group<T>): Group<T> => ({
		...group,
		products(lists) {
			// Powers 0 and 1, as in rows of and/or, cost nothing.
			counts[`${name} powers`] += lists.flat().filter(([, exponent]) => exponent !== 0n && exponent !== 1n).length;
			return group.products(lists);
		},
		decode(encodings) {
			counts[`${name} read`] += encodings.length;
			return group.decode(encodings);
		},
	});
	return {
		counts,
		groups: {
			...groups,
			G1: counted('G1', groups.G1),
			G2: counted('G2', groups.G2),
			GT: counted('GT', groups.GT),
			pairing(pairs) {
				counts['Miller loops'] += pairs.length;
				counts['final exponentiations']++;
				return groups.pairing(pairs);
			},
		},
	};
}
