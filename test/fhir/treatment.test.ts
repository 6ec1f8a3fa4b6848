/** Treatments made, and read back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#lib/errors.ts';
import {
	clinicalDate,
	longestLine,
	longestNotes,
	makeTreatmentBundle,
	mostLines,
	parseBundle,
	readableBundle,
	type SectionKind,
	type Treatment,
} from '#lib/fhir/index.ts';
import { sampleBytes, samples } from '../../scripts/demo/samples/index.ts';
import { treatments } from '../../scripts/demo/treatments.ts';

const patient = '0x7C1F00000000000000000000000000000000A94E';
const people = {
	patient,
	author: {
		address: '0x51d0c2f98aa1e07b44b95e6d0cf313a2b8907b3c',
		name: 'Dr Layla Haddad',
		title: 'Respiratory doctor',
	},
	hospital: { address: '0x51d0c2f98aa1e07b44b95e6d0cf313a2b8907b3d', name: 'Al-Noor Hospital' },
};
const pneumonia: Treatment = { ...treatments[0]!.form, ...people };

function refusal(change: object): unknown {
	try {
		makeTreatmentBundle({ ...pneumonia, ...change });
		return 'not refused';
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		expect(error.code).toBe('records.invalid-input');
		return `${String(error.details.field)} ${String(error.details.reason)}`;
	}
}
const read = (bundle: unknown) => readableBundle(parseBundle(JSON.parse(JSON.stringify(bundle))));
const section = (bundle: unknown, kind: SectionKind) =>
	read(bundle).sections.find((each) => each.kind === kind)?.items ?? [];

describe('a treatment', () => {
	const { summary, notes } = makeTreatmentBundle(pneumonia);

	it('is an encounter with its conditions and medicines, its author and its hospital', () => {
		expect(parseBundle(summary).resources.map((resource) => resource.type)).toEqual([
			...['Encounter', 'Condition', 'MedicationRequest', 'MedicationRequest', 'Practitioner', 'Organization'],
		]);
		expect(parseBundle(summary).resources.every((resource) => resource.value !== null)).toBe(true);
	});

	it('reads back as it was written', () => {
		const [visit] = section(summary, 'visits');
		expect(visit).toMatchObject({
			title: 'Pneumonia, treated in hospital',
			date: '2026-11-03',
			endDate: '2026-11-10',
			marks: ['finished', 'IMP'],
		});
		expect(visit?.details).toEqual([
			{ name: 'author', text: 'Dr Layla Haddad, Respiratory doctor', form: 'text' },
			{ name: 'place', text: 'Al-Noor Hospital', form: 'text' },
		]);
		expect(section(summary, 'problems')[0]?.title).toBe('Pneumonia of the right lower lobe');
		expect(section(summary, 'medicines').map((item) => item.details[0]?.text)).toEqual(
			pneumonia.medicines.map((medicine) => medicine.dose),
		);
	});

	it('keeps the notes out of the summary, and the summary out of the notes', () => {
		expect(JSON.stringify(summary)).not.toContain('39.2');
		expect(section(notes, 'notes')[0]?.text).toBe(pneumonia.notes);
		expect(JSON.stringify(notes)).not.toContain('Amoxicillin');
	});

	it('names the patient by nothing but the address', () => {
		expect(summary.entry?.[0]?.resource).toMatchObject({
			subject: { identifier: { system: 'urn:ietf:rfc:3986', value: `ethereum:${patient.toLowerCase()}` } },
		});
		expect(parseBundle(summary).resourceTypes).not.toContain('Patient');
	});

	it('has no notes when none were written', () => {
		expect(makeTreatmentBundle({ ...pneumonia, notes: ' \n ' }).notes).toBeNull();
	});

	it('of one day is a visit, not a stay', () => {
		const { summary } = makeTreatmentBundle({ ...pneumonia, endedOn: null });
		expect(section(summary, 'visits')[0]).toMatchObject({ endDate: '2026-11-03', marks: ['finished', 'AMB'] });
	});

	it.each(treatments.map((treatment) => treatment.form))('of the demo reads back: $title', (form) => {
		const made = makeTreatmentBundle({ ...form, ...people });
		expect(section(made.summary, 'visits')[0]?.title).toBe(form.title);
		expect(made.notes ? section(made.notes, 'notes')[0]?.text : '').toBe(form.notes);
	});

	it('keeps any notes exactly, whatever the script', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (text) => {
				fc.pre(text.trim() !== '' && !/\p{Cc}|\p{Cf}/u.test(text));
				const { notes } = makeTreatmentBundle({ ...pneumonia, notes: text });
				expect(section(notes, 'notes')[0]?.text).toBe(text.trim());
			}),
		);
	});
});

describe('refusing a treatment', () => {
	it.each([
		['no title', { title: '  ' }, 'title missing'],
		['a title as long as a letter', { title: 'a'.repeat(longestLine + 1) }, 'title too-long'],
		['a day that does not exist', { startedOn: '2026-02-30' }, 'startedOn bad-date'],
		['a date in words', { startedOn: 'yesterday' }, 'startedOn bad-date'],
		['a date with a time', { startedOn: '2026-02-03T10:00' }, 'startedOn bad-date'],
		['an end before the start', { endedOn: '2026-11-02' }, 'endedOn bad-date'],
		['a condition without words', { conditions: [{ text: '' }] }, 'conditions.0.text missing'],
		['a medicine without a name', { medicines: [{ name: '', dose: '1' }] }, 'medicines.0.name missing'],
		['too many medicines', { medicines: Array(mostLines + 1).fill({ name: 'a', dose: '' }) }, 'medicines too-many'],
		['notes as long as a book', { notes: 'a'.repeat(longestNotes + 1) }, 'notes too-long'],
		['a patient who is no address', { patient: 'Mariam' }, 'patient bad-address'],
		['an address cut short', { patient: patient.slice(0, -1) }, 'patient bad-address'],
		['an author without a name', { author: { ...people.author, name: '' } }, 'author.name missing'],
	])('%s', (_, change, said) => {
		expect(refusal(change)).toBe(said);
	});

	it('a form that is no form', () => {
		expect(refusal({ conditions: null })).toMatch(/^conditions /);
	});
});

describe('the clinical date', () => {
	it('of a treatment is the day it began', () => {
		const { summary, notes } = makeTreatmentBundle(pneumonia);
		expect(clinicalDate(parseBundle(summary))).toBe('2026-11-03');
		expect(clinicalDate(parseBundle(notes))).toBe('2026-11-03');
	});

	it.each(samples.filter((sample) => sample.kind === 'fhir'))('of $file is the one in the list', (sample) => {
		expect(clinicalDate(parseBundle(sampleBytes(sample.file)))).toBe(sample.clinicalDate);
	});

	it('is of the place of care, whatever the time zone', () => {
		const report = { resourceType: 'DiagnosticReport', status: 'final', code: { text: 'X' } };
		const at = (effectiveDateTime: string) => clinicalDate(parseBundle({ ...report, effectiveDateTime }));
		expect(at('2026-11-20T23:30:00-11:00')).toBe('2026-11-20');
		expect(at('2026-11-20T00:30:00+14:00')).toBe('2026-11-20');
	});

	it('is unknown rather than invented', () => {
		expect(clinicalDate(parseBundle({ resourceType: 'Patient', birthDate: '1992-03-14' }))).toBeNull();
		expect(clinicalDate(parseBundle({ resourceType: 'Condition', onsetDateTime: '1998' }))).toBeNull();
		expect(clinicalDate(parseBundle({ resourceType: 'Encounter', status: 'finished' }))).toBeNull();
	});
});
