/**
 * What a page shows of a bundle: plain data, all text, nothing that needs FHIR to be understood. Names of parts are keys that the
 * screen has words for in each language; texts are in the language of whoever wrote the record.
 */

export const sectionKinds = [
	'patient',
	'notes',
	'problems',
	'allergies',
	'medicines',
	'results',
	'vitals',
	'lifestyle',
	'procedures',
	'vaccinations',
	'visits',
	'documents',
	'people',
	'other',
] as const;
export type SectionKind = (typeof sectionKinds)[number];

export type DetailName =
	| 'as-needed'
	| 'author'
	| 'birth-date'
	| 'body-site'
	| 'contact'
	| 'conclusion'
	| 'died'
	| 'disease'
	| 'dose'
	| 'dose-number'
	| 'ended'
	| 'identifier'
	| 'instructions'
	| 'language'
	| 'lot'
	| 'maker'
	| 'method'
	| 'note'
	| 'onset'
	| 'outcome'
	| 'place'
	| 'reaction'
	| 'reason'
	| 'route'
	| 'severity'
	| 'sex'
	| 'home';

export interface Detail {
	name: DetailName;
	text: string;
	/** `date`: a FHIR date to be written out; `code`: a code that the screen may have a word for; else free text. */
	form: 'text' | 'date' | 'code';
}

/** How often a medicine is taken: `times` per `period` units of time, as UCUM writes them. */
export interface Schedule {
	times: number;
	period: number;
	unit: 's' | 'min' | 'h' | 'd' | 'wk' | 'mo' | 'a';
}

export type Verdict =
	| 'in-range'
	| 'low'
	| 'high'
	| 'very-low'
	| 'very-high'
	| 'unexpected'
	| 'very-unexpected'
	| 'positive'
	| 'negative'
	| 'susceptible'
	| 'intermediate'
	| 'resistant';

/** One line of a table of results. */
export interface ResultRow {
	name: string | null;
	/** The result without its unit; null where there is none, and `absent` may say why. */
	text: string | null;
	unit: string | null;
	/** For a result that is yes or no. */
	yes: boolean | null;
	absent: string | null;
	range: { low: number | null; high: number | null; text: string } | null;
	/** The number to place in the range; null for `< 5` and for other units. */
	number: number | null;
	verdict: Verdict | null;
	/** Whether the laboratory said so, or it follows from value and range. */
	verdictFrom: 'record' | 'range' | null;
	/** What the record says where no verdict here has its meaning. */
	says: string | null;
	/** Codes of state worth seeing: `preliminary`, `cancelled`, `entered-in-error` … */
	marks: string[];
	notes: string[];
}

export interface AttachedFile {
	title: string | null;
	mediaType: string;
	/** Where the file lies inside the record. */
	base64: string;
}

export interface ReadableItem {
	/** FHIR type, for what has no section of its own. */
	type: string;
	title: string | null;
	/** FHIR dates as written, complete or not. */
	date: string | null;
	endDate: string | null;
	marks: string[];
	details: Detail[];
	schedule: Schedule | null;
	/** Longer writing, with line ends. */
	text: string | null;
	rows: ResultRow[];
	files: AttachedFile[];
	/** A file that is kept somewhere else; shown as text, never followed. */
	elsewhere: string[];
	/** Why this could not be read whole: the path of the element that is wrong. */
	problem: string | null;
}

export interface ReadableSection {
	kind: SectionKind;
	items: ReadableItem[];
}

export interface ReadableBundle {
	title: string | null;
	date: string | null;
	author: string | null;
	/** In the order of `sectionKinds`; none is empty. */
	sections: ReadableSection[];
}
