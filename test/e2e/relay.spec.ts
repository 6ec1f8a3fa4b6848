/** A patient who only signs, and a clinician who sends it and pays. */
import { expect, expectAccessible, test } from './fixtures.ts';
import { patience, signInAs } from './people.ts';

test('a patient signs, the doctor’s browser sends it, and the patient’s page goes on by itself', async ({
	page,
	browser,
	site,
}) => {
	await signInAs(page, 'Mariam Al-Khatib');
	await page
		.getByRole('link', { name: /Review/ })
		.first()
		.click();
	await page.getByRole('radio', { name: /Somebody else/ }).check();
	await expect(page.getByText('It is no transaction, and costs nothing.')).toBeVisible();
	await expectAccessible(page);
	await page.getByRole('button', { name: /^Approve/ }).click();
	const code = page.getByRole('img', { name: 'Code of what you signed' });
	await expect(code).toBeVisible(patience);
	await expectAccessible(page);
	const link = await page.locator('section', { has: code }).getByRole('link').getAttribute('href');

	const desk = await browser.newContext({ baseURL: site.url });
	const other = await desk.newPage();
	await signInAs(other, 'Dr Omar Nasser', site.url);
	await other.goto(link ?? '');
	await expect(other.getByText(/shares records with Dr Omar Nasser until/)).toBeVisible(patience);
	await expectAccessible(other);
	await other.getByRole('button', { name: 'Send and pay' }).click();
	await expect(other.getByText('Sent. It is in the log now.')).toBeVisible(patience);
	await expect(page.getByText(/You approved|Approved/).first()).toBeVisible(patience);
	await other.reload();
	await expect(other.getByText('It no longer counts')).toBeVisible(patience);
	await desk.close();
});

test('what is pasted and is no permission is said so, in Arabic too', async ({ page }) => {
	await signInAs(page, 'Dr Layla Haddad');
	await page.getByRole('link', { name: 'Requests', exact: true }).first().click();
	await page.getByRole('link', { name: 'Send what a patient signed' }).click();
	await page.getByLabel('Link or code').fill('hello');
	await page.getByRole('button', { name: 'See what it says' }).click();
	await expect(page.getByRole('alert')).toContainText('This permission is not what was signed');
	await expectAccessible(page);
	await page.getByRole('button', { name: 'العربية' }).first().click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('الإرسال نيابةً عن شخص');
	await expectAccessible(page);
});
