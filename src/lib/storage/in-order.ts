/** Doing several things at once, a few at a time, with the results in order: the window that bounds memory everywhere here. */

/**
 * Results of `work` over the items, in the items' order. At most `atOnce` are begun and not yet taken by the consumer.
 * The first failure ends it; so does leaving the loop, and then what is under way is left to finish unseen.
 */
export async function* inOrder<Item, Result>(
	items: Iterable<Item>,
	atOnce: number,
	work: (item: Item, index: number) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
	const begun: Promise<Result>[] = [];
	let index = 0;
	for (const item of items) {
		if (begun.length >= atOnce) yield await (begun.shift() as Promise<Result>);
		const result = work(item, index++);
		result.catch(() => undefined); // a failure is met when its turn comes, or not at all
		begun.push(result);
	}
	for (const result of begun) yield await result;
}
