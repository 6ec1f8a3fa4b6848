/** What people wrote, and documents kept in a record: text to read in the page, files to save. */
import { readAttachments } from './attachments.ts';
import type { ParsedBundle } from './bundle.ts';
import { authors, blank, detail, noteDetails, present, type Parsed, type Placed } from './item-parts.ts';
import type { ReadableItem } from './readable-types.ts';
import { clean, conceptText, list } from './words.ts';

/** A document; one that is plain text is a note. */
export function documentReference(resource: Parsed<'DocumentReference'>, bundle: ParsedBundle): Placed {
	const value = resource.value;
	const attachments = value.content.map((content) => content.attachment);
	const attached = readAttachments(attachments, resource, bundle);
	const item = {
		...blank(resource),
		...attached,
		title: clean(attachments[0]?.title) ?? clean(value.description) ?? conceptText(value.type),
		date: value.context?.period?.start ?? value.date ?? null,
		marks: present(value.status),
		details: authors(value.author ?? [], resource, bundle),
	};
	return { kind: attached.text === null ? 'documents' : 'notes', item };
}

/** What was found or said, in words. */
export function note(
	resource: Parsed<'ClinicalImpression'> | Parsed<'Communication'>,
	bundle: ParsedBundle,
): ReadableItem {
	if (resource.type === 'Communication') {
		const { topic, sent, sender, payload = [], note: notes, status } = resource.value;
		const attachments = payload.flatMap((part) => (part.contentAttachment ? [part.contentAttachment] : []));
		const attached = readAttachments(attachments, resource, bundle);
		const texts = [...payload.map((part) => clean(part.contentString)), attached.text];
		return {
			...blank(resource),
			...attached,
			title: conceptText(topic),
			date: sent ?? null,
			marks: present(status),
			text: texts.filter((text) => text !== null).join('\n\n') || null,
			details: [...authors([sender], resource, bundle), ...noteDetails(notes)],
		};
	}
	const { description, summary, date, effectiveDateTime, effectivePeriod, assessor, finding, status } = resource.value;
	return {
		...blank(resource),
		date: effectiveDateTime ?? effectivePeriod?.start ?? date ?? null,
		marks: present(status),
		text: [clean(description), clean(summary)].filter((text) => text !== null).join('\n\n') || null,
		details: [
			...detail('conclusion', list((finding ?? []).map((item) => conceptText(item.itemCodeableConcept) ?? item.basis))),
			...authors([assessor], resource, bundle),
			...noteDetails(resource.value.note),
		],
	};
}
