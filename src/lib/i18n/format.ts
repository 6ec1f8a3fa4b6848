/**
 * Dates, numbers and lists in the present language, always with Western digits: doses and results must not be read twice. Patients read
 * "2 January 2027", clinicians "02-Jan-2027"; never a numeric month. Spaces inside a date or before a unit don't break.
 */
import { getLocale, type Locale } from './locale.svelte.ts';

export type DateStyle = 'patient' | 'clinician';
type Moment = number | string | Date;

const tags: Record<Locale, string> = { en: 'en-GB', ar: 'ar-u-nu-latn-ca-gregory' };
const isoDate = /^\d{4}-\d{2}-\d{2}$/;

/** Made once each: making one costs as much as formatting a hundred dates with it, and a long log has thousands. */
const dateFormats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
	const name = JSON.stringify([intlTag(), options]);
	const format = dateFormats.get(name) ?? new Intl.DateTimeFormat(intlTag(), options);
	dateFormats.set(name, format);
	return format;
}

/** The tag for `Intl`. */
export function intlTag(locale: Locale = getLocale()): string {
	return tags[locale];
}

/** A day. An ISO date (`2027-01-02`) is that day everywhere; milliseconds and `Date` are told in this device's time zone. */
export function formatDate(at: Moment, style: DateStyle = 'patient'): string {
	const plain = typeof at === 'string' && isoDate.test(at);
	const parts = dateFormat({
		day: style === 'patient' ? 'numeric' : '2-digit',
		month: style === 'patient' || getLocale() === 'ar' ? 'long' : 'short',
		year: 'numeric',
		...(plain ? { timeZone: 'UTC' } : {}),
	}).formatToParts(asDate(at));
	const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
	const month = part('month').replace('Sept', 'Sep');
	return [part('day'), style === 'patient' ? part('month') : month, part('year')].join(
		style === 'patient' ? '\u00a0' : '-',
	);
}

/** Hours and minutes, 24 of them: `09:14`. */
export function formatTime(at: Moment): string {
	return dateFormat({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(asDate(at));
}

/** `2 January 2027, 09:14` */
export function formatDateTime(at: Moment, style: DateStyle = 'patient'): string {
	return `${formatDate(at, style)}${getLocale() === 'ar' ? '،' : ','} ${formatTime(at)}`;
}

export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
	return new Intl.NumberFormat(intlTag(), options).format(value);
}

/** A share from 0 to 1 as a whole per cent. */
export function formatPercent(share: number): string {
	return formatNumber(Math.min(1, Math.max(0, share)), { style: 'percent' });
}

/** Bytes in the largest fitting decimal unit: `14 MB`. */
export function formatBytes(bytes: number): string {
	const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
	const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
	const value = bytes / 1000 ** step;
	const unit = units[step] ?? 'byte';
	const unitDisplay = step === 0 ? 'long' : 'short';
	return keep(
		formatNumber(value, { style: 'unit', unit, unitDisplay, maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 }),
	);
}

/** A span of time in its largest unit: `20 seconds`, `3 days`. */
export function formatDuration(milliseconds: number): string {
	const seconds = milliseconds / 1000;
	const [unit, size] =
		seconds < 60
			? (['second', 1] as const)
			: seconds < 3600
				? (['minute', 60] as const)
				: seconds < 86400
					? (['hour', 3600] as const)
					: (['day', 86400] as const);
	return keep(formatNumber(Math.round(seconds / size), { style: 'unit', unit, unitDisplay: 'long' }));
}

/** `a, b and c` */
export function formatList(items: readonly string[]): string {
	return new Intl.ListFormat(intlTag(), { type: 'conjunction' }).format(items);
}

function asDate(at: Moment): Date {
	return at instanceof Date ? at : new Date(at);
}

function keep(text: string): string {
	return text.replaceAll(' ', '\u00a0');
}
