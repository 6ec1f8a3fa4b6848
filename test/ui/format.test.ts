import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
	countries,
	countryName,
	direction,
	formatBytes,
	formatDate,
	formatDateTime,
	formatDuration,
	formatList,
	formatNumber,
	formatPercent,
	setLocale,
} from '#lib/i18n/index.ts';

afterEach(() => setLocale('en'));

describe('dates', () => {
	test('patients read the month in words, in one piece', () => {
		expect(formatDate('2027-01-02')).toBe('2\u00a0January\u00a02027');
		setLocale('ar');
		expect(formatDate('2027-01-02')).toBe('2\u00a0يناير\u00a02027');
	});
	test('clinicians read two digits and three letters', () => {
		expect(formatDate('2027-01-02', 'clinician')).toBe('02-Jan-2027');
		expect(formatDate('2026-09-14', 'clinician')).toBe('14-Sep-2026');
	});
	test('a clinical date is the same day in every time zone', () => {
		const zone = process.env['TZ'];
		for (const name of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC']) {
			process.env['TZ'] = name;
			expect(formatDate('2026-11-20')).toBe('20\u00a0November\u00a02026');
		}
		if (zone === undefined) delete process.env['TZ'];
		else process.env['TZ'] = zone;
	});
	test('a moment has hours and minutes, and the comma of its language', () => {
		const moment = new Date(2026, 10, 22, 9, 14).getTime();
		expect(formatDateTime(moment)).toBe('22\u00a0November\u00a02026, 09:14');
		setLocale('ar');
		expect(formatDateTime(moment)).toBe('22\u00a0نوفمبر\u00a02026، 09:14');
	});
	test('no language and no style writes a month in digits, or in Eastern digits', () => {
		fc.assert(
			fc.property(
				fc.date({ noInvalidDate: true, min: new Date('1900-01-01'), max: new Date('2200-01-01') }),
				fc.constantFrom('en', 'ar'),
				fc.constantFrom('patient', 'clinician'),
				(date, locale, style) => {
					setLocale(locale);
					const [day, month, year] = formatDate(date, style).split(/[\u00a0-]/);
					expect(Number(day)).toBe(date.getDate());
					expect(month).toMatch(/^[\p{L}]+$/u);
					expect(year).toBe(String(date.getFullYear()));
				},
			),
		);
	});
});

describe('numbers', () => {
	test('are written with Western digits in Arabic too', () => {
		setLocale('ar');
		for (const text of [formatNumber(1234.5), formatPercent(0.48), formatBytes(14_000_000), formatDuration(20_000)]) {
			expect(text).toMatch(/[0-9]/);
			expect(text).not.toMatch(/[\u0660-\u0669]/);
		}
	});
	test('bytes take the largest unit that fits and never part from it', () => {
		expect(formatBytes(0)).toBe('0\u00a0bytes');
		expect(formatBytes(1)).toBe('1\u00a0byte');
		expect(formatBytes(999)).toBe('999\u00a0bytes');
		expect(formatBytes(1_048_576)).toBe('1\u00a0MB');
		expect(formatBytes(1_500_000)).toBe('1.5\u00a0MB');
		expect(formatBytes(104_857_600)).toBe('105\u00a0MB');
	});
	test('shares stay between nothing and all', () => {
		expect([formatPercent(-1), formatPercent(0.476), formatPercent(2)]).toEqual(['0%', '48%', '100%']);
	});
	test('spans of time are told in one unit', () => {
		expect(formatDuration(20_000)).toBe('20\u00a0seconds');
		expect(formatDuration(120_000)).toBe('2\u00a0minutes');
		expect(formatDuration(86_400_000 * 3)).toBe('3\u00a0days');
	});
});

describe('the rest', () => {
	test('lists are joined as the language joins them', () => {
		expect(formatList(['lab results', 'scans', 'notes'])).toBe('lab results, scans and notes');
		setLocale('ar');
		expect(formatList(['أ', 'ب'])).toBe('أ وب');
	});
	test('countries have names in both languages and are sorted by them', () => {
		expect(countryName('EG')).toBe('Egypt');
		expect(countries().length).toBe(249);
		setLocale('ar');
		expect(countryName('EG')).toBe('مصر');
		const names = countries().map(({ name }) => name);
		expect(names).toEqual(names.toSorted(new Intl.Collator('ar').compare));
	});
	test('what is no country code is shown as it is', () => {
		for (const text of ['', 'eg', 'EGY', '<b>']) expect(countryName(text)).toBe(text);
	});
	test('Arabic is written from the right', () => {
		expect([direction('en'), direction('ar')]).toEqual(['ltr', 'rtl']);
	});
});
