/**
 * A date asked for in three fields. The value is an ISO date when it is a real one, '' when nothing was typed, and otherwise what was
 * typed, joined by hyphens, which no date parser accepts: the form's own check then says what is wrong.
 */
export interface DateParts {
	day: string;
	month: string;
	year: string;
}

/** True for a real day of the calendar, `2026-02-29` not being one. */
export function isRealDate(iso: string): boolean {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(iso)) return false;
	const date = new Date(`${iso}T00:00:00Z`);
	return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso);
}

/** `2026-11-20` from what was typed, in any digits (Arabic ones too). */
export function joinDate({ day, month, year }: DateParts): string {
	const [d, mo, y] = [westernDigits(day), westernDigits(month), westernDigits(year)];
	if (d === '' && mo === '' && y === '') return '';
	const iso = `${y.padStart(4, '0')}-${mo.padStart(2, '0')}-${d.padStart(2, '0')}`;
	return isRealDate(iso) && y.length === 4 ? iso : `${y}-${mo}-${d}`;
}

/** The three fields of a value. */
export function splitDate(value: string): DateParts {
	const [year = '', month = '', day = ''] = value.split('-');
	return { day: day.replace(/^0(?=\d)/, ''), month: month.replace(/^0(?=\d)/, ''), year };
}

function westernDigits(text: string): string {
	return text
		.trim()
		.replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
		.replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0));
}
