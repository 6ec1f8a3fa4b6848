/**
 * How fast each cloud has answered so far, and what to expect of it next: moving averages of latency and throughput, and how far
 * beyond the expectation 95 of 100 answers stayed. That point is where a request is hedged, as in J. Dean and L. A. Barroso,
 * "The Tail at Scale", CACM 56(2), 2013, "Hedged requests".
 *
 * It holds names of clouds and numbers, nothing of what was read, and can be kept as JSON (`toJSON`, `recall`).
 */

import * as v from 'valibot';

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
/** A cloud that failed or was overtaken is held back this long, and then gets another chance. */
const heldBackForMs = 10 * 60_000;
/** After this long without an answer a cloud is as good as new. */
const lifeMs = 24 * 60 * 60_000;
/** What is kept is of so many clouds at most, those used last. */
const keptClouds = 64;
/** No answer is waited for longer; what says otherwise is not true. */
const longestMs = 60 * 60_000;

const milliseconds = v.pipe(v.number(), v.minValue(0), v.maxValue(longestMs));

const speedSchema = v.strictObject({
	latencyMs: milliseconds,
	bytesPerMs: v.pipe(v.number(), v.minValue(1 / longestMs), v.maxValue(1e9)),
	/** How many times the expected time the latest answers took, the newest last. */
	factors: v.pipe(v.array(milliseconds), v.maxLength(keptFactors)),
	/** What is added for a while, as it failed or was overtaken. */
	heldBackMs: milliseconds,
	/** Milliseconds since 1970. */
	at: v.number(),
});
export type Speed = v.InferOutput<typeof speedSchema>;

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
	/** What there is to keep, of at most 64 clouds. */
	toJSON(): Record<string, Speed>;
	/** Goes on from what was kept, of clouds of which nothing newer is known. It may be anything: what is no speed, too old or of times to come is passed over. */
	recall(kept: unknown): void;
}

/** A ranking that knows nothing yet. `now` gives the time in milliseconds. */
export function createRanking(now: () => number = Date.now): Ranking {
	const speeds = new Map<string, Speed>();

	function known(name: string): Speed | null {
		const speed = speeds.get(name);
		if (speed && now() - speed.at <= lifeMs) return speed;
		speeds.delete(name);
		return null;
	}

	/** What to expect of a stranger: as much as of the one in the middle of those known. */
	function usual(): Pick<Speed, 'latencyMs' | 'bytesPerMs'> {
		const fresh = [...speeds.values()].filter(({ at }) => now() - at <= lifeMs);
		const sorted = fresh.sort((a, b) => a.latencyMs - b.latencyMs);
		return sorted[sorted.length >> 1] ?? prior;
	}

	function expectedMs(name: string, bytes: number): number {
		const speed = known(name);
		const { latencyMs, bytesPerMs } = speed ?? usual();
		return latencyMs + heldBack(speed) + bytes / bytesPerMs;
	}

	function heldBack(speed: Speed | null): number {
		return speed && now() - speed.at <= heldBackForMs ? speed.heldBackMs : 0;
	}

	function change(name: string, edit: (speed: Speed) => void): void {
		const speed = known(name);
		const { latencyMs, bytesPerMs } = speed ?? usual();
		const factors = [...(speed?.factors ?? [])];
		const kept: Speed = { latencyMs, bytesPerMs, factors, heldBackMs: heldBack(speed), at: now() };
		edit(kept);
		speeds.set(name, kept);
	}

	const holdBack = (name: string, ms: number) =>
		change(name, (speed) => {
			speed.heldBackMs = Math.max(speed.heldBackMs, ms);
		});

	return {
		expectedMs,
		answered(name, bytes, ms) {
			const factor = ms / Math.max(1, expectedMs(name, bytes));
			const first = !known(name);
			change(name, (speed) => {
				const share = first ? 1 : weight;
				speed.heldBackMs *= 1 - weight;
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
		failed: (name) => holdBack(name, failureMs),
		overtaken: (name, ms) => holdBack(name, Math.min(2 * ms, longestMs)),
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
		toJSON: () => structuredClone(Object.fromEntries(newest(speeds))),
		recall(kept) {
			const entries = v.safeParse(v.record(v.string(), v.unknown()), kept);
			if (!entries.success) return;
			const found = Object.entries(entries.output).flatMap(([name, value]): [string, Speed][] => {
				const speed = v.safeParse(speedSchema, value);
				const age = speed.success ? now() - speed.output.at : NaN;
				return speed.success && age >= 0 && age <= lifeMs ? [[name, speed.output]] : [];
			});
			for (const [name, speed] of newest(found)) {
				const mine = known(name);
				if (!mine || mine.at < speed.at) speeds.set(name, speed);
			}
		},
	};
}

function newest(speeds: Iterable<[string, Speed]>): [string, Speed][] {
	return [...speeds].sort(([, a], [, b]) => b.at - a.at).slice(0, keptClouds);
}

function percentile95(factors: readonly number[]): number {
	if (factors.length < knownFactors) return firstFactor;
	const sorted = [...factors].sort((a, b) => a - b);
	return Math.max(1, sorted[Math.ceil(sorted.length * 0.95) - 1] ?? firstFactor);
}

/** The ranking of this page or worker: what one file taught, the next one uses. */
export const sharedRanking = createRanking();
