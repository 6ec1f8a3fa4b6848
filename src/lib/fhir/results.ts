/**
 * Observations as rows of a table: value, unit, reference range, and what the value says.
 * https://hl7.org/fhir/R4/observation.html · https://terminology.hl7.org/CodeSystem-v3-ObservationInterpretation.html
 *
 * Where the laboratory gave no interpretation, value and range are compared, and only when there is no doubt: one range, for
 * everybody, same unit, an exact number. This is arithmetic, not advice.
 */
import { codeIn, conceptText, list, numberText, quantityText, rangeText, unitText, clean } from './words.ts';
import type { Concept, Quantity } from './datatypes.ts';
import type { ResultRow, Verdict } from './readable-types.ts';
import type { Resource } from './resources.ts';

type Observation = Resource<'Observation'>;
type Component = NonNullable<Observation['component']>[number];
type Measured = Pick<Component, Exclude<keyof Component, 'code'>>;

const verdicts = new Map<string, Verdict>([
	['N', 'in-range'],
	['L', 'low'],
	['<', 'low'],
	['LL', 'very-low'],
	['LU', 'very-low'],
	['H', 'high'],
	['>', 'high'],
	['HH', 'very-high'],
	['HU', 'very-high'],
	['A', 'unexpected'],
	['AA', 'very-unexpected'],
	['POS', 'positive'],
	['DET', 'positive'],
	['NEG', 'negative'],
	['ND', 'negative'],
	['S', 'susceptible'],
	['I', 'intermediate'],
	['R', 'resistant'],
]);

/** The rows of one observation: its own value, then its components under its name. */
export function resultRows(observation: Observation): ResultRow[] {
	const name = conceptText(observation.code);
	const marks = ['final', 'amended', 'corrected'].includes(observation.status) ? [] : [observation.status];
	const notes = (observation.note ?? []).map((note) => clean(note.text)).filter((note) => note !== null);
	const components = observation.component ?? [];
	const own = { ...measure(observation), name, marks, notes };
	if (components.length === 0) return [own];
	const parts = components.map((part) => ({
		...measure(part),
		name: list([name, conceptText(part.code)])?.replace(', ', ': ') ?? null,
		marks,
		notes: [],
	}));
	return own.text === null && own.yes === null && notes.length === 0 ? parts : [own, ...parts];
}

function measure(measured: Measured): Omit<ResultRow, 'name' | 'marks' | 'notes'> {
	const quantity = measured.valueQuantity;
	const range = rangeOf(measured);
	const number = quantity && quantity.comparator === undefined ? (quantity.value ?? null) : null;
	const comparable = number !== null && range !== null && sameUnit(quantity, measured);
	return {
		text: quantity ? numberText(quantity) : otherValue(measured),
		unit: quantity ? unitText(quantity) : null,
		yes: measured.valueBoolean ?? null,
		absent: conceptText(measured.dataAbsentReason),
		range,
		number: comparable ? number : null,
		...judge(measured.interpretation ?? [], comparable ? number : null, range),
	};
}

function otherValue(measured: Measured): string | null {
	if (measured.valueInteger !== undefined) return String(measured.valueInteger);
	if (measured.valueRange) {
		const unit = measured.valueRange.low ?? measured.valueRange.high;
		return [rangeText(measured.valueRange), unit ? unitText(unit) : null].filter((part) => part !== null).join(' ');
	}
	if (measured.valueRatio) {
		const { numerator, denominator } = measured.valueRatio;
		return [quantityText(numerator) ?? '?', quantityText(denominator) ?? '?'].join(' : ');
	}
	return (
		conceptText(measured.valueCodeableConcept) ??
		clean(measured.valueString) ??
		clean(measured.valueTime ?? measured.valueDateTime) ??
		list([measured.valuePeriod?.start, measured.valuePeriod?.end])?.replace(', ', ' – ') ??
		null
	);
}

/** One range; of several (by sex, by age) all are shown as text, and none is compared. */
function rangeOf(measured: Measured): ResultRow['range'] {
	const ranges = measured.referenceRange ?? [];
	const texts = ranges.map((range) => {
		const words = rangeText(range) ?? clean(range.text);
		const whom = list([conceptText(range.type), ...(range.appliesTo ?? []).map(conceptText)]);
		return ranges.length > 1 && words !== null && whom !== null ? `${words} (${whom})` : words;
	});
	const text = texts.filter((words) => words !== null).join('; ');
	const only = ranges.length === 1 && isForEverybody(ranges[0]) ? ranges[0] : undefined;
	return text === '' ? null : { low: only?.low?.value ?? null, high: only?.high?.value ?? null, text };
}

function isForEverybody(range: NonNullable<Measured['referenceRange']>[number] | undefined): boolean {
	const type = codeIn(range?.type);
	return (type === null || type === 'normal') && range?.appliesTo === undefined && range?.age === undefined;
}

function sameUnit(quantity: Quantity | undefined, measured: Measured): boolean {
	const bounds = [measured.referenceRange?.[0]?.low, measured.referenceRange?.[0]?.high];
	return bounds.every((bound) => {
		const units = [bound?.unit, bound?.code].filter((unit) => unit !== undefined);
		return units.length === 0 || units.some((unit) => unit === quantity?.unit || unit === quantity?.code);
	});
}

function judge(
	interpretations: Concept[],
	number: number | null,
	range: ResultRow['range'],
): Pick<ResultRow, 'verdict' | 'verdictFrom' | 'says'> {
	for (const interpretation of interpretations) {
		const verdict = verdicts.get(codeIn(interpretation) ?? '');
		if (verdict) return { verdict, verdictFrom: 'record', says: null };
	}
	const says = list(interpretations.map(conceptText));
	if (says !== null) return { verdict: null, verdictFrom: 'record', says };
	if (number === null || !range || (range.low === null && range.high === null)) {
		return { verdict: null, verdictFrom: null, says: null };
	}
	const verdict =
		range.low !== null && number < range.low ? 'low' : range.high !== null && number > range.high ? 'high' : 'in-range';
	return { verdict, verdictFrom: 'range', says: null };
}
