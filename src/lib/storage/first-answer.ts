/** Asking several at once, politely: the next one is asked when the last one failed or stays silent for a while. */

export interface FirstAnswerOptions {
	/** How long one is waited for before the next is asked too. */
	patienceMs: number;
	signal?: AbortSignal | undefined;
}

/**
 * The first answer that is not null; null when all gave null. The signal handed to each ask is aborted once an answer is there.
 * A rejection ends it, so an ask turns its own failures into null.
 */
export function firstAnswer<T>(
	asks: readonly ((signal: AbortSignal) => Promise<T | null>)[],
	{ patienceMs, signal }: FirstAnswerOptions,
): Promise<T | null> {
	const stop = new AbortController();
	const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
	let begun = 0;
	let running = 0;
	let timer: ReturnType<typeof setTimeout> | undefined;

	return new Promise<T | null>((resolve, reject) => {
		function askNext(): void {
			clearTimeout(timer);
			const ask = asks[begun];
			if (!ask) {
				if (running === 0) resolve(null);
				return;
			}
			begun++;
			running++;
			timer = setTimeout(askNext, patienceMs);
			ask(both).then((answer) => {
				running--;
				if (answer === null) askNext();
				else resolve(answer);
			}, reject);
		}
		askNext();
	}).finally(() => {
		clearTimeout(timer);
		stop.abort();
	});
}
