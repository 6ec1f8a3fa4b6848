/**
 * The memory of one session: answers that are asked for again and again while a page is put together. An answer that failed
 * is not remembered. What may change on the chain is forgotten when the next use case begins.
 */
export class Memo {
	readonly #answers = new Map<string, { answer: Promise<unknown>; until: number }>();

	/** The remembered answer, or what `ask` gives now. Callers at the same time share one question. */
	once<Answer>(name: string, ask: () => Promise<Answer>, lifeMs = Infinity): Promise<Answer> {
		const known = this.#answers.get(name);
		if (known && known.until > Date.now()) return known.answer as Promise<Answer>;
		const answer = ask();
		const entry = { answer, until: Date.now() + lifeMs };
		this.#answers.set(name, entry);
		answer.catch(() => {
			if (this.#answers.get(name) === entry) this.#answers.delete(name);
		});
		return answer;
	}

	/** Forgets all answers whose name begins with `prefix`. */
	forget(prefix: string): void {
		for (const name of this.#answers.keys()) if (name.startsWith(prefix)) this.#answers.delete(name);
	}
}
