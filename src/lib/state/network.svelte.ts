/**
 * Whether the chain answers. Whoever reads tells it how that went; while the chain is silent it asks again by itself, and the shell shows
 * a banner. What was read before stays on the screen, with its time.
 */
import type { AppError } from '#lib/errors.ts';

const retryMs = 5_000;

/** Codes that mean the chain could not be asked, rather than that it answered no. */
const silent = new Set<string>(['chain.unreachable', 'general.offline']);

export class Network {
	/** null before the first answer. */
	reachable = $state<boolean | null>(null);
	/** Milliseconds since 1970 of the last answer. */
	lastReadAt = $state<number | null>(null);

	#ask: (() => Promise<unknown>) | null = null;
	#timer: ReturnType<typeof setTimeout> | null = null;
	#asking: Promise<void> | null = null;

	/** How to ask the chain for a sign of life; set by whoever connected to it. */
	askWith(ask: () => Promise<unknown>): void {
		this.#ask = ask;
	}

	/**
	 * Takes note of a success. Where the chain was silent, that is no sign of life yet: it may have come from a cloud or from this browser, or
	 * have been asked before. Then the chain is asked.
	 */
	answered(): void {
		if (this.reachable === false && this.#ask) void this.tryAgain();
		else this.#isThere();
	}

	/** Takes note of a failure; one that says nothing about the chain changes nothing. */
	failed(error: AppError): void {
		if (!silent.has(error.code)) return;
		this.reachable = false;
		this.#timer ??= setTimeout(() => void this.tryAgain(), retryMs);
	}

	/** Asks now, and again later while there is no answer. */
	tryAgain(): Promise<void> {
		this.#asking ??= this.#askNow().finally(() => (this.#asking = null));
		return this.#asking;
	}

	async #askNow(): Promise<void> {
		this.#stop();
		if (!this.#ask) return;
		try {
			await this.#ask();
			this.#isThere();
		} catch {
			this.reachable = false;
			this.#timer ??= setTimeout(() => void this.tryAgain(), retryMs);
		}
	}

	#isThere(): void {
		this.reachable = true;
		this.lastReadAt = Date.now();
		this.#stop();
	}

	#stop(): void {
		if (this.#timer) clearTimeout(this.#timer);
		this.#timer = null;
	}
}

export const network = new Network();
