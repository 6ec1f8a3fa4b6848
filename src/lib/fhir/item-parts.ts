/** The pieces that items are put together from. */
import type { ParsedBundle, ParsedResource } from './bundle.ts';
import type { Annotation, Reference } from './datatypes.ts';
import type { Detail, DetailName, ReadableItem, SectionKind } from './readable-types.ts';
import type { ReadType } from './resources.ts';
import { clean, list, referenceText } from './words.ts';

/** A resource of a given type that was understood. */
export type Parsed<Type extends ReadType> = Extract<ParsedResource, { type: Type; value: object }>;
export interface Placed {
	kind: SectionKind;
	item: ReadableItem;
}

/** An item with nothing in it yet. */
export function blank(resource: Pick<ParsedResource, 'type'>): ReadableItem {
	return {
		type: resource.type,
		title: null,
		date: null,
		endDate: null,
		marks: [],
		details: [],
		schedule: null,
		text: null,
		rows: [],
		files: [],
		elsewhere: [],
		problem: null,
	};
}

/** A detail, or nothing when there is nothing to say. */
export function detail(name: DetailName, text: string | null | undefined, form: Detail['form'] = 'text'): Detail[] {
	const cleaned = clean(text);
	return cleaned === null ? [] : [{ name, text: cleaned, form }];
}

/** Who wrote, gave or did it. */
export function authors(references: (Reference | undefined)[], from: ParsedResource, bundle: ParsedBundle): Detail[] {
	return detail('author', list(references.map((reference) => referenceText(reference, from, bundle))));
}

/** What was remarked about it, one detail each. */
export function noteDetails(notes: Annotation[] | undefined): Detail[] {
	return (notes ?? []).flatMap((note) => detail('note', note.text));
}

/** The codes that are there. */
export function present(...codes: (string | null | undefined)[]): string[] {
	return codes.filter((code) => code !== null && code !== undefined && code !== '') as string[];
}
