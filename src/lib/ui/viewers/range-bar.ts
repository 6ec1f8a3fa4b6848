/** Where a value lies beside its reference range, on a bar 96 wide; null when there is nothing to draw. */
import type { ResultRow } from '#lib/fhir/index.ts';

export interface RangeBar {
	/** The range itself. */
	start: number;
	width: number;
	/** The value, kept on the bar. */
	value: number;
	isInside: boolean;
}

const barWidth = 96;
/** The mark is 10 wide. */
const margin = 5;

/** The bar runs from zero, or from below the range where values may be negative, to well past the range. */
export function rangeBar({ number, range }: Pick<ResultRow, 'number' | 'range'>): RangeBar | null {
	if (number === null || !range || (range.low === null && range.high === null)) return null;
	const reach = range.high ?? (range.low ?? 0) * 1.4;
	const span = range.low !== null && range.high !== null ? range.high - range.low : Math.abs(reach);
	if (!(span > 0)) return null;
	// A range far from zero, such as a pH, is drawn around itself.
	const isNearZero = range.low === null || (range.low >= 0 && range.low < 2 * span);
	const from = isNearZero && reach > 0 ? 0 : (range.low ?? reach - span) - span;
	const to = reach + span * 0.6;
	const at = (of: number) => Math.round(((of - from) / (to - from)) * barWidth * 10) / 10;
	const start = range.low === null ? 0 : at(range.low);
	const end = range.high === null ? barWidth : at(range.high);
	const value = Math.min(barWidth - margin, Math.max(margin, at(number)));
	const isInside = (range.low === null || number >= range.low) && (range.high === null || number <= range.high);
	return { start, width: end - start, value, isInside };
}
