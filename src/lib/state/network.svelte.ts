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

	/** How to ask the chain for a sign of life; set by whoever connected to it. */
	askWith(ask: () => Promise<unknown>): void {
		this.#ask = ask;
	}

	answered(): void {
		this.reachable = true;
		this.lastReadAt = Date.now();
		this.#stop();
	}

	/** Takes note of a failure; one that says nothing about the chain changes nothing. */
	failed(error: AppError): void {
		if (!silent.has(error.code)) return;
		this.reachable = false;
		this.#timer ??= setTimeout(() => void this.tryAgain(), retryMs);
	}

	/** Asks now, and again later while there is no answer. */
	async tryAgain(): Promise<void> {
		this.#stop();
		if (!this.#ask) return;
		try {
			await this.#ask();
			this.answered();
		} catch {
			this.reachable = false;
			this.#timer ??= setTimeout(() => void this.tryAgain(), retryMs);
		}
	}

	#stop(): void {
		if (this.#timer) clearTimeout(this.#timer);
		this.#timer = null;
	}
}

export const network = new Network();
