import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRealDate, joinDate, splitDate } from '#lib/ui/date-parts.ts';
import { initials } from '#lib/ui/initials.ts';
import { richPieces } from '#lib/ui/rich.ts';
import { shortAddress } from '#lib/ui/short-address.ts';

describe('marked sentences', () => {
	test('parts between stars are marked, words between brackets are links', () => {
		expect(richPieces('**Dr Haddad** can read your [[lab results]].')).toEqual([
			{ text: 'Dr Haddad', kind: 'marked' },
			{ text: ' can read your ', kind: 'plain' },
			{ text: 'lab results', kind: 'link' },
			{ text: '.', kind: 'plain' },
		]);
	});
	test('marks that do not close stay as they are', () => {
		for (const text of ['**', '****', 'a ** b', '[[', '[[]]', 'x]]']) {
			expect(richPieces(text).every(({ kind }) => kind === 'plain')).toBe(true);
			expect(
				richPieces(text)
					.map((piece) => piece.text)
					.join(''),
			).toBe(text);
		}
	});
	test('no letter is lost, whatever is written', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), (text) => {
				const words = richPieces(text)
					.map((piece) => piece.text)
					.join('');
				expect(words.replaceAll(/[*[\]]/g, '')).toBe(text.replaceAll(/[*[\]]/g, ''));
			}),
		);
	});
});

describe('dates in three fields', () => {
	test('a real day becomes an ISO date, also from Arabic digits and without leading zeros', () => {
		expect(joinDate({ day: '2', month: '1', year: '2027' })).toBe('2027-01-02');
		expect(joinDate({ day: ' ٢ ', month: '١', year: '٢٠٢٧' })).toBe('2027-01-02');
	});
	test('nothing typed is empty', () => {
		expect(joinDate({ day: '', month: ' ', year: '' })).toBe('');
	});
	test.each([
		['30', '2', '2026'],
		['29', '2', '2026'],
		['1', '13', '2026'],
		['0', '1', '2026'],
		['1', '1', '26'],
		['1', '1', ''],
		['x', '1', '2026'],
		['1', '1', '02026'],
	])('%s %s %s is no date, and is kept as typed', (day, month, year) => {
		const value = joinDate({ day, month, year });
		expect(isRealDate(value)).toBe(false);
		expect(value).not.toBe('');
	});
	test('a value goes into the fields and comes out the same', () => {
		fc.assert(
			fc.property(
				fc.date({ noInvalidDate: true, min: new Date('1000-01-01'), max: new Date('9999-12-31') }),
				(date) => {
					const iso = date.toISOString().slice(0, 10);
					expect(joinDate(splitDate(iso))).toBe(iso);
				},
			),
		);
	});
});

describe('faces and addresses', () => {
	test.each([
		['Dr Layla Haddad', 'LH'],
		['Mariam Al-Khatib', 'MA'],
		['Al-Noor Hospital', 'AH'],
		['هدى صالح', 'ه\u200cص'],
		['د. ليلى حداد', 'ل\u200cح'],
		['Omar', 'O'],
		['', ''],
		['   ', ''],
	])('the initials of %j are %j', (name, letters) => {
		expect(initials(name)).toBe(letters);
	});
	test('initials never fail, and stay short', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), (name) => {
				expect(Array.from(initials(name).replace('\u200c', '')).length).toBeLessThanOrEqual(4);
			}),
		);
	});
	test('an address keeps its beginning and end', () => {
		expect(shortAddress('0x06475f570eba61cef5f46ad3a359c4d912e04520')).toBe('0x0647…4520');
		expect(shortAddress('0x12')).toBe('0x12');
	});
});
