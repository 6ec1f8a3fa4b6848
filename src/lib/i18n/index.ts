/** Messages in English and Arabic, and how dates, numbers and errors are said. */
export type { ErrorCode } from '#lib/errors.ts';
export { countries, countryName } from './countries.ts';
export { sentenceFor, type ErrorSentence } from './error-sentence.ts';
export {
	formatBytes,
	formatDate,
	formatDateTime,
	formatDuration,
	formatList,
	formatNumber,
	formatPercent,
	formatTime,
	intlTag,
	type DateStyle,
} from './format.ts';
export { direction, getLocale, languageNames, locales, setLocale, startLocale, type Locale } from './locale.svelte.ts';
export { m } from './paraglide/messages.js';
export { categoryTitle, categoryWord, lackWord, patientCode, roleWord, rolesWord, scopeWords } from './words.ts';
