/** What people do on the pages again and again, for the end-to-end tests. */
import type { Page } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { expect } from './fixtures.ts';

/** Sealing, saving, a transaction and reading the chain again, on a slow machine. */
export const patience = { timeout: 60_000 };

/** The path of a file among the samples of the demo. */
export function sample(name: string): string {
	return fileURLToPath(new URL(`../../scripts/demo/samples/${name}`, import.meta.url));
}

/** Signs in with the demo wallet, as somebody who has keys already. */
export async function signInAs(page: Page, name: string, site = ''): Promise<void> {
	await page.goto(`${site}sign-in`);
	await page.getByRole('main').getByRole('button', { name }).click(patience);
	await expect(page).toHaveURL(/\/home$/, patience);
	await expectDemoPerson(page, name);
}

/** Switches to somebody else in one click. */
export async function playAs(page: Page, name: string): Promise<void> {
	await page.getByRole('complementary', { name: /demo/i }).getByRole('button', { name }).click(patience);
	await expect(page).toHaveURL(/\/home$/, patience);
	await expectDemoPerson(page, name);
}

/** A session that was open leads home by itself, before it ends for the next person: the address alone does not tell whose home it is. */
async function expectDemoPerson(page: Page, name: string): Promise<void> {
	const strip = page.getByRole('complementary', { name: /demo/i });
	await expect(strip.getByRole('button', { name, pressed: true })).toBeVisible(patience);
}

/** Connect, make keys, register. */
export async function firstVisit(page: Page, name: string, who: string, displayName: string, site = ''): Promise<void> {
	await page.goto(`${site}sign-in`);
	await page.getByRole('main').getByRole('button', { name }).click(patience);
	await page.getByRole('radio', { name: who }).check(patience);
	await page.getByLabel('Your name').fill(displayName);
	await page.getByRole('button', { name: 'Continue' }).click();
	await page.getByRole('button', { name: 'Create my keys' }).click();
	await page.getByRole('button', { name: 'Register', exact: true }).click(patience);
	await expect(page).toHaveURL(/\/home$/, patience);
}

export interface NewFile {
	title: string;
	category: string;
	onlyMe?: boolean;
}

/** Adds one file, and waits until it is saved. */
export async function addFile(page: Page, path: string, file: NewFile): Promise<void> {
	await beginFile(page, path, file);
	await expect(page.getByRole('link', { name: 'Open it' })).toBeVisible(patience);
}

/** Sends one file on its way. */
export async function beginFile(page: Page, path: string, { title, category, onlyMe = false }: NewFile): Promise<void> {
	await page.goto(new URL('add', page.url()).href);
	await page.locator('input[type=file]').setInputFiles(path);
	await page.getByLabel('Title', { exact: true }).fill(title);
	await page.getByLabel('What is it?').selectOption({ label: category });
	if (onlyMe) await page.getByRole('radio', { name: 'Only me' }).check();
	await page.getByRole('button', { name: 'Seal and add' }).click();
}
