/** Days as forms hold them (ISO dates, in the person's own time zone), and the moments that the chain holds. */

const dayMs = 24 * 60 * 60 * 1000;

/** Today and `days` more, as an ISO date. */
export function dayAfter(days: number, from = Date.now()): string {
	const date = new Date(from + days * dayMs);
	const two = (value: number) => String(value).padStart(2, '0');
	return `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The last moment of a day in milliseconds, or null when there is no such day. */
export function endOfDay(isoDate: string): number | null {
	const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(isoDate);
	if (!match) return null;
	const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
	const end = new Date(year, month - 1, day, 23, 59, 59);
	return end.getMonth() === month - 1 && end.getDate() === day ? end.getTime() : null;
}
