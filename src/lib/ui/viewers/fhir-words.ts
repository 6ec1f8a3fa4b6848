/** Words for what a readable bundle names by keys and codes. A code without a word is shown as it is written. */
import type { DetailName, ResultRow, Schedule, SectionKind, Verdict } from '#lib/fhir/index.ts';
import { formatDate, formatNumber, intlTag, m } from '#lib/i18n/index.ts';
import type { TagKind } from '../kinds.ts';

export interface Word {
	text: string;
	kind: TagKind;
}

const sections: Record<SectionKind, () => string> = {
	patient: m.record_section_patient,
	notes: m.record_section_notes,
	problems: m.record_section_problems,
	allergies: m.record_section_allergies,
	medicines: m.record_section_medicines,
	results: m.record_section_results,
	vitals: m.record_section_vitals,
	lifestyle: m.record_section_lifestyle,
	procedures: m.record_section_procedures,
	vaccinations: m.record_section_vaccinations,
	visits: m.record_section_visits,
	documents: m.record_section_documents,
	people: m.record_section_people,
	other: m.record_section_other,
};

const details: Record<DetailName, () => string> = {
	'as-needed': m.record_detail_as_needed,
	author: m.record_detail_author,
	'birth-date': m.record_detail_birth_date,
	'body-site': m.record_detail_body_site,
	contact: m.record_detail_contact,
	conclusion: m.record_detail_conclusion,
	died: m.record_detail_died,
	disease: m.record_detail_disease,
	dose: m.record_detail_dose,
	'dose-number': m.record_detail_dose_number,
	ended: m.record_detail_ended,
	identifier: m.record_detail_identifier,
	instructions: m.record_detail_instructions,
	language: m.record_detail_language,
	lot: m.record_detail_lot,
	maker: m.record_detail_maker,
	method: m.record_detail_method,
	note: m.record_detail_note,
	onset: m.record_detail_onset,
	outcome: m.record_detail_outcome,
	place: m.record_detail_place,
	reaction: m.record_detail_reaction,
	reason: m.record_detail_reason,
	route: m.record_detail_route,
	severity: m.record_detail_severity,
	sex: m.record_detail_sex,
	home: m.record_detail_home,
};

const verdicts: Record<Verdict, [() => string, TagKind]> = {
	'in-range': [m.record_verdict_in_range, 'good'],
	low: [m.record_verdict_low, 'wait'],
	high: [m.record_verdict_high, 'wait'],
	'very-low': [m.record_verdict_very_low, 'bad'],
	'very-high': [m.record_verdict_very_high, 'bad'],
	unexpected: [m.record_verdict_unexpected, 'wait'],
	'very-unexpected': [m.record_verdict_very_unexpected, 'bad'],
	// Good or bad depends on what was looked for.
	positive: [m.record_verdict_positive, 'plain'],
	negative: [m.record_verdict_negative, 'plain'],
	susceptible: [m.record_verdict_susceptible, 'plain'],
	intermediate: [m.record_verdict_intermediate, 'plain'],
	resistant: [m.record_verdict_resistant, 'plain'],
};

