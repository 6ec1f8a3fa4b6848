/** When what a record is about happened, as far as the record says so itself. */
import type { ParsedBundle, ParsedResource } from './bundle.ts';

/**
 * The clinical date of a bundle as an ISO date (`2026-11-20`), or null when it has no complete one. A document is of the day it was
 * written; anything else of the day of its visit, report, latest result, procedure, vaccination, note, problem or prescription, in
 * that order. The date is the one at the place of care, as written: no time zone is applied.
 */
export function clinicalDate(bundle: ParsedBundle): string | null {
	const ranks = bundle.type === 'document' ? ['Composition', ...order] : order;
	for (const type of ranks) {
		const dates = bundle.resources
			.filter((resource) => resource.type === type)
			.map(dateOf)
			.map(isoDate)
			.filter((date) => date !== null)
			.sort();
		const latest = dates.at(-1);
		if (latest !== undefined) return latest;
	}
	return isoDate(bundle.timestamp);
}

const order = [
	'Encounter',
	'DiagnosticReport',
	'Observation',
	'Procedure',
	'Immunization',
	'ClinicalImpression',
	'DocumentReference',
	'Communication',
	'Composition',
	'Condition',
	'AllergyIntolerance',
	'MedicationRequest',
	'MedicationStatement',
];

function dateOf(resource: ParsedResource): string | null | undefined {
	if (resource.value === null) return null;
	switch (resource.type) {
		case 'Encounter':
			return resource.value.period?.start;
		case 'DiagnosticReport':
			return resource.value.effectiveDateTime ?? resource.value.effectivePeriod?.start ?? resource.value.issued;
		case 'Observation':
			return resource.value.effectiveDateTime ?? resource.value.effectivePeriod?.start ?? resource.value.issued;
		case 'Procedure':
			return resource.value.performedDateTime ?? resource.value.performedPeriod?.start;
		case 'Immunization':
			return resource.value.occurrenceDateTime;
		case 'ClinicalImpression':
			return resource.value.effectiveDateTime ?? resource.value.effectivePeriod?.start ?? resource.value.date;
		case 'DocumentReference':
			return resource.value.context?.period?.start ?? resource.value.date;
		case 'Communication':
			return resource.value.sent;
		case 'Composition':
			return resource.value.date;
		case 'Condition':
			return resource.value.onsetDateTime ?? resource.value.recordedDate;
		case 'AllergyIntolerance':
			return resource.value.recordedDate;
		case 'MedicationRequest':
			return resource.value.authoredOn;
		case 'MedicationStatement':
			return resource.value.effectiveDateTime ?? resource.value.effectivePeriod?.start ?? resource.value.dateAsserted;
		default:
			return null;
	}
}

function isoDate(date: string | null | undefined): string | null {
	return date !== null && date !== undefined && /^\d{4}-\d{2}-\d{2}/.test(date) ? date.slice(0, 10) : null;
}
