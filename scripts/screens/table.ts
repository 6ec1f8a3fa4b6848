/** The table of all screens, as docs/screens/README.md. */
import type { Screen, View } from './camera.ts';

export interface Chapter {
	title: string;
	screens: readonly Screen[];
}

const words: Record<View, string> = {
	desktop: 'desktop',
	phone: 'phone',
	'dark-desktop': 'dark, desktop',
	'dark-phone': 'dark, phone',
	'arabic-desktop': 'Arabic, desktop',
	'arabic-phone': 'Arabic, phone',
};

/** Markdown: a table for each chapter, a line for each screen. */
export function screensTable(chapters: readonly Chapter[]): string {
	const parts = chapters.map(({ title, screens }) =>
		[`## ${title}`, '', '| Screen | Pictures |', '| --- | --- |', ...screens.map(line)].join('\n'),
	);
	return [
		'# Every screen',
		'',
		'Taken by `npm run screens` on a local network with the people of the demo, in Chromium: 1280 px (desktop) and 390 px (phone) wide,',
		'whole pages. All people are invented. The strip of people on top of each page exists on a local network only.',
		'',
		parts.join('\n\n'),
		'',
	].join('\n');
}

function line({ name, what, views }: Screen): string {
	const pictures = views.map((view) => `[${words[view]}](${name}-${view}.png)`);
	return `| ${what} | ${pictures.join(' · ')} |`;
}
