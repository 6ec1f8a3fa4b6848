/**
 * One resource as one item to read. What an item leaves out (identifiers of systems, extensions, narrative that repeats the data)
 * stays in the record, and a saved copy has it.
 */
import { narrativeText, readAttachments } from './attachments.ts';
import type { ParsedBundle, ParsedResource } from './bundle.ts';
import { authors, blank, detail, noteDetails, present, type Parsed, type Placed } from './item-parts.ts';
import { asObject, asText } from './json-access.ts';
import { medicine } from './medicines.ts';
import { documentReference, note } from './notes.ts';
import type { ReadableItem } from './readable-types.ts';
import {
	addressText,
	clean,
	codeIn,
	codingText,
	conceptsText,
	conceptText,
	list,
	nameText,
	quantityText,
	referenceText,
	resourceName,
} from './words.ts';

/** The resource as an item in its section. Observations and reports are read by `readable.ts`, as they belong together. */
export function readItem(resource: ParsedResource, bundle: ParsedBundle): Placed {
	if (resource.value === null) return { kind: 'other', item: unread(resource) };
	switch (resource.type) {
		case 'Patient':
			return { kind: 'patient', item: patient(resource) };
		case 'Condition':
			return { kind: 'problems', item: condition(resource, bundle) };
		case 'AllergyIntolerance':
			return { kind: 'allergies', item: allergy(resource) };
		case 'MedicationRequest':
		case 'MedicationStatement':
			return { kind: 'medicines', item: medicine(resource, bundle) };
		case 'Medication':
			return { kind: 'medicines', item: named(resource, bundle) };
		case 'Procedure':
			return { kind: 'procedures', item: procedure(resource, bundle) };
		case 'Immunization':
			return { kind: 'vaccinations', item: immunization(resource, bundle) };
		case 'Encounter':
			return { kind: 'visits', item: encounter(resource, bundle) };
		case 'DocumentReference':
			return documentReference(resource, bundle);
		case 'Binary': {
			const { contentType, data } = resource.value;
			const attached = readAttachments(data === undefined ? [] : [{ contentType, data }], resource, bundle);
			return { kind: 'documents', item: { ...blank(resource), ...attached } };
		}
		case 'ClinicalImpression':
		case 'Communication':
			return { kind: 'notes', item: note(resource, bundle) };
		case 'Device':
			return { kind: 'other', item: named(resource, bundle) };
		default:
			return { kind: 'people', item: named(resource, bundle) };
	}
}

function named(resource: ParsedResource, bundle: ParsedBundle): ReadableItem {
	return { ...blank(resource), title: resourceName(resource, bundle) };
}

/** What is not understood is still shown by its type, its common elements, and its narrative as text. */
function unread(resource: Extract<ParsedResource, { value: null }>): ReadableItem {
	const { original, problem } = resource;
	const code = asObject(original.code);
	const narrative = asText(asObject(original.text)?.div);
	return {
		...blank(resource),
		title: clean(asText(original.title) ?? asText(original.name) ?? asText(code?.text)),
		marks: present(asText(original.status)),
		text: narrative === null ? null : narrativeText(narrative),
		problem,
	};
}

function patient(resource: Parsed<'Patient'>): ReadableItem {
	const { name, birthDate, gender, deceasedDateTime, deceasedBoolean, identifier, telecom, address, communication } =
		resource.value;
	return {
		...blank(resource),
		title: nameText(name),
		marks: deceasedBoolean === true ? ['deceased'] : [],
		details: [
			...detail('birth-date', birthDate, 'date'),
			...detail('sex', gender, 'code'),
			...detail('died', deceasedDateTime, 'date'),
			...detail('identifier', list((identifier ?? []).map((item) => item.value))),
			...detail('language', list((communication ?? []).map((item) => conceptText(item.language)))),
			...detail('contact', list((telecom ?? []).map((item) => item.value))),
			...(address ?? []).flatMap((item) => detail('home', addressText(item))),
		],
	};
}

