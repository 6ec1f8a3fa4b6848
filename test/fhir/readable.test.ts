/** The page that a bundle becomes: nothing lost, values with unit and range, text only. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	attachedBytes,
	parseBundle,
	readableBundle,
	type ReadableBundle,
	type ReadableItem,
	type SectionKind,
} from '#lib/fhir/index.ts';
import { narrativeText } from '#lib/fhir/attachments.ts';
import { clean, unitText } from '#lib/fhir/words.ts';
import { sampleBytes } from '../../scripts/demo/samples/index.ts';

const page = (input: unknown): ReadableBundle => readableBundle(parseBundle(input));
const items = (of: ReadableBundle, kind: SectionKind): ReadableItem[] =>
	of.sections.find((section) => section.kind === kind)?.items ?? [];
const observation = (more: object) => ({
	resourceType: 'Observation',
	status: 'final',
	code: { text: 'Potassium' },
	...more,
});
const firstRow = (more: object) => items(page(observation(more)), 'results')[0]?.rows[0];

describe('a blood count', () => {
	const [report] = items(page(sampleBytes('blood-count.json')), 'results');

	it('is one report with its results as rows', () => {
		expect(report).toMatchObject({ title: 'Complete Blood Count', date: '2011-03-04T08:30:00+11:00' });
		expect(report?.rows).toHaveLength(17);
	});

	it('keeps unit and reference range beside each number', () => {
		expect(report?.rows[1]).toMatchObject({
			name: 'Red Cell Count',
			text: '5.9',
			unit: '×10¹²/L',
			range: { low: 4.2, high: 6, text: '4.2 – 6' },
			verdict: 'in-range',
			verdictFrom: 'range',
		});
	});

	it('takes the word of the laboratory over the numbers', () => {
		expect(report?.rows[8]).toMatchObject({ name: 'Neutrophils', verdict: 'very-low', verdictFrom: 'record' });
	});

	it('brings the printed report along as a file', () => {
		const [file] = report?.files ?? [];
		expect(file?.mediaType).toBe('application/pdf');
		expect(file && attachedBytes(file)).toEqual(sampleBytes('blood-count.pdf'));
	});
});

describe('a patient summary', () => {
	const summary = page(sampleBytes('patient-summary.json'));

	it('has its title, date and author on top', () => {
		expect(summary).toMatchObject({ title: 'International Patient Summary', date: '2024-09-13' });
		expect(summary.author).toContain('NorthCare');
	});

	it('shows every section it holds, in a fixed order', () => {
		expect(summary.sections.map((section) => section.kind)).toEqual([
			...['patient', 'problems', 'allergies', 'medicines', 'results', 'vitals', 'lifestyle', 'procedures'],
			...['vaccinations', 'documents', 'people', 'other'],
		]);
	});

	it('loses no resource: each is an item, a row, or named by one', () => {
		const bundle = parseBundle(sampleBytes('patient-summary.json'));
		const shown = summary.sections.flatMap((section) => section.items);
		const rows = shown.reduce((sum, item) => sum + item.rows.length, 0);
		const observations = bundle.resources.filter((resource) => resource.type === 'Observation').length;
		const others = bundle.resources.filter((resource) => !['Observation', 'Composition'].includes(resource.type));
		expect(rows).toBeGreaterThanOrEqual(observations);
		expect(shown.filter((item) => item.rows.length === 0)).toHaveLength(others.length);
	});

	it('shows what it has no section for by its type and its words', () => {
		const flag = items(summary, 'other').find((item) => item.type === 'Flag');
		expect(flag?.text).toContain('Shellfish free diet');
	});

	it('never follows a document that is kept elsewhere', () => {
		const [document] = items(summary, 'documents');
		expect(document?.elsewhere).toEqual(['https://fhir.example.com/DocumentReference/advance-directive-123/content']);
		expect(document?.files).toEqual([]);
	});
});

describe('what a value says', () => {
	const range = [{ low: { value: 3.5, unit: 'mmol/L' }, high: { value: 5, unit: 'mmol/L' } }];

	it.each([
		[3.4, 'low'],
		[3.5, 'in-range'],
		[5, 'in-range'],
		[5.1, 'high'],
	])('%d is %s', (value, verdict) => {
		expect(firstRow({ valueQuantity: { value, unit: 'mmol/L' }, referenceRange: range })?.verdict).toBe(verdict);
	});

	it('is not judged when the units differ', () => {
		expect(firstRow({ valueQuantity: { value: 20, unit: 'mg/dL' }, referenceRange: range })).toMatchObject({
			verdict: null,
			number: null,
		});
	});

	it('is not judged when the number is a bound', () => {
		const row = firstRow({ valueQuantity: { value: 4, comparator: '<', unit: 'mmol/L' }, referenceRange: range });
		expect(row).toMatchObject({ text: '< 4', verdict: null });
	});

	it('is not judged when there are several ranges, or one for some people', () => {
		const two = [...range, { low: { value: 1, unit: 'mmol/L' }, appliesTo: [{ text: 'children' }] }];
		expect(firstRow({ valueQuantity: { value: 9, unit: 'mmol/L' }, referenceRange: two })).toMatchObject({
			verdict: null,
			range: { low: null, high: null, text: '3.5 – 5; ≥ 1 (children)' },
		});
		const some = [{ ...range[0], appliesTo: [{ text: 'men' }] }];
		expect(firstRow({ valueQuantity: { value: 9, unit: 'mmol/L' }, referenceRange: some })?.verdict).toBeNull();
	});

	it('keeps words of the laboratory that it has no verdict for', () => {
		const row = firstRow({ valueString: 'see text', interpretation: [{ text: 'borderline' }] });
		expect(row).toMatchObject({ verdict: null, says: 'borderline' });
	});

	it('says why there is no value, and marks what is not final', () => {
		const row = firstRow({ status: 'entered-in-error', dataAbsentReason: { text: 'not performed' } });
		expect(row).toMatchObject({ text: null, absent: 'not performed', marks: ['entered-in-error'] });
	});

	it.each([
		[{ valueBoolean: false }, { yes: false, text: null }],
		[{ valueInteger: 3 }, { text: '3' }],
		[{ valueCodeableConcept: { coding: [{ display: 'Rh positive' }] } }, { text: 'Rh positive' }],
		[{ valueRange: { low: { value: 1, unit: 'g' }, high: { value: 2, unit: 'g' } } }, { text: '1 – 2 g' }],
		[{ valueRatio: { numerator: { value: 1 }, denominator: { value: 128 } } }, { text: '1 : 128' }],
		[{ valueTime: '08:30:00' }, { text: '08:30:00' }],
	])('%j is read', (more, row) => {
		expect(firstRow(more)).toMatchObject(row);
	});

	it('writes UCUM powers as people do', () => {
		expect(unitText({ code: '10*9/L' })).toBe('×10⁹/L');
		expect(unitText({ unit: 'x10*12/L' })).toBe('×10¹²/L');
		expect(unitText({ unit: '1' })).toBeNull();
	});
});

describe('doses', () => {
	const medicine = (dosageInstruction: object) =>
		items(
			page({
				resourceType: 'MedicationRequest',
				status: 'active',
				medicationCodeableConcept: { text: 'Theophylline' },
				dosageInstruction: [dosageInstruction],
			}),
			'medicines',
		)[0];
	const twiceADay = { repeat: { frequency: 2, period: 1, periodUnit: 'd' } };
	const one = [{ doseQuantity: { value: 1, unit: 'tablet' } }];

	it('are shown as written when they are written', () => {
		const item = medicine({ text: '1 at night', timing: twiceADay });
		expect(item).toMatchObject({ schedule: null, marks: ['active'] });
		expect(item?.details).toEqual([{ name: 'dose', text: '1 at night', form: 'text' }]);
	});

	it('are put together from parts', () => {
		const item = medicine({ timing: twiceADay, doseAndRate: one, asNeededBoolean: true });
		expect(item?.schedule).toEqual({ times: 2, period: 1, unit: 'd' });
		expect(item?.details).toEqual([
			{ name: 'dose', text: '1 tablet', form: 'text' },
			{ name: 'as-needed', text: 'yes', form: 'code' },
		]);
	});

	it('are marked when they have a part that is not shown', () => {
		const onMondays = { repeat: { ...twiceADay.repeat, dayOfWeek: ['mon'] } };
		expect(medicine({ timing: onMondays, doseAndRate: one })?.marks).toContain('more-in-original');
		expect(medicine({ doseAndRate: [{ ...one[0], rateQuantity: { value: 5 } }] })?.marks).toContain('more-in-original');
	});
});

describe('hostile content', () => {
	it('narrative is text: nothing of it can run or load', () => {
		const div =
			'<div xmlns="http://www.w3.org/1999/xhtml"><p>Hello<img src=x onerror=alert(1)/></p><script>alert(2)</script>&lt;b&gt;1 &amp; 2&#10;&#x41;</div>';
		expect(narrativeText(div)).toBe('Hello\nalert(2)<b>1 & 2\nA');
	});

	it('narrative of a million brackets takes no long time', () => {
		const started = performance.now();
		narrativeText('<'.repeat(1_000_000));
		narrativeText('&#'.repeat(500_000));
		expect(performance.now() - started).toBeLessThan(2000);
	});

	it('text that turns the direction of what follows is stripped', () => {
		expect(clean('\u202e08 gm 1\u0000 dose')).toBe('08 gm 1 dose');
		expect(clean('\u200b \u2066')).toBeNull();
	});

	it('panels that contain each other are shown once', () => {
		const panel = (id: string, other: string) => ({
			resource: { ...observation({ id }), hasMember: [{ reference: `Observation/${other}` }] },
		});
		const bundle = { resourceType: 'Bundle', type: 'collection', entry: [panel('a', 'b'), panel('b', 'a')] };
		expect(items(page(bundle), 'results')).toHaveLength(1);
	});

	it('a chain of ten thousand panels does not exhaust the stack, and is all there', () => {
		const entry = Array.from({ length: 10_000 }, (_, i) => ({
			resource: observation({
				id: String(i),
				valueInteger: i,
				hasMember: [{ reference: `Observation/${String(i + 1)}` }],
			}),
		}));
		const rows = items(page({ resourceType: 'Bundle', type: 'collection', entry }), 'results').flatMap(
			(item) => item.rows,
		);
		expect(new Set(rows.map((row) => row.text).filter((text) => text !== null)).size).toBe(10_000);
	});

	it('a file that is not base64 has no bytes', () => {
		expect(attachedBytes({ base64: '%%%' })).toBeNull();
		expect(attachedBytes({ base64: ' SGk= \n' })).toEqual(new Uint8Array([72, 105]));
	});

	it('a note is read from its attachment; a web page is only offered as a file', () => {
		const document = (contentType: string) => ({
			resourceType: 'DocumentReference',
			status: 'current',
			content: [{ attachment: { contentType, data: btoa('<b>well</b>') } }],
		});
		expect(items(page(document('text/plain; charset=utf-8')), 'notes')[0]?.text).toBe('<b>well</b>');
		const [item] = items(page(document('text/html')), 'documents');
		expect(item).toMatchObject({ text: null, files: [{ mediaType: 'text/html' }] });
	});

	it('any JSON of known types becomes a page without an exception', () => {
		const types = ['Patient', 'Observation', 'MedicationRequest', 'Composition', 'DocumentReference', 'Claim'];
		fc.assert(
			fc.property(
				fc.constantFrom(...types),
				fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
				(type, rest) => {
					const forbidden = JSON.stringify(rest).match(/"(__proto__|constructor|prototype)"/);
					fc.pre(forbidden === null);
					expect(() => page({ ...JSON.parse(JSON.stringify(rest)), resourceType: type })).not.toThrow();
				},
			),
		);
	});
});
