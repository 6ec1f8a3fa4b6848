/**
 * A bundle as a page to read: sections of items in a fixed order, results gathered under the report or panel that they belong to.
 * Plain data; the words around it are the screen's. Every resource of the bundle is in it somewhere.
 */
import { narrativeText, readAttachments } from './attachments.ts';
import type { ParsedBundle, ParsedResource } from './bundle.ts';
import type { Reference } from './datatypes.ts';
import { authors, blank, detail, present, type Parsed } from './item-parts.ts';
import { readItem } from './items.ts';
import {
	sectionKinds,
	type ReadableBundle,
	type ReadableItem,
	type ResultRow,
	type SectionKind,
} from './readable-types.ts';
import type { CompositionSection } from './resources.ts';
import { resultRows } from './results.ts';
import { clean, codeIn, conceptsText, conceptText, list, referenceText } from './words.ts';

/** Panels inside panels are opened this deep, and compositions read so deep. */
const deepestNesting = 8;

/** The page of a parsed bundle. Pure; does not throw. */
export function readableBundle(parsed: ParsedBundle): ReadableBundle {
	// What another item has already shown under its own name: the medicine of a prescription, the file of a document.
	const shown = new Set<ParsedResource>();
	const bundle: ParsedBundle = {
		...parsed,
		find: (reference, from) => {
			const found = parsed.find(reference, from);
			if (found) shown.add(found);
			return found;
		},
	};
	const sections = new Map<SectionKind, ReadableItem[]>();
	const place = (kind: SectionKind, item: ReadableItem) => {
		const items = sections.get(kind);
		if (items) items.push(item);
		else sections.set(kind, [item]);
	};
	const placed = new Set<ParsedResource>();
	const [composition] = bundle.resources.filter((resource) => isRead(resource, 'Composition'));

	for (const resource of bundle.resources) {
		if (!isRead(resource, 'DiagnosticReport')) continue;
		place('results', report(resource, bundle, placed));
		placed.add(resource);
	}
	for (const resource of bundle.resources) {
		if (!isRead(resource, 'Observation') || placed.has(resource) || !isPanel(resource)) continue;
		place(sectionOf(resource), panel(resource, bundle, placed));
	}
	for (const { kind, item } of loose(bundle, placed)) place(kind, item);
	const belongsToOthers = (resource: ParsedResource) => resource.type === 'Medication' || resource.type === 'Binary';
	const rest = bundle.resources.filter((resource) => !placed.has(resource));
	for (const resource of rest.toSorted((a, b) => Number(belongsToOthers(a)) - Number(belongsToOthers(b)))) {
		if (belongsToOthers(resource) && shown.has(resource)) continue;
		if (isRead(resource, 'Composition')) {
			for (const item of writtenSections(resource, resource.value.section ?? [], parsed, 1)) place('notes', item);
			if (resource !== composition) place('other', { ...blank(resource), title: clean(resource.value.title) });
			continue;
		}
		const { kind, item } = readItem(resource, bundle);
		place(kind, item);
	}
	return {
		title: composition ? (clean(composition.value.title) ?? conceptText(composition.value.type)) : null,
		date: composition?.value.date ?? null,
		author: composition ? (authors(composition.value.author ?? [], composition, bundle)[0]?.text ?? null) : null,
		sections: sectionKinds.flatMap((kind) => {
			const items = sections.get(kind);
			return items ? [{ kind, items }] : [];
		}),
	};
}

function isRead<Type extends Parsed<'Observation' | 'DiagnosticReport' | 'Composition'>['type']>(
	resource: ParsedResource,
	type: Type,
): resource is Parsed<Type> {
	return resource.type === type && resource.value !== null;
}

type Observation = Parsed<'Observation'>;

/** Has members, and no value of its own. */
function isPanel({ value }: Observation): boolean {
	if (value.hasMember === undefined || value.component !== undefined) return false;
	return !resultRows(value).some((row) => row.text !== null || row.yes !== null);
}

