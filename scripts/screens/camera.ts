/**
 * Takes the pictures: each screen on a desktop and on a phone, some of them dark and in Arabic too. Before each picture it waits until
 * nothing on the page is loading, and it notes every page that can be scrolled sideways on a phone.
 */
import type { Page } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPalettePng } from './palette-png.ts';

const desktop = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };
/** A phone, and a desktop at 400 % zoom. */
const narrowWidths = [390, 320];

const views = {
	desktop: { size: desktop, dark: false, arabic: false },
	phone: { size: phone, dark: false, arabic: false },
	'dark-desktop': { size: desktop, dark: true, arabic: false },
	'dark-phone': { size: phone, dark: true, arabic: false },
	'arabic-desktop': { size: desktop, dark: false, arabic: true },
	'arabic-phone': { size: phone, dark: false, arabic: true },
} as const;

export type View = keyof typeof views;

/** Light and English; the first two of every screen. */
export const plain: readonly View[] = ['desktop', 'phone'];
/** For the few screens that are shown in every way. */
export const everyView = Object.keys(views) as readonly View[];

export interface Screen {
	/** Begins the names of its pictures. */
	name: string;
	/** What it is, in a sentence of the table. */
	what: string;
	views: readonly View[];
}

export interface TakeOptions {
	views?: readonly View[];
	/** Only what a person sees at once: for what lies over a page. */
	window?: boolean;
}

/** Makes pictures into a folder, and keeps the list of them. */
export class Camera {
	readonly screens: Screen[] = [];
	/** Pages that do not fit a phone, in words. */
	readonly tooWide: string[] = [];
	readonly #folder: string;

	constructor(folder: string) {
		this.#folder = folder;
	}

	/** Pictures of the page as it is now. Leaves it at desktop size, light, and in the language that it was in. */
	async take(page: Page, name: string, what: string, options: TakeOptions = {}): Promise<void> {
		const { views: wanted = plain, window = false } = options;
		for (const view of wanted) {
			const { size, dark, arabic } = views[view];
			await page.setViewportSize(desktop); // where the language switch is in sight
			await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
			await speak(page, arabic);
			await page.setViewportSize(size);
			await settle(page);
			// As high as the page, so that the bar at the foot of a phone stands at the foot of the picture.
			if (!window) await page.setViewportSize({ ...size, height: await heightOf(page, size.height) });
			const png = await page.screenshot({ animations: 'disabled' });
			writeFileSync(join(this.#folder, `${name}-${view}.png`), toPalettePng(png));
			if (size === phone) await this.#measure(page, `${name} (${view})`);
		}
		await page.setViewportSize(desktop);
		await page.emulateMedia({ colorScheme: 'light' });
		if (wanted.some((view) => views[view].arabic)) await speak(page, false);
		this.screens.push({ name, what, views: wanted });
	}

	async #measure(page: Page, what: string): Promise<void> {
		for (const width of narrowWidths) {
			await page.setViewportSize({ width, height: phone.height });
			const widest = await page.evaluate(() => document.documentElement.scrollWidth);
			if (widest > width) this.tooWide.push(`${what} is ${widest} px wide on a screen of ${width} px`);
		}
	}
}

async function heightOf(page: Page, least: number): Promise<number> {
	return Math.max(least, await page.evaluate(() => document.documentElement.scrollHeight));
}

async function speak(page: Page, arabic: boolean): Promise<void> {
	const language = arabic ? 'ar' : 'en';
	if ((await page.locator('html').getAttribute('lang')) === language) return;
	await page.locator(`header button[lang="${language}"]`).filter({ visible: true }).first().click();
	await page.locator(`html[lang="${language}"]`).waitFor({ state: 'attached' });
}

/** Until fonts and pictures are there and no list is loading. What stays longer than it may is taken as it is. */
async function settle(page: Page): Promise<void> {
	await page.evaluate(() => {
		scrollTo(0, 0);
		if (document.activeElement instanceof HTMLElement && document.activeElement.matches('main')) {
			document.activeElement.blur();
		}
	});
	await page
		.waitForFunction(
			() =>
				document.fonts.status === 'loaded' &&
				[...document.images].every((image) => image.complete) &&
				document.querySelector('main [role="status"] .line') === null,
			undefined,
			{ timeout: 20_000 },
		)
		.catch(() => undefined);
}
