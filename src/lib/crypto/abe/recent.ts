/** The last values made, by name; so that what is dear to make and comes again is made once, in bounded memory. */
export class Recent<T> {
	readonly #values = new Map<string, T>();
	readonly #size: number;

	constructor(size: number) {
		this.#size = size;
	}

	get(name: string): T | undefined {
		const value = this.#values.get(name);
		return value === undefined ? undefined : this.set(name, value);
	}

	/** Keeps a value, and forgets the one that was not asked for the longest when there are too many. */
	set(name: string, value: T): T {
		this.#values.delete(name);
		this.#values.set(name, value);
		const [oldest] = this.#values.keys();
		if (this.#values.size > this.#size && oldest !== undefined) this.#values.delete(oldest);
		return value;
	}
}
