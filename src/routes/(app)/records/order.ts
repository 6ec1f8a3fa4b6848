/** The order of a history: by when things happened to the person, not by when they were saved. */
import type { RecordView } from '#lib/records/index.ts';

/** Latest first, by clinical date; what is sealed to the reader counts by the day it was added. */
export function byClinicalDate(records: readonly RecordView[]): RecordView[] {
	return [...records].sort((a, b) => whenOf(b) - whenOf(a) || b.addedAt - a.addedAt);
}

function whenOf({ clinicalDate, addedAt }: RecordView): number {
	const time = clinicalDate === null ? NaN : Date.parse(clinicalDate);
	return Number.isNaN(time) ? addedAt : time;
}
