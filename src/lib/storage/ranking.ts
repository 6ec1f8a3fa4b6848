/**
 * How fast each cloud has answered so far, and what to expect of it next: moving averages of latency and throughput, and how far
 * beyond the expectation 95 of 100 answers stayed. That point is where a request is hedged, as in J. Dean and L. A. Barroso,
 * "The Tail at Scale", CACM 56(2), 2013, "Hedged requests".
 *
 * It holds names of clouds and numbers, nothing of what was read, and can be kept as JSON.
 */

/** Weight of the newest answer. */
const weight = 0.25;
/** Answers up to this size tell of latency, larger ones of throughput. */
const smallBytes = 64 * 1024;
/** What is expected of a cloud of which nothing is known, where nothing is known of the others either. */
const prior = { latencyMs: 100, bytesPerMs: 10_000 };
/** How many times the expected time is waited before enough answers were seen to know better. */
const firstFactor = 3;
const keptFactors = 40;
const knownFactors = 8;
const shortestPatienceMs = 250;
/** The longest wait beyond what is expected. */
const longestMarginMs = 5_000;
/** What counts as the latency of a cloud that failed. */
const failureMs = 10_000;
/** After this long without an answer a cloud is as good as new: one that was slow gets another chance. */
const lifeMs = 10 * 60_000;

export interface Speed {
	latencyMs: number;
	bytesPerMs: number;
	/** How many times the expected time the latest answers took, the newest last. */
	factors: number[];
	/** Milliseconds since 1970. */
	at: number;
}

export interface Ranking {
	/** An answer of so many bytes came after so many milliseconds. */
	answered(name: string, bytes: number, ms: number): void;
	/** A request failed. */
	failed(name: string): void;
	/** An answer was given up after so many milliseconds, as another cloud was faster. */
	overtaken(name: string, ms: number): void;
	/** Milliseconds in which an answer of so many bytes should come. */
	expectedMs(name: string, bytes: number): number;
	/** Milliseconds after which the same is asked of another cloud: the 95th percentile, never less than 250, at most 5 seconds late. */
	patienceMs(name: string, bytes: number): number;
	/** The names, the fastest first; equals stay in their order. */
	rank<Named extends { readonly name: string }>(stores: readonly Named[], bytes: number): Named[];
	/** What there is to keep. */
	toJSON(): Record<string, Speed>;
}

/** A ranking, going on from one that was kept. `now` gives the time in milliseconds. */
export function createRanking(kept: Readonly<Record<string, Speed>> = {}, now: () => number = Date.now): Ranking {
	const speeds = new Map<string, Speed>(Object.entries(structuredClone(kept)));

	function known(name: string): Speed | null {
		const speed = speeds.get(name);
		if (speed && now() - speed.at <= lifeMs) return speed;
		speeds.delete(name);
		return null;
	}

	/** What to expect of a stranger: as much as of the one in the middle of those known. */
	function usual(): { latencyMs: number; bytesPerMs: number } {
		const fresh = [...speeds.values()].filter(({ at }) => now() - at <= lifeMs);
		const sorted = fresh.sort((a, b) => a.latencyMs - b.latencyMs);
		return sorted[sorted.length >> 1] ?? prior;
	}

	function expectedMs(name: string, bytes: number): number {
		const { latencyMs, bytesPerMs } = known(name) ?? usual();
		return latencyMs + bytes / bytesPerMs;
	}

	function change(name: string, edit: (speed: Speed) => void): void {
		const speed = known(name) ?? { ...usual(), factors: [], at: 0 };
		const kept = { ...speed, factors: [...speed.factors], at: now() };
		edit(kept);
		speeds.set(name, kept);
	}

	const slowTo = (name: string, ms: number) =>
		change(name, (speed) => {
			speed.latencyMs = Math.max(speed.latencyMs, ms);
		});

	return {
		expectedMs,
		answered(name, bytes, ms) {
			const factor = ms / Math.max(1, expectedMs(name, bytes));
			const first = !known(name);
			change(name, (speed) => {
				const share = first ? 1 : weight;
				// An answer faster than the latency shows that the latency was too high.
				if (bytes <= smallBytes || ms < speed.latencyMs) speed.latencyMs += (ms - speed.latencyMs) * share;
				if (bytes > smallBytes) {
					const bytesPerMs = bytes / Math.max(1, ms / 4, ms - speed.latencyMs);
					speed.bytesPerMs += (bytesPerMs - speed.bytesPerMs) * share;
				}
				speed.factors.push(factor);
				if (speed.factors.length > keptFactors) speed.factors.shift();
			});
		},
		failed: (name) => slowTo(name, failureMs),
		overtaken: (name, ms) => slowTo(name, 2 * ms),
		patienceMs(name, bytes) {
			const expected = expectedMs(name, bytes);
			const factor = percentile95(known(name)?.factors ?? []);
			return Math.max(shortestPatienceMs, Math.min(expected * factor, expected + longestMarginMs));
		},
		rank(stores, bytes) {
			return stores
				.map((store) => ({ store, ms: expectedMs(store.name, bytes) }))
				.sort((a, b) => a.ms - b.ms)
				.map(({ store }) => store);
		},
		toJSON: () => structuredClone(Object.fromEntries(speeds)),
	};
}

function percentile95(factors: readonly number[]): number {
	if (factors.length < knownFactors) return firstFactor;
	const sorted = [...factors].sort((a, b) => a - b);
	return Math.max(1, sorted[Math.ceil(sorted.length * 0.95) - 1] ?? firstFactor);
}

/** The ranking of this page or worker: what one file taught, the next one uses. */
export const sharedRanking = createRanking();
