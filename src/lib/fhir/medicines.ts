/**
 * Medicines asked for and medicines taken, with their doses. A dose written out by its author is shown as written; one given in
 * parts is put together, and marked `more-in-original` when it has a part that is not understood here.
 */
import type { ParsedBundle } from './bundle.ts';
import type { Dosage } from './datatypes.ts';
import { authors, blank, detail, noteDetails, present, type Parsed } from './item-parts.ts';
import type { Detail, ReadableItem, Schedule } from './readable-types.ts';
import { clean, conceptsText, conceptText, list, quantityText, rangeText, referenceText, unitText } from './words.ts';

type Medicine = Parsed<'MedicationRequest'> | Parsed<'MedicationStatement'>;

/** What it is, how much, how often, since when and why. */
export function medicine(resource: Medicine, bundle: ParsedBundle): ReadableItem {
	const { value } = resource;
	const { date, endDate, doses, requester } = particulars(resource);
	return {
		...blank(resource),
		date: date ?? null,
		endDate: endDate ?? null,
		title: conceptText(value.medicationCodeableConcept) ?? referenceText(value.medicationReference, resource, bundle),
		marks: present(value.status, doses.some(hasMore) ? 'more-in-original' : null),
		details: [
			...doses.flatMap(doseDetails),
			...detail('reason', conceptsText(value.reasonCode)),
			...authors([requester], resource, bundle),
			...noteDetails(value.note),
		],
		schedule: doses.length === 1 ? scheduleOf(doses[0]) : null,
	};
}

function particulars(resource: Medicine) {
	if (resource.type === 'MedicationRequest') {
		const { authoredOn, dosageInstruction = [], requester } = resource.value;
		return { date: authoredOn, endDate: null, doses: dosageInstruction, requester };
	}
	const { effectiveDateTime, effectivePeriod, dateAsserted, dosage = [] } = resource.value;
	const date = effectiveDateTime ?? effectivePeriod?.start ?? dateAsserted;
	return { date, endDate: effectivePeriod?.end, doses: dosage, requester: undefined };
}

function doseDetails(dosage: Dosage): Detail[] {
	const written = clean(dosage.text);
	const amounts = (dosage.doseAndRate ?? []).map(({ doseQuantity, doseRange }) => {
		if (!doseRange) return quantityText(doseQuantity);
		const bound = doseRange.high ?? doseRange.low;
		return [rangeText(doseRange), bound ? unitText(bound) : null].filter((part) => part !== null).join(' ');
	});
	return [
		...detail('dose', written ?? list(amounts)),
		...(written === null ? detail('instructions', conceptText(dosage.timing?.code)) : []),
		...detail('instructions', conceptsText(dosage.additionalInstruction)),
		...detail('instructions', dosage.patientInstruction),
		...asNeeded(dosage),
		...detail('route', conceptText(dosage.route)),
	];
}

function asNeeded(dosage: Dosage): Detail[] {
	const why = conceptText(dosage.asNeededCodeableConcept);
	if (why !== null) return detail('as-needed', why);
	return dosage.asNeededBoolean === true ? detail('as-needed', 'yes', 'code') : [];
}

const units: readonly string[] = ['s', 'min', 'h', 'd', 'wk', 'mo', 'a'] satisfies Schedule['unit'][];

/** Only where the dose is not written out: two wordings of one dose would be read as two doses. */
function scheduleOf(dosage: Dosage | undefined): Schedule | null {
	const repeat = dosage?.timing?.repeat;
	if (!repeat || clean(dosage.text) !== null) return null;
	const { frequency = 1, period, periodUnit } = repeat;
	if (period === undefined || periodUnit === undefined || !units.includes(periodUnit)) return null;
	return { times: frequency, period, unit: periodUnit as Schedule['unit'] };
}

const understood = new Set([
	...['id', 'extension', 'sequence', 'text', 'patientInstruction', 'additionalInstruction', 'route', 'doseAndRate'],
	...['asNeededBoolean', 'asNeededCodeableConcept', 'timing', 'code', 'repeat', 'frequency', 'period', 'periodUnit'],
	...['type', 'doseQuantity', 'doseRange'],
]);

/** A dose in parts with one that is not shown: days of the week, a highest dose, a rate. */
function hasMore(dosage: Dosage): boolean {
	if (clean(dosage.text) !== null) return false;
	const parts = [dosage, dosage.timing, dosage.timing?.repeat, ...(dosage.doseAndRate ?? [])];
	return parts.some((part) => part !== undefined && Object.keys(part).some((key) => !understood.has(key)));
}
