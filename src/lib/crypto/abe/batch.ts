/** Small helpers for work that comes in batches. */

/** The one item of a batch of one. */
export function only<T>(items: readonly T[]): T {
	const [item] = items;
	if (item === undefined || items.length > 1) throw new RangeError('A batch of one is expected.');
	return item;
}

/** Items side by side. Both lists have the same length. */
export function zip<A, B>(left: readonly A[], right: readonly B[]): (readonly [A, B])[] {
	if (left.length !== right.length) throw new RangeError('Lists of different lengths.');
	return left.map((item, i) => [item, right[i] as B] as const);
}
