/**
 * The clouds of one patient: what lies where, whether it is still there, what a cloud lost and how it comes back, what is asked of clouds in
 * public, a cloud that is left for another, and what each answers when a record is erased (M27, M29, M31, M33). On a network of its own, as
 * clouds lose things here.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page, Route } from '@playwright/test';
import { spoil } from './clouds.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { addFile, firstVisit, patience, sample } from './people.ts';

test('a patient asks the clouds, finds what one of them spoiled, puts it back, leaves that cloud for another, and erases', async ({
	page,
	browser,
	ownNetwork,
}) => {
	await firstVisit(page, 'A new patient', 'A patient', 'Salma Odeh', ownNetwork.url);
	await addFile(page, sample('blood-count.json'), { title: 'Blood count', category: 'Lab results' });
	await page.goto(`${ownNetwork.url}storage`);
	await expect(page.getByText(/Is to hold 1 record/)).toHaveCount(3, patience);
	const where = page.getByRole('table', { name: 'What lies where' });
	await expect(where.getByRole('link', { name: 'Blood count' })).toBeVisible(patience);
	await expect(where.getByText('any 1 of 3 copies')).toBeVisible();

	const ask = page.getByRole('button', { name: 'Ask all clouds now' });
	await ask.click(patience);
	await expect(page.getByText('Every cloud was asked.')).toBeVisible(patience);
	await expect(page.getByText('All of it was read, and all of it was right.')).toHaveCount(3);
	await expectAccessible(page);

	spoil(join(ownNetwork.dataDir, 's3-a'));
	await ask.click();
	await expect(page.getByText('Something is missing', { exact: true })).toBeVisible(patience);
	await expect(
		page.getByText(/1 record has a piece there that is missing or wrong. It still opens from the other clouds/),
	).toBeVisible();
	await expectAccessible(page);

	await where.getByRole('link', { name: 'Blood count' }).click();
	const proofs = page.getByRole('region', { name: 'Proof in public' });
	await expect(proofs.getByText('Nobody has asked yet.')).toBeVisible(patience);
	const record = page.url();
	await proofs.getByRole('button', { name: 'Challenge a cloud publicly' }).click();
	await choose(page, 'Which cloud?', ownNetwork.config.clouds[1]?.label ?? '');
	await expectAccessible(page);
	await page.getByRole('button', { name: 'Ask in public' }).click();
	await expect(page.getByText(/blocks are made that the draw needs/).first()).toBeVisible(patience);
	await page.getByRole('button', { name: 'Say in public that it failed' }).click(patience);
	await expect(page.getByText(/is on the chain, with your address/)).toBeVisible(patience);
	const reported = proofs.getByRole('listitem').filter({ hasText: 'Reported' });
	await expect(reported).toContainText(/Nothing proves it.*The word of 0x\w{4}…\w{4}.*the patient/s, patience);
	await expect(proofs.getByText('Waiting for an answer')).toBeVisible();
	await expectAccessible(page);

	// What the clouds lost is known here; what lies where is asked of the chain, which answers late.
	const [node = ''] = ownNetwork.config.chain.rpcUrls;
	const late = async (route: Route) => {
		await sleep(300);
		await route.continue();
	};
	await page.route(`${node}/**`, late);
	await page.goto(`${ownNetwork.url}storage`);
	await page.getByRole('button', { name: 'Put back what is missing' }).click(patience);
	await expect(page.getByText(/1 piece was put back/)).toBeVisible(patience);
	await page.unrouteAll({ behavior: 'wait' });
	await expect(page.getByText('Holds everything', { exact: true })).toHaveCount(3, patience);

	const context = await browser.newContext({ locale: 'ar', viewport: { width: 390, height: 844 } });
	await aStrangerProves(await context.newPage(), record.replace(/record\?/, 'verify?'));
	await context.close();

	await page.getByRole('link', { name: 'Log', exact: true }).first().click();
	await page.getByLabel('Kind of line').selectOption('audits', patience);
	await expect(page.getByText('asked in public whether a cloud still holds a record of')).toHaveCount(2, patience);
	await expect(page.getByText('reported that a cloud failed to give a record of')).toBeVisible();
	await expect(page.getByText('proved that what was asked of a record of')).toBeVisible();
	await page.goto(`${ownNetwork.url}storage`);

	await page.getByRole('button', { name: /^Move/ }).nth(1).click();
	await page.getByRole('button', { name: 'Move everything' }).click();
	await expect(page.getByText(/objects lie on/)).toBeVisible(patience);
	await expectAccessible(page);
	await expect(page.getByText('Holds no records yet')).toHaveCount(1, patience);
	await page.getByRole('link', { name: 'Blood count' }).click();
	await page.getByRole('button', { name: /^Open/ }).click(patience);
	await expect(page.getByText('Complete Blood Count')).toBeVisible(patience);

	await page.getByRole('button', { name: 'Erase' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
	await expect(page.getByRole('heading', { name: 'Receipt of the erasure' })).toBeVisible(patience);
	await expect(page.getByText(/The wrapped key is gone from every cloud/)).toBeVisible();
	await expectAccessible(page);
});

/** Somebody with a wallet and no keys checks the record in Arabic, on a phone, and answers for a cloud that has its piece. */
async function aStrangerProves(page: Page, address: string): Promise<void> {
	await page.goto(address);
	const proofs = page.getByRole('region', { name: 'الإثبات علنًا' });
	await expect(proofs.getByRole('listitem').filter({ hasText: 'بلاغ' })).toContainText('المريض', patience);
	await proofs.getByRole('button', { name: 'مطالبة سحابة بالإثبات علنًا' }).click();
	await page.getByRole('button', { name: 'A new clinician' }).click(patience);
	await expect(page.getByText('ما يراه الجميع')).toBeVisible(patience);
	await expectAccessible(page);
	await page.getByRole('button', { name: 'الطلب علنًا' }).click();
	await page.getByRole('button', { name: 'إرسال الإثبات' }).click(patience);
	await expect(page.getByText(/أُثبت على الشبكة أن/)).toBeVisible(patience);
	await expect(proofs.getByRole('listitem').filter({ hasText: 'أُثبتت العيّنات الخمس كلها' })).toContainText(
		'أثبته',
		patience,
	);
	await expectAccessible(page);
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
}

async function choose(page: Page, label: string, text: string): Promise<void> {
	const list = page.getByLabel(label);
	const value = await list.locator('option', { hasText: text }).first().getAttribute('value', patience);
	await list.selectOption(value);
}
