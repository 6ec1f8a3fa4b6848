/**
 * A hospital changes its teams and is handed over to another wallet; a patient stops all sharing, and gives someone the keys that no cloud
 * took. With the demo's people, on a real chain and real clouds; axe looks at every page and dialog on the way. The tests of this file go
 * on from each other.
 */
import type { Page } from '@playwright/test';
import { expect, expectAccessible, test, type Site } from './fixtures.ts';
import { firstVisit, patience, playAs, signInAs } from './people.ts';

test.describe.configure({ mode: 'serial' });

test('a team gets another name, in its place, and patients choose it by that name', async ({ page }) => {
	await signInAs(page, 'Al-Noor Hospital');
	await page.goto('teams');
	await page.getByRole('button', { name: 'Rename Cardiology' }).click(patience);
	const form = page.getByRole('form', { name: 'Another name for Cardiology' });
	await form.getByLabel('Name of the team').fill('Chest ward');
	await form.getByRole('button', { name: 'Save the name' }).click();
	await expect(form.getByText('Another team has this name')).toBeVisible();
	await expectAccessible(page);
	await form.getByLabel('Name of the team').fill('Heart centre');
	await form.getByRole('button', { name: 'Save the name' }).click();
	await expect(page.getByText('The team has its new name.')).toBeVisible(patience);
	await expect(page.getByRole('heading', { level: 2, name: 'Heart centre' })).toBeVisible(patience);
	await expect(page.getByText('Dr Omar Nasser')).not.toHaveCount(0);
	await playAs(page, 'Mariam Al-Khatib');
	expect(await teamsToChoose(page)).toEqual(['Chest ward', 'Heart centre']);
});