function condition(resource: Parsed<'Condition'>, bundle: ParsedBundle): ReadableItem {
	const value = resource.value;
	const verification = codeIn(value.verificationStatus);
	return {
		...blank(resource),
		title: conceptText(value.code),
		date: value.onsetDateTime ?? value.onsetPeriod?.start ?? value.recordedDate ?? null,
		endDate: value.abatementDateTime ?? value.onsetPeriod?.end ?? null,
		marks: present(codeIn(value.clinicalStatus), verification === 'confirmed' ? null : verification),
		details: [
			...detail('severity', conceptText(value.severity)),
			...detail('body-site', conceptsText(value.bodySite)),
			...detail('onset', value.onsetString ?? quantityText(value.onsetAge)),
			...authors([value.asserter ?? value.recorder], resource, bundle),
			...noteDetails(value.note),
		],
	};
}

function allergy(resource: Parsed<'AllergyIntolerance'>): ReadableItem {
	const value = resource.value;
	const verification = codeIn(value.verificationStatus);
	const reactions = (value.reaction ?? []).flatMap((reaction) => {
		const words = list([conceptsText(reaction.manifestation), reaction.description]);
		return [
			...detail('reaction', words === null ? conceptText(reaction.substance) : words),
			...detail('severity', reaction.severity, 'code'),
		];
	});
	return {
		...blank(resource),
		title: conceptText(value.code),
		date: value.onsetDateTime ?? value.recordedDate ?? value.lastOccurrence ?? null,
		marks: present(
			codeIn(value.clinicalStatus),
			verification === 'confirmed' ? null : verification,
			value.criticality === 'high' ? 'high-criticality' : null,
		),
		details: [...reactions, ...noteDetails(value.note)],
	};
}

function procedure(resource: Parsed<'Procedure'>, bundle: ParsedBundle): ReadableItem {
	const value = resource.value;
	return {
		...blank(resource),
		title: conceptText(value.code),
		date: value.performedDateTime ?? value.performedPeriod?.start ?? null,
		endDate: value.performedPeriod?.end ?? null,
		marks: present(value.status),
		details: [
			...detail('onset', value.performedString),
			...detail('reason', conceptsText(value.reasonCode)),
			...detail('body-site', conceptsText(value.bodySite)),
			...detail('outcome', conceptText(value.outcome)),
			...authors(
				(value.performer ?? []).map((performer) => performer.actor),
				resource,
				bundle,
			),
			...noteDetails(value.note),
		],
	};
}

function immunization(resource: Parsed<'Immunization'>, bundle: ParsedBundle): ReadableItem {
	const value = resource.value;
	const protocol = value.protocolApplied?.[0];
	return {
		...blank(resource),
		title: conceptText(value.vaccineCode),
		date: value.occurrenceDateTime ?? null,
		marks: present(value.status),
		details: [
			...detail('onset', value.occurrenceString),
			...detail('disease', conceptsText(protocol?.targetDisease)),
			...detail('dose-number', protocol?.doseNumberPositiveInt?.toString() ?? protocol?.doseNumberString),
			...detail('reason', conceptText(value.statusReason)),
			...detail('lot', value.lotNumber),
			...detail('maker', referenceText(value.manufacturer, resource, bundle)),
			...noteDetails(value.note),
		],
	};
}

function encounter(resource: Parsed<'Encounter'>, bundle: ParsedBundle): ReadableItem {
	const value = resource.value;
	return {
		...blank(resource),
		title: conceptsText(value.reasonCode) ?? conceptsText(value.type) ?? codingText(value.class),
		date: value.period?.start ?? null,
		endDate: value.period?.end ?? null,
		marks: present(value.status, value.class.code),
		details: [
			...authors(
				(value.participant ?? []).map((participant) => participant.individual),
				resource,
				bundle,
			),
			...detail('place', referenceText(value.serviceProvider, resource, bundle)),
		],
	};
}
