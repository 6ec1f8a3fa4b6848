/** What a person does on the way to a screen, with the demo wallet. */
import type { Locator, Page } from '@playwright/test';
import { fileURLToPath } from 'node:url';

/** Sealing, saving and a transaction, on a slow machine. */
export const patience = 60_000;

/** The path of a file of the demo. */
export function sample(name: string): string {
	return fileURLToPath(new URL(`../demo/samples/${name}`, import.meta.url));
}

/** Waits for something to be seen. */
export function see(what: Locator): Promise<void> {
	return what.first().waitFor({ timeout: patience });
}

/** Chooses the option that has this text in it. */
export async function choose(list: Locator, text: string): Promise<void> {
	const value = await list.locator('option', { hasText: text }).first().getAttribute('value', { timeout: patience });
	await list.selectOption(value);
}

/** Signs in as somebody of the demo, and waits for their home page. */
export async function signInAs(page: Page, name: string): Promise<void> {
	await page.goto('sign-in');
	await page.getByRole('main').getByRole('button', { name }).click({ timeout: patience });
	await page.waitForURL(/\/home$/, { timeout: patience });
	// A session that was open leads home by itself, before it ends for the next person.
	await see(page.getByRole('complementary').getByRole('button', { name, pressed: true }));
	await see(page.getByRole('heading', { level: 1 }));
}

/** The first page of the first visit, filled in. */
export async function sayWho(page: Page, person: string, who: string, name: string): Promise<void> {
	await page.goto('sign-in');
	await page.getByRole('main').getByRole('button', { name: person }).click({ timeout: patience });
	await page.getByRole('radio', { name: who }).check({ timeout: patience });
	await page.getByLabel('Your name').fill(name);
}

/** From there to the home page. */
export async function register(page: Page): Promise<void> {
	const button = page.getByRole('button', { name: 'Register', exact: true });
	if (!(await button.isVisible())) {
		await page.getByRole('button', { name: 'Continue' }).click();
		await page.getByRole('button', { name: 'Create my keys' }).click();
	}
	await button.click({ timeout: patience });
	await page.waitForURL(/\/home$/, { timeout: patience });
	await see(page.getByRole('heading', { level: 1 }));
}

/** Opens the record of this title, and its parts, from a page that lists it. */
export async function openRecord(page: Page, title: string): Promise<void> {
	await page.getByRole('link', { name: title, exact: true }).click({ timeout: patience });
	await see(page.getByRole('heading', { level: 1, name: title }));
	const open = page.getByRole('main').getByRole('button', { name: /^Open/ });
	await see(open);
	while ((await open.count()) > 0) await open.first().click();
	const closings = page.getByRole('main').getByRole('button', { name: /^Cancel/ });
	while ((await closings.count()) > 0) await page.waitForTimeout(100);
}