function report(resource: Parsed<'DiagnosticReport'>, bundle: ParsedBundle, placed: Set<ParsedResource>): ReadableItem {
	const value = resource.value;
	return {
		...blank(resource),
		...readAttachments(value.presentedForm ?? [], resource, bundle),
		title: conceptText(value.code),
		date: value.effectiveDateTime ?? value.effectivePeriod?.start ?? value.issued ?? null,
		endDate: value.effectivePeriod?.end ?? null,
		marks: present(value.status),
		details: [
			...authors(value.performer ?? [], resource, bundle),
			...detail('conclusion', list([value.conclusion, conceptsText(value.conclusionCode)])),
		],
		rows: members(value.result ?? [], resource, bundle, placed, 1),
	};
}

function panel(resource: Observation, bundle: ParsedBundle, placed: Set<ParsedResource>): ReadableItem {
	placed.add(resource);
	return {
		...blank(resource),
		title: conceptText(resource.value.code),
		date: dateOf(resource),
		marks: present(resource.value.status),
		details: authors(resource.value.performer ?? [], resource, bundle),
		rows: members(resource.value.hasMember ?? [], resource, bundle, placed, 1),
	};
}

/** The rows that references lead to, each observation once in the whole page. What is not in the bundle keeps its name. */
function members(
	references: Reference[],
	from: ParsedResource,
	bundle: ParsedBundle,
	placed: Set<ParsedResource>,
	depth: number,
): ResultRow[] {
	return references.flatMap((reference) => {
		const target = bundle.find(reference.reference ?? '', from);
		if (!target || !isRead(target, 'Observation')) {
			const name = target ? null : referenceText(reference, from, bundle);
			return name === null ? [] : [missingRow(name)];
		}
		if (placed.has(target)) return [];
		placed.add(target);
		const own = isPanel(target) ? [] : resultRows(target.value);
		if (depth >= deepestNesting) return own;
		return [...own, ...members(target.value.hasMember ?? [], target, bundle, placed, depth + 1)];
	});
}

function missingRow(name: string): ResultRow {
	return {
		name,
		text: null,
		unit: null,
		yes: null,
		absent: null,
		range: null,
		number: null,
		verdict: null,
		verdictFrom: null,
		says: null,
		marks: ['elsewhere'],
		notes: [],
	};
}

/** Observations on their own: one table for each section, day and author. */
function loose(bundle: ParsedBundle, placed: Set<ParsedResource>): { kind: SectionKind; item: ReadableItem }[] {
	const groups = new Map<string, { kind: SectionKind; item: ReadableItem }>();
	for (const resource of bundle.resources) {
		if (!isRead(resource, 'Observation') || placed.has(resource)) continue;
		placed.add(resource);
		const kind = sectionOf(resource);
		const date = dateOf(resource);
		const by = authors(resource.value.performer ?? [], resource, bundle);
		const key = JSON.stringify([kind, date?.slice(0, 10), by[0]?.text]);
		const group = groups.get(key) ?? { kind, item: { ...blank(resource), date, details: by } };
		group.item.rows.push(
			...resultRows(resource.value),
			...members(resource.value.hasMember ?? [], resource, bundle, placed, 1),
		);
		groups.set(key, group);
	}
	return [...groups.values()].sort((a, b) => (b.item.date ?? '').localeCompare(a.item.date ?? ''));
}

function dateOf({ value }: Observation): string | null {
	return value.effectiveDateTime ?? value.effectiveInstant ?? value.effectivePeriod?.start ?? value.issued ?? null;
}

function sectionOf({ value }: Observation): SectionKind {
	const codes = (value.category ?? []).map((category) => codeIn(category));
	if (codes.includes('vital-signs')) return 'vitals';
	return codes.includes('social-history') ? 'lifestyle' : 'results';
}

/** Sections that hold words only; where a section has entries, the entries are shown and its words would repeat them. */
function writtenSections(
	from: Parsed<'Composition'>,
	sections: CompositionSection[],
	bundle: ParsedBundle,
	depth: number,
): ReadableItem[] {
	if (depth > deepestNesting) return [];
	return sections.flatMap((section) => {
		const isShown = (section.entry ?? []).some((entry) => bundle.find(entry.reference ?? '', from) !== null);
		const text = isShown || section.text === undefined ? null : narrativeText(section.text.div);
		const own = { ...blank(from), title: clean(section.title) ?? conceptText(section.code), text };
		const inner = writtenSections(from, section.section ?? [], bundle, depth + 1);
		return text === null ? inner : [own, ...inner];
	});
}
