/** Why a part stays closed, in words: the keys that are lacking, or what else went wrong. */
import { formatList, lackWord, m, sentenceFor } from '#lib/i18n/index.ts';
import type { PartView } from '#lib/records/index.ts';

/** A sentence or two; null for a part that opens. */
export function closedWords({ label, closedBecause, lacking }: PartView): string | null {
	if (label || closedBecause === null) return null;
	if (!lacking) return `${sentenceFor({ code: closedBecause }).title}.`;
	const keys = lacking.flatMap((lack) => (lack.what === 'nobody' ? [] : [lackWord(lack)]));
	if (keys.length < lacking.length) return m.patient_record_lacking_nobody();
	const words = m.patient_record_lacking({ lacking: formatList(keys) });
	return lacking.some(({ older }) => older) ? `${words} ${m.patient_record_lacking_older()}` : words;
}
