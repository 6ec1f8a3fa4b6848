/**
 * Which uploads are under way in this browser, whichever tab or worker is at them: each holds a lock while it lasts, and the browser lets go
 * of it when its page ends (https://w3c.github.io/web-locks/). Where there are no locks nothing is known to be under way.
 */

const prefixOf = (store: string) => `amana-put ${store} `;
const locksHere = () => (globalThis.navigator as Navigator | undefined)?.locks;

/** Does the upload of an object to a store, and lets all tabs see that it is under way. */
export async function whileUnderWay<Result>(
	store: string,
	object: string,
	upload: () => Promise<Result>,
): Promise<Result> {
	const locks = locksHere();
	return locks ? await locks.request(prefixOf(store) + object, { mode: 'shared' }, upload) : upload();
}

/** Names of the objects that are on their way to a store. */
export async function underWay(store: string): Promise<Set<string>> {
	const { held = [], pending = [] } = (await locksHere()?.query()) ?? {};
	const prefix = prefixOf(store);
	return new Set(
		[...held, ...pending].flatMap(({ name }) => (name?.startsWith(prefix) ? name.slice(prefix.length) : [])),
	);
}