/** null: what is as it should be, and needs no word. */
const marks = new Map<string, [() => string, TagKind] | null>([
	['final', null],
	['completed', null],
	['finished', null],
	['current', null],
	['confirmed', null],
	['active', [m.record_mark_active, 'plain']],
	['recurrence', [m.record_mark_recurrence, 'wait']],
	['relapse', [m.record_mark_relapse, 'wait']],
	['inactive', [m.record_mark_inactive, 'plain']],
	['remission', [m.record_mark_remission, 'plain']],
	['resolved', [m.record_mark_resolved, 'good']],
	['unconfirmed', [m.record_mark_unconfirmed, 'wait']],
	['provisional', [m.record_mark_provisional, 'wait']],
	['differential', [m.record_mark_differential, 'wait']],
	['refuted', [m.record_mark_refuted, 'bad']],
	['entered-in-error', [m.record_mark_entered_in_error, 'bad']],
	['amended', [m.record_mark_corrected, 'plain']],
	['corrected', [m.record_mark_corrected, 'plain']],
	['registered', [m.record_mark_registered, 'wait']],
	['preliminary', [m.record_mark_preliminary, 'wait']],
	['partial', [m.record_mark_partial, 'wait']],
	['cancelled', [m.record_mark_cancelled, 'plain']],
	['not-done', [m.record_mark_not_done, 'plain']],
	['in-progress', [m.record_mark_in_progress, 'plain']],
	['planned', [m.record_mark_planned, 'plain']],
	['stopped', [m.record_mark_stopped, 'plain']],
	['on-hold', [m.record_mark_on_hold, 'wait']],
	['draft', [m.record_mark_draft, 'wait']],
	['unknown', [m.record_mark_unknown, 'wait']],
	['intended', [m.record_mark_intended, 'plain']],
	['not-taken', [m.record_mark_not_taken, 'plain']],
	['superseded', [m.record_mark_superseded, 'wait']],
	['more-in-original', [m.record_mark_more_in_original, 'wait']],
	['elsewhere', [m.record_mark_elsewhere, 'plain']],
	['high-criticality', [m.record_mark_high_criticality, 'bad']],
	['deceased', [m.record_mark_deceased, 'plain']],
	['AMB', [m.record_mark_visit, 'plain']],
	['IMP', [m.record_mark_stay, 'plain']],
	['EMER', [m.record_mark_emergency, 'plain']],
	['VR', [m.record_mark_remote, 'plain']],
	['HH', [m.record_mark_at_home, 'plain']],
]);

const codes = new Map<string, () => string>([
	['male', m.record_code_male],
	['female', m.record_code_female],
	['other', m.record_code_other],
	['unknown', m.record_code_unknown],
	['mild', m.record_code_mild],
	['moderate', m.record_code_moderate],
	['severe', m.record_code_severe],
	['yes', m.record_code_yes],
]);

export function sectionWord(kind: SectionKind): string {
	return sections[kind]();
}

export function detailWord(name: DetailName): string {
	return details[name]();
}

export function codeWord(code: string): string {
	return codes.get(code)?.() ?? code;
}

/** The marks that say something, in their order. */
export function markWords(of: readonly string[]): Word[] {
	return of.flatMap((mark) => {
		const known = marks.get(mark);
		if (known === null) return [];
		return [known ? { text: known[0](), kind: known[1] } : { text: mark, kind: 'plain' as const }];
	});
}

/** What a value says: the verdict's word, softened where the value is just outside its range, or the record's own words. */
export function verdictWord(row: Pick<ResultRow, 'verdict' | 'says' | 'number' | 'range'>): Word | null {
	if (row.verdict === null) return row.says === null ? null : { text: row.says, kind: 'plain' };
	if (isSlight(row)) {
		if (row.verdict === 'low') return { text: m.record_verdict_slightly_low(), kind: 'wait' };
		if (row.verdict === 'high') return { text: m.record_verdict_slightly_high(), kind: 'wait' };
	}
	const [text, kind] = verdicts[row.verdict];
	return { text: text(), kind };
}

/** Outside by at most a tenth of the range's own width, which is narrow where little matters much, as with sodium. */
function isSlight({ number, range }: Pick<ResultRow, 'number' | 'range'>): boolean {
	if (number === null || range === null || range.low === null || range.high === null) return false;
	const outside = Math.max(range.low - number, number - range.high);
	return outside > 0 && outside <= (range.high - range.low) / 10;
}

const spans = { s: 'second', min: 'minute', h: 'hour', d: 'day', wk: 'week', mo: 'month', a: 'year' } as const;

/** "2 times in 1 day" */
export function scheduleWords({ times, period, unit }: Schedule): string {
	const span = formatNumber(period, { style: 'unit', unit: spans[unit], unitDisplay: 'long' });
	return m.record_schedule({ count: times, span: span.replaceAll(' ', '\u00a0') });
}

/** A FHIR date, as complete as it is: a day, a month of a year, or a year. */
export function fhirDate(date: string): string {
	if (/^\d{4}-\d{2}-\d{2}/.test(date)) return formatDate(date.slice(0, 10));
	if (!/^\d{4}-\d{2}$/.test(date)) return date;
	const month = new Intl.DateTimeFormat(intlTag(), { month: 'long', year: 'numeric', timeZone: 'UTC' });
	return month.format(new Date(`${date}-01T00:00:00Z`)).replaceAll(' ', '\u00a0');
}
