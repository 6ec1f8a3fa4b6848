/** What a part of `npm run bench:storage` is: something measured in Chromium, as figures for programs and as rows for people. */

export interface Bench {
	/**
	 * Calls a function that a module of the bench's folder exports, in a page of Chromium, with an argument that can be
	 * cloned; resolves with what it resolves with. Each call has a page of its own.
	 */
	inPage<Result>(module: string, name: string, argument?: unknown): Promise<Result>;
	/** The most memory that the page of the last call held, its workers' included; null where the system does not say (not Linux). */
	peakBytes(): number | null;
}

export interface Row {
	what: string;
	measured: string;
	target: string;
}

export interface Measured {
	/** For `--json`: merged with those of the other parts. */
	figures: Record<string, unknown>;
	rows: Row[];
}

export interface Part {
	/** As `--only` takes it. */
	name: string;
	measure(bench: Bench): Promise<Measured>;
}

/** The middle of some figures. */
export function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
