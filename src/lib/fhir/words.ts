/**
 * FHIR data types as short text, in the language and notation of whoever wrote the record; sentences around them are the
 * screen's. Everything here is text, never HTML.
 */
import type { Address, Coding, Concept, HumanName, Quantity, Range, Reference } from './datatypes.ts';
import type { ParsedBundle, ParsedResource } from './bundle.ts';

/** What a code means: its text, else the first display, else the first code itself. */
export function conceptText(concept: Concept | undefined): string | null {
	if (!concept) return null;
	const codings = concept.coding ?? [];
	return clean(concept.text) ?? first(codings, (coding) => clean(coding.display)) ?? first(codings, codingText);
}

export function codingText(coding: Coding): string | null {
	return clean(coding.display) ?? clean(coding.code);
}

/** All that are named, in one line. */
export function conceptsText(concepts: Concept[] | undefined): string | null {
	return list((concepts ?? []).map(conceptText));
}

/** The code of a concept in a system (or in any). */
export function codeIn(concept: Concept | undefined, system?: string): string | null {
	const codings = concept?.coding ?? [];
	return first(codings, (coding) => (system === undefined || coding.system === system ? clean(coding.code) : null));
}

/** `< 0.21`; the unit apart, so that it can be set smaller. */
export function numberText(quantity: Quantity): string | null {
	if (quantity.value === undefined) return null;
	const sign = { '<': '< ', '<=': '≤ ', '>=': '≥ ', '>': '> ' } as const;
	return (quantity.comparator ? sign[quantity.comparator] : '') + String(quantity.value);
}

/** The unit as written for people, with UCUM's `10*9/L` as `×10⁹/L`. https://ucum.org/ucum */
export function unitText(quantity: Quantity): string | null {
	const unit = clean(quantity.unit) ?? clean(quantity.code);
	if (unit === null || unit === '1') return null;
	return unit.replace(/^[x×]?\s?10[*^](\d{1,2})/, (_, power: string) => `×10${superscript(power)}`);
}

export function quantityText(quantity: Quantity | undefined): string | null {
	if (!quantity) return null;
	const number = numberText(quantity);
	return number === null ? null : [number, unitText(quantity)].filter((part) => part !== null).join(' ');
}

/** `4 – 11`, `≥ 90`, `≤ 5`; without units. */
export function rangeText(range: Range): string | null {
	const low = range.low?.value;
	const high = range.high?.value;
	if (low !== undefined && high !== undefined) return `${low} – ${high}`;
	if (low !== undefined) return `≥ ${low}`;
	return high === undefined ? null : `≤ ${high}`;
}

/** A name as its owner writes it (`text`), else prefix, given names, family, suffix. */
export function nameText(names: HumanName[] | undefined): string | null {
	const name =
		names?.find((item) => item.use === 'official') ?? names?.find((item) => item.use !== 'old') ?? names?.[0];
	if (!name) return null;
	const parts = [...(name.prefix ?? []), ...(name.given ?? []), name.family ?? '', ...(name.suffix ?? [])];
	return clean(name.text) ?? clean(parts.filter((part) => part !== '').join(' '));
}

export function addressText(address: Address): string | null {
	const { line = [], city, district, state, postalCode, country } = address;
	return clean(address.text) ?? list([...line, city, district, state, postalCode, country]);
}

/** Who or what a reference means: its own words, else the name of the resource in this bundle, else its identifier. */
export function referenceText(
	reference: Reference | undefined,
	from: ParsedResource,
	bundle: ParsedBundle,
): string | null {
	if (!reference) return null;
	const target = reference.reference === undefined ? null : bundle.find(reference.reference, from);
	return (
		clean(reference.display) ?? (target ? resourceName(target, bundle) : null) ?? clean(reference.identifier?.value)
	);
}

/** The name of a person, place, thing or medicine, where the resource has one. */
export function resourceName(resource: ParsedResource, bundle: ParsedBundle): string | null {
	if (resource.value === null) return null;
	switch (resource.type) {
		case 'Patient':
		case 'Practitioner':
		case 'RelatedPerson':
			return nameText(resource.value.name);
		case 'Organization':
		case 'Location':
			return clean(resource.value.name);
		case 'PractitionerRole': {
			const { practitioner, organization, code, specialty } = resource.value;
			const doing = conceptsText(code) ?? conceptsText(specialty);
			return list([nameOf(practitioner, resource, bundle), doing, nameOf(organization, resource, bundle)]);
		}
		case 'Medication':
			return (
				conceptText(resource.value.code) ??
				list((resource.value.ingredient ?? []).map((item) => conceptText(item.itemCodeableConcept)))
			);
		case 'Device':
			return clean(resource.value.deviceName?.[0]?.name) ?? conceptText(resource.value.type);
		default:
			return null;
	}
}

/** One step only: a role names its person and place, and these name nobody else, so that references cannot go in a circle. */
function nameOf(reference: Reference | undefined, from: ParsedResource, bundle: ParsedBundle): string | null {
	const target = reference?.reference === undefined ? null : bundle.find(reference.reference, from);
	if (target && ['Practitioner', 'Organization'].includes(target.type)) return resourceName(target, bundle);
	return clean(reference?.display);
}

/** Text without characters that are invisible or turn the direction of what follows; null when nothing is left. */
export function clean(text: string | null | undefined): string | null {
	if (text === null || text === undefined) return null;
	const cleaned = text.replace(
		/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\u202a-\u202e\u2066-\u2069\ufeff]/g,
		'',
	);
	return cleaned.trim() === '' ? null : cleaned.trim();
}

/** What is there, separated by commas; null when nothing is. */
export function list(parts: (string | null | undefined)[]): string | null {
	const present = parts.map(clean).filter((part) => part !== null);
	return present.length === 0 ? null : present.join(', ');
}

function first<Item>(items: Item[], read: (item: Item) => string | null): string | null {
	for (const item of items) {
		const found = read(item);
		if (found !== null) return found;
	}
	return null;
}

function superscript(digits: string): string {
	return digits.replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit)));
}