test('a retired team stays to be seen, and nobody joins or chooses it', async ({ page }) => {
	await signInAs(page, 'Al-Noor Hospital');
	await page.goto('teams');
	await page.getByRole('button', { name: 'Retire Chest ward' }).click(patience);
	await expect(page.getByRole('dialog')).toContainText('cannot be undone');
	await expectAccessible(page);
	await page.getByRole('button', { name: 'Keep the team' }).click();
	await expect(page.getByRole('dialog')).toBeHidden();
	await page.getByRole('button', { name: 'Retire Chest ward' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Retire' }).click();
	const team = page.getByRole('region', { name: 'Chest ward' });
	await expect(team.getByText('Retired', { exact: true })).toBeVisible(patience);
	await expect(team.getByText('Dr Layla Haddad').first()).toBeVisible();
	await expect(team.getByRole('button', { name: /Add a person|Rename|Retire/ })).toHaveCount(0);
	await expect(team.getByRole('button', { name: 'Remove Dr Layla Haddad' })).toBeVisible();
	await expectAccessible(page);
	await playAs(page, 'Mariam Al-Khatib');
	expect(await teamsToChoose(page)).toEqual(['Heart centre']);
});

test('a hospital asks a clinician to help run it, who accepts and changes teams, but not people', async ({
	page,
	site,
}) => {
	await signInAs(page, 'Al-Noor Hospital');
	await ask(page, 'not an address');
	await expect(page.getByText('Write a wallet address: 0x and 40 characters')).toBeVisible();
	await page.getByLabel('Their wallet address').fill(site.person('Al-Noor Hospital').address);
	await page.getByRole('button', { name: 'Ask in your wallet' }).click();
	await expect(page.getByText('This wallet is on the list already')).toBeVisible();
	await expectAccessible(page);
	await page.getByLabel('Their wallet address').fill(site.person('Dr Omar Nasser').address);
	await page.getByRole('button', { name: 'Ask in your wallet' }).click();
	await expect(page.getByText('Waiting for their answer')).toBeVisible(patience);

	await playAs(page, 'Dr Omar Nasser');
	const offer = page.getByRole('region', { name: 'Al-Noor Hospital asks you to help run it' });
	await expect(offer).toContainText('You cannot yet add or remove people');
	await expectAccessible(page);
	await offer.getByRole('button', { name: 'Accept in your wallet' }).click();
	await page.getByRole('button', { name: 'Act for Al-Noor Hospital' }).click(patience);
	await expect(page.getByRole('button', { name: 'Your account and settings' })).toContainText('Hospital');
	await page.getByRole('link', { name: 'Teams', exact: true }).first().click();
	await expect(page.getByText('People are added and removed with the hospital’s own wallet')).toBeVisible(patience);
	await expect(page.getByRole('button', { name: /Add a person|Remove/ })).toHaveCount(0);
	await page.getByLabel('Name of the team').fill('Pharmacy');
	await page.getByRole('button', { name: 'Add a team' }).click();
	await expect(page.getByRole('heading', { level: 2, name: 'Pharmacy' })).toBeVisible(patience);
	await expectAccessible(page);

	await playAs(page, 'Al-Noor Hospital');
	await page.goto('teams');
	await expect(page.getByRole('button', { name: 'Add a person Pharmacy' })).toBeVisible(patience);
});

test('an offer can be taken back, and a wallet without a role finds one on its home page', async ({ page, site }) => {
	await firstVisit(page, 'A new clinician', 'I work at a hospital', 'Huda Saleh');
	await playAs(page, 'Al-Noor Hospital');
	await ask(page, site.person('A new clinician').address);
	await page.getByRole('button', { name: /^Take the offer back/ }).click(patience);
	await expect(page.getByText('The offer is taken back.')).toBeVisible(patience);
	await expect(page.getByText('Waiting for their answer')).toHaveCount(0);
	await page.getByLabel('Their wallet address').fill(site.person('A new clinician').address);
	await page.getByRole('button', { name: 'Ask in your wallet' }).click();
	await expect(page.getByText('Waiting for their answer')).toBeVisible(patience);

	await playAs(page, 'A new clinician');
	await expect(page.getByRole('heading', { level: 1, name: /^Your keys are ready/ })).toBeVisible(patience);
	await expectAccessible(page);
	await page.getByRole('button', { name: 'Accept in your wallet' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Al-Noor Hospital' })).toBeVisible(patience);
	await page.goto('hospital');
	await page.getByRole('button', { name: /^Step down/ }).click(patience);
	await expect(page.getByRole('dialog')).toContainText('From then on you can change nothing');
	await expectAccessible(page);
	await page.getByRole('dialog').getByRole('button', { name: 'Step down' }).click();
	await expect(page.getByText('This page is for hospitals').or(page.getByLabel('Name of the hospital'))).toBeVisible(
		patience,
	);
});

test('the hospital removes an administrator; on a phone, in Arabic, the page says the same', async ({ page }) => {
	await signInAs(page, 'Al-Noor Hospital');
	await page.goto('hospital');
	await page.getByRole('button', { name: 'Remove Dr Omar Nasser' }).click(patience);
	await expect(page.getByRole('dialog')).toContainText('A place in a team stays as it is');
	await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
	await expect(page.getByText('The list of administrators is changed.')).toBeVisible(patience);
	await expect(page.getByText('A hospital keeps at least one administrator.', { exact: false })).toBeVisible(patience);
	await onPhoneInArabic(page);
	await expect(page.getByRole('heading', { level: 2, name: 'المديرون' })).toBeVisible();
	await page.getByRole('button', { name: 'عرض الإدارة على شخص' }).click();
	await expectAccessible(page);
	await expectNoSidewaysScrolling(page);
});

test('stopping does not wait for a cloud, and those who stay get their keys afterwards', async ({ page, site }) => {
	await signInAs(page, 'Grace Okafor');
	await page.goto('sharing');
	await expect(page.getByRole('button', { name: /^Stop sharing/ })).toHaveCount(2, patience);
	await refuseToSave(page, site);
	await page.getByRole('button', { name: /^Stop sharing.*Tomás Byrne/ }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Stop sharing' }).click();
	await expect(page.getByText('Nothing is stopped yet.')).toBeVisible(patience);
	await expectAccessible(page);
	await page.getByRole('button', { name: /^Stop now, keys later/ }).click();
	const give = page.getByRole('button', { name: 'Give the missing keys now , to Dr Omar Nasser' });
	await expect(give).toBeVisible(patience);
	await expect(page.getByRole('button', { name: /^Stop sharing/ })).toHaveCount(1);
	await page.reload();
	await expect(give).toBeVisible(patience);
	await expectAccessible(page);
	await page.context().unrouteAll();
	await give.click();
	await expect(page.getByText('The missing keys are handed over.')).toBeVisible(patience);
	await expect(give).toBeHidden(patience);
});

test('all sharing stops with one transaction, and every reader sees it', async ({ page, site }) => {
	await signInAs(page, 'Grace Okafor');
	await page.goto('sharing');
	await onPhoneInArabic(page);
	await page.getByRole('button', { name: 'إيقاف كل مشاركة' }).click(patience);
	await expect(page.getByRole('dialog')).toContainText('لا يمكن سحبه ممّن قرأه');
	await expectAccessible(page);
	await expectNoSidewaysScrolling(page);
	await page.getByRole('dialog').getByRole('button', { name: 'إيقاف كل مشاركة' }).click();
	await expect(page.getByText('أُوقفت كل مشاركة وتغيّرت الأقفال.')).toBeVisible(patience);
	await expect(page.getByText('لا أحد يرى ملفاتك بعد')).toBeVisible(patience);
	await expect(page.getByText(/^أجزاء تحت قفل قديم/)).toBeVisible(patience);
	await expectAccessible(page);
	await expectNoSidewaysScrolling(page);
	await inEnglish(page);
	await page.getByRole('button', { name: 'Put earlier records under new locks' }).click(patience);
	await expect(page.getByText(/^Parts under new locks: [1-9]/)).toBeVisible(patience);
	await expect(page.getByText(/^Parts under an old lock/)).toBeHidden(patience);
	await expectAccessible(page);
	await playAs(page, 'Dr Omar Nasser');
	await page.goto(`patient?address=${site.person('Grace Okafor').address}`);
	await expect(page.getByText(/^Your access ended on/)).toBeVisible(patience);
	await page.goto(`log?of=${site.person('Grace Okafor').address}`);
	await expect(page.getByText(/stopped all sharing/).first()).toBeVisible(patience);
});

/** Opens the form under Profile, and sends it to this address. */
async function ask(page: Page, address: string): Promise<void> {
	await page.goto('hospital');
	await page.getByRole('button', { name: 'Ask someone to help run it' }).click(patience);
	await page.getByLabel('Their wallet address').fill(address);
	await page.getByRole('button', { name: 'Ask in your wallet' }).click();
}

/** What a patient is offered under "Only one team", at Al-Noor Hospital. */
async function teamsToChoose(page: Page): Promise<string[]> {
	await page.goto('add');
	await page.getByRole('radio', { name: /^Only one team/ }).check(patience);
	await page.getByLabel('Hospital', { exact: true }).selectOption({ label: 'Al-Noor Hospital' });
	return page.getByLabel('Team', { exact: true }).getByRole('option').allInnerTexts();
}

/** Clouds that answer, and take nothing. */
async function refuseToSave(page: Page, { config }: Site): Promise<void> {
	const bases = config.clouds.flatMap((cloud) => ('publicBase' in cloud ? [new URL(cloud.publicBase).origin] : []));
	await page.context().route(
		({ origin }) => bases.includes(origin),
		(route) => (['GET', 'HEAD'].includes(route.request().method()) ? route.continue() : route.abort()),
	);
}

async function onPhoneInArabic(page: Page): Promise<void> {
	await speak(page, 'ar');
	await page.setViewportSize({ width: 390, height: 844 });
}

async function inEnglish(page: Page): Promise<void> {
	await page.setViewportSize({ width: 1280, height: 860 });
	await speak(page, 'en');
}

async function speak(page: Page, language: 'en' | 'ar'): Promise<void> {
	await page.locator(`header button[lang="${language}"]`).filter({ visible: true }).first().click();
	await page.locator(`html[lang="${language}"]`).waitFor({ state: 'attached' });
}

async function expectNoSidewaysScrolling(page: Page): Promise<void> {
	const { width } = page.viewportSize() ?? { width: 0 };
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
}
