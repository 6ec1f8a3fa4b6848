/**
 * Which language the person reads, remembered in this browser. Messages ask here, so a switch redraws every sentence and loses nothing.
 *
 * Prerendered pages are written in English and must be taken over as they are: there the remembered language is put in place right
 * after (`startLocale`), before anything is shown (`static/boot.js` hides the page until then). Other pages start in it at once.
 */
import {
	baseLocale,
	isLocale,
	localStorageKey,
	locales,
	overwriteGetLocale,
	type Locale,
} from './paraglide/runtime.js';

export { locales, type Locale };
export type Direction = 'ltr' | 'rtl';

const inBrowser = typeof document !== 'undefined';

/** What boot.js put on `<html>`: the remembered language, else the browser's. */
function chosen(): Locale {
	const lang = inBrowser ? document.documentElement.lang : '';
	return isLocale(lang) ? lang : baseLocale;
}

function isPrerendered(): boolean {
	return inBrowser && document.querySelector('#app > :not(script)') !== null;
}

class LocaleState {
	current = $state<Locale>(isPrerendered() ? baseLocale : chosen());
}
const state = new LocaleState();
overwriteGetLocale(() => state.current);

/** The present language; reactive in templates and `$derived`. */
export function getLocale(): Locale {
	return state.current;
}

/** Changes the language of everything on the page at once, and remembers it. */
export function setLocale(locale: Locale): void {
	state.current = locale;
	if (!inBrowser) return;
	document.documentElement.lang = locale;
	document.documentElement.dir = direction(locale);
	try {
		localStorage.setItem(localStorageKey, locale);
	} catch {
		// A browser that forbids storage forgets the language, nothing else.
	}
}

/** Called once by the root layout when the page has been taken over. */
export function startLocale(): void {
	state.current = chosen();
	document.documentElement.removeAttribute('data-drawing');
}

export function direction(locale: Locale = state.current): Direction {
	return locale === 'ar' ? 'rtl' : 'ltr';
}

/** The name of a language in itself. */
export const languageNames: Record<Locale, string> = { en: 'English', ar: 'العربية' };
