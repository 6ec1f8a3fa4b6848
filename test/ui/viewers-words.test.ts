/** What viewers say and where they draw: words for codes, dates as complete as they are, bars that stay in place, safe names. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { setLocale } from '#lib/i18n/index.ts';
import { fhirDate, markWords, scheduleWords, verdictWord } from '#lib/ui/viewers/fhir-words.ts';
import { safeFileName } from '#lib/ui/viewers/label.ts';
import { rangeBar } from '#lib/ui/viewers/range-bar.ts';

afterEach(() => setLocale('en'));

const range = (low: number | null, high: number | null) => ({ low, high, text: '' });
const says = (number: number, low: number | null, high: number | null, verdict: 'low' | 'high' | 'very-low') =>
	verdictWord({ number, range: range(low, high), verdict, says: null })?.text;

describe('words for a value', () => {
	it('soften only just outside the range, and never what the laboratory calls very low', () => {
		expect(says(118, 120, 155, 'low')).toBe('A little low');
		expect(says(110, 120, 155, 'low')).toBe('Low');
		expect(says(156, 120, 155, 'high')).toBe('A little high');
		expect(says(119, 120, 155, 'very-low')).toBe('Very low');
	});

	it('do not soften a sodium of 130, which is near in number and far in meaning', () => {
		expect(says(130, 133, 146, 'low')).toBe('Low');
	});

	it('do not soften without both ends of a range', () => {
		expect(says(5.1, null, 5, 'high')).toBe('High');
	});

	it('are those of the record where it has its own', () => {
		expect(verdictWord({ number: null, range: null, verdict: null, says: 'borderline' })?.text).toBe('borderline');
		expect(verdictWord({ number: 4, range: range(1, 5), verdict: null, says: null })).toBeNull();
	});
});

describe('marks', () => {
	it('are silent about what is as it should be, loud about mistakes, and lose no code', () => {
		expect(markWords(['final', 'completed', 'current'])).toEqual([]);
		expect(markWords(['entered-in-error'])).toEqual([{ text: 'Entered by mistake', kind: 'bad' }]);
		expect(markWords(['on-the-moon'])).toEqual([{ text: 'on-the-moon', kind: 'plain' }]);
	});

	it('are in Arabic for those who read Arabic', () => {
		setLocale('ar');
		expect(markWords(['refuted'])).toEqual([{ text: 'استُبعد', kind: 'bad' }]);
	});
});

describe('dates and times', () => {
	it.each([
		['2011-03-04T08:30:00+11:00', '4\u00a0March\u00a02011'],
		['2011-03-04', '4\u00a0March\u00a02011'],
		['2011-03', 'March\u00a02011'],
		['2011', '2011'],
	])('%s is %s: no more than is known', (date, words) => {
		expect(fhirDate(date)).toBe(words);
	});

	it('how often is said as people say it', () => {
		expect(scheduleWords({ times: 2, period: 1, unit: 'd' })).toBe('2 times in 1\u00a0day');
		expect(scheduleWords({ times: 1, period: 8, unit: 'h' })).toBe('Once in 8\u00a0hours');
		setLocale('ar');
		expect(scheduleWords({ times: 2, period: 1, unit: 'd' })).toMatch(/^مرتين كل /);
	});
});

describe('the bar of a range', () => {
	it('is absent where there is nothing to compare', () => {
		expect(rangeBar({ number: null, range: range(1, 2) })).toBeNull();
		expect(rangeBar({ number: 1, range: null })).toBeNull();
		expect(rangeBar({ number: 1, range: range(null, null) })).toBeNull();
		expect(rangeBar({ number: 1, range: range(0, 0) })).toBeNull();
	});

	it('shows a pH where it can be told apart', () => {
		const bar = rangeBar({ number: 7.4, range: range(7.35, 7.45) });
		expect(bar?.width).toBeGreaterThan(20);
		expect(bar?.isInside).toBe(true);
	});

	it('stays on its 96 steps, and says rightly what is inside', () => {
		const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
		fc.assert(
			fc.property(number, fc.option(number), fc.option(number), (value, one, other) => {
				const [low, high] = one !== null && other !== null && one > other ? [other, one] : [one, other];
				const bar = rangeBar({ number: value, range: range(low, high) });
				if (bar === null) return;
				expect(bar.value).toBeGreaterThanOrEqual(5);
				expect(bar.value).toBeLessThanOrEqual(91);
				expect(bar.start).toBeGreaterThanOrEqual(0);
				expect(bar.width).toBeGreaterThanOrEqual(0);
				expect(bar.start + bar.width).toBeLessThanOrEqual(96.1);
				expect(bar.isInside).toBe((low === null || value >= low) && (high === null || value <= high));
			}),
		);
	});
});

describe('a name to save under', () => {
	it.each([
		['report.pdf', 'report.pdf'],
		['../../etc/passwd', '_.._etc_passwd'],
		['photo\u202egpj.exe', 'photogpj.exe'],
		['تقرير الدم.pdf', 'تقرير الدم.pdf'],
		['a:b*c?"<>|.txt', 'a_b_c_____.txt'],
		['\u0000\u200b', 'record'],
		['...', 'record'],
		['', 'record'],
	])('%j becomes %j', (name, safe) => {
		expect(safeFileName(name)).toBe(safe);
	});

	it('is never long, and keeps its ending', () => {
		expect(safeFileName(`${'😀'.repeat(300)}.pdf`)).toBe(`${'😀'.repeat(116)}.pdf`);
	});

	it('of any text is safe', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
				const safe = safeFileName(name);
				expect(safe).not.toMatch(/[/\\\p{Cc}\p{Cf}]|^\./u);
				expect(Array.from(safe).length).toBeLessThanOrEqual(120);
				expect(safe).not.toBe('');
			}),
		);
	});
});
