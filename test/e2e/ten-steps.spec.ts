/**
 * The main job as a person does it: a hospital applies and is approved, a clinician joins and asks, a patient adds files and decides, the
 * clinician reads and treats, the patient stops sharing, and anybody reads the log. With the demo wallet, on a real chain and real
 * clouds; every page on the way is checked by axe. The tests of this file go on from each other.
 */
import type { Page } from '@playwright/test';
import { randomFillSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { expect, expectAccessible, test } from './fixtures.ts';
import { addFile, firstVisit, patience, playAs, sample, signInAs } from './people.ts';

test.describe.configure({ mode: 'serial' });

test('a visitor without a wallet learns what this is, for whom, and what it does not do', async ({ page }) => {
	await page.goto('');
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await expect(page.getByRole('heading', { name: 'Who it is for' })).toBeVisible();
	await expect(page.getByRole('heading', { name: 'What it does not do' })).toBeVisible();
	await expectAccessible(page);
	await page.goto('tour');
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await expectAccessible(page);
});

test('a hospital applies, and what it tries before approval is refused with a clear screen', async ({ page }) => {
	await firstVisit(page, 'A new hospital', 'I represent a hospital', 'Cedar Heart Centre');
	await page.goto('hospital');
	await page.getByLabel('Name of the hospital').fill('Cedar Heart Centre');
	await page.getByLabel('Contact').fill('not a contact');
	await page.getByRole('button', { name: 'Apply in your wallet' }).click();
	await expect(page.getByRole('alert')).toContainText('Please correct 1 thing');
	await expectAccessible(page);
	await page.getByLabel('Contact').fill('desk@cedar.example');
	await page.getByRole('button', { name: 'Apply in your wallet' }).click();
	await expect(page.getByRole('heading', { name: 'Cedar Heart Centre is not approved yet' })).toBeVisible(patience);
	await expectAccessible(page);
	await page.goto('teams');
	await expect(page.getByText('Waiting for the registrar').first()).toBeVisible(patience);
	await expect(page.getByRole('button', { name: 'Add a team' })).toBeHidden();
});

test('the registrar approves it, and its authority key is published', async ({ page }) => {
	await signInAs(page, 'Registrar of hospitals');
	await expect(page.getByRole('heading', { name: 'Waiting for your decision' })).toBeVisible(patience);
	await expectAccessible(page);
	await page.getByRole('button', { name: 'Approve Cedar Heart Centre' }).click();
	await expect(page.getByText('No application waits')).toBeVisible(patience);
	await playAs(page, 'A new hospital');
	await page.getByRole('button', { name: 'Publish the key' }).click(patience);
	await expect(page.getByRole('button', { name: 'Publish the key' })).toBeHidden(patience);
	await expectAccessible(page);
});

test('the hospital adds a team and a doctor to it', async ({ page, site }) => {
	await firstVisit(page, 'A new clinician', 'I work at a hospital', 'Dr Rana Mansour');
	await playAs(page, 'A new hospital');
	await page.goto('teams');
	await page.getByLabel('Name of the team').fill('Cardiology');
	await page.getByRole('button', { name: 'Add a team' }).click();
	await page.getByRole('button', { name: 'Add a person Cardiology' }).click(patience);
	const form = page.getByRole('form', { name: 'Add a person to Cardiology' });
	await form.getByLabel('Their wallet address').fill(site.person('A new clinician').address);
	await form.getByLabel('Name, as patients should read it').fill('Dr Rana Mansour');
	await form.getByLabel('What they do').fill('Cardiologist');
	await expectAccessible(page);
	await form.getByRole('button', { name: 'Add a person' }).click();
	await expect(page.getByText('Dr Rana Mansour is added')).toBeVisible(patience);
	await playAs(page, 'A new clinician');
	await expect(page.getByRole('heading', { level: 1, name: 'Cedar Heart Centre' })).toBeVisible(patience);
	await expectAccessible(page);
});

test('a patient makes keys and adds a PDF, a scan, a health record, a photograph and a file of 100 MB', async ({
	page,
}, info) => {
	await firstVisit(page, 'A new patient', 'A patient', 'Salma Odeh');
	await expect(page.getByRole('heading', { name: 'Hello, Salma Odeh' })).toBeVisible(patience);
	await expectAccessible(page);
	const large = info.outputPath('night recording.bin');
	writeFileSync(large, randomFillSync(Buffer.alloc(100_000_000)));
	await tryPolicies(page);
	await addFile(page, sample('blood-count.pdf'), { title: 'Blood count on paper', category: 'Lab results' });
	await addFile(page, sample('lipids.json'), { title: 'Cholesterol', category: 'Lab results' });
	await addFile(page, sample('chest-ct.dcm'), { title: 'CT of the chest', category: 'Scans and images' });
	await addFile(page, sample('portrait.jpg'), { title: 'Photograph', category: 'Scans and images' });
	await addFile(page, large, { title: 'Sleep study', category: 'Documents', onlyMe: true });
	await page.goto('records');
	await expect(page.getByRole('status').filter({ hasText: '5 records' })).toBeVisible(patience);
	await expectAccessible(page);
	await page.getByRole('link', { name: 'Sleep study' }).click();
	await page.getByRole('button', { name: /^Open/ }).click(patience);
	await expect(page.getByRole('link', { name: /Save|Download/ })).toBeVisible(patience);
});

test('the doctor asks, the patient gives less than asked, and the doctor sees only that', async ({ page, site }) => {
	await signInAs(page, 'A new clinician');
	await page.goto(`ask?patient=${site.person('A new patient').address}`);
	await page.getByRole('button', { name: 'Send the request' }).click(patience);
	await expect(page.getByRole('alert')).toContainText('Please correct 2 things');
	await page.getByLabel('Why do you ask?').fill('To prepare your heart operation');
	await page.getByLabel('Lab results').check();
	await page.getByLabel('Scans and images').check();
	await page.getByLabel('Doctor’s notes').check();
	await expectAccessible(page);
	await page.getByRole('button', { name: 'Send the request' }).click();
	await expect(page.getByText('The request is sent.')).toBeVisible(patience);

	await playAs(page, 'A new patient');
	await page.getByRole('link', { name: /^Review/ }).click(patience);
	await expect(page.getByText('To prepare your heart operation')).toBeVisible(patience);
	await page.getByLabel('Doctor’s notes').uncheck();
	await expectAccessible(page);
	await page.getByRole('button', { name: 'Approve in your wallet' }).click();
	await expect(page.getByText('Approved. The keys are handed over.')).toBeVisible(patience);

	await playAs(page, 'A new clinician');
	await page.goto('requests');
	await expect(page.getByText('Approved, in part')).toBeVisible(patience);
	await expectAccessible(page);
});

test('the doctor opens each kind of document, and not what the patient kept', async ({ page, site }) => {
	await signInAs(page, 'A new clinician');
	await page.goto(`patient?address=${site.person('A new patient').address}`);
	await expect(page.getByRole('heading', { level: 1, name: 'Salma Odeh' })).toBeVisible(patience);
	await expect(page.getByText('Not open to you')).toHaveCount(1);
	await expectAccessible(page);
	await expect(page.getByText('Its author kept it for the patient alone.')).toBeVisible(patience);
	await chooseEngine(page);
	await openRecord(page, 'Cholesterol');
	await expect(page.getByText('Triglyceride').first()).toBeVisible(patience);
	await openRecord(page, 'CT of the chest');
	await expect(page.getByText('Preview, not for diagnosis')).toBeVisible(patience);
	await expectAccessible(page);
	await openRecord(page, 'Photograph');
	await expect(page.locator('main img[src^="blob:"]')).toBeVisible(patience);
	await openRecord(page, 'Blood count on paper');
	await expect(page.locator('main iframe[src^="blob:"]')).toBeVisible(patience);
});

test('with the patient’s consent the doctor adds a treatment, and the patient reads it', async ({ page, site }) => {
	const patient = site.person('A new patient').address;
	await signInAs(page, 'A new clinician');
	await treat(page, patient, 'Check before the operation');
	await expect(page.getByRole('alert')).toBeVisible(patience); // no consent yet: refused, nothing is lost
	await expect(page.getByLabel('Title')).toHaveValue('Check before the operation');

	await playAs(page, 'A new patient');
	await page.goto('sharing');
	await page.getByRole('button', { name: 'Let a hospital add' }).click(patience);
	await page.getByLabel('Hospital', { exact: true }).selectOption({ label: 'Cedar Heart Centre' });
	await page.getByRole('button', { name: 'Allow in your wallet' }).click();
	await expect(page.getByText('May add until')).toBeVisible(patience);
	await expectAccessible(page);

	await playAs(page, 'A new clinician');
	await treat(page, patient, 'Check before the operation');
	await expect(page.getByText('Signed into the patient’s history.')).toBeVisible(patience);

	await playAs(page, 'A new patient');
	await page.getByRole('link', { name: 'Check before the operation' }).click(patience);
	await expect(page.getByText(/^Signed, and unchanged since/)).toBeVisible(patience);
	const open = page.getByRole('button', { name: /^Open/ });
	while ((await open.count()) > 0) await open.first().click();
	await expect(page.getByText('Metoprolol').first()).toBeVisible(patience);
	await expect(page.getByText('Walks two floors without a rest.')).toBeVisible(patience);
	await expectAccessible(page);
});

test('what is added after the patient stops sharing does not open for the doctor', async ({ page, site }) => {
	await signInAs(page, 'A new patient');
	await page.getByRole('button', { name: /^Stop sharing/ }).click(patience);
	await expect(page.getByRole('dialog')).toContainText('cannot be unread');
	await expectAccessible(page);
	await page.getByRole('dialog').getByRole('button', { name: 'Stop sharing' }).click();
	await expect(page.getByText('No one can see your records yet')).toBeVisible(patience);
	await addFile(page, sample('blood-count.json'), { title: 'Blood count afterwards', category: 'Lab results' });

	await playAs(page, 'A new clinician');
	await page.goto(`patient?address=${site.person('A new patient').address}`);
	await expect(page.getByText(/^Your access ended on/)).toBeVisible(patience);
	await expect(page.getByText('Not open to you').first()).toBeVisible(patience);
	await expect(page.getByText('Blood count afterwards')).toHaveCount(0);
});

test('anybody reads the log of it without a wallet, and it names no one and nothing medical', async ({
	page,
	site,
}) => {
	await page.goto(`log?of=${site.person('A new patient').address}`);
	for (const kind of ['Asked', 'Approved', 'Access ended', 'May add']) {
		await expect(page.getByText(kind, { exact: true }).first()).toBeVisible(patience);
	}
	const text = await page.locator('main').innerText();
	for (const secret of ['Salma', 'Odeh', 'Blood count', 'heart operation', 'Metoprolol', 'recording.bin']) {
		expect(text).not.toContain(secret);
	}
	await expectAccessible(page);
});

/** The builder of policies says what each comes to, before anything is sealed. */
async function tryPolicies(page: Page): Promise<void> {
	await page.goto('add');
	await expect(page.getByText('Today that is nobody else.')).toBeVisible(patience);
	await page.getByRole('radio', { name: /^Only certain staff/ }).check();
	await page.getByLabel('Hospital', { exact: true }).selectOption({ label: 'Cedar Heart Centre' });
	await page.getByLabel('Staff', { exact: true }).selectOption({ label: 'Pharmacist' });
	await expect(page.getByText(/^Cedar Heart Centre has no pharmacists now/)).toBeVisible(patience);
	await expect(page.getByText('Even with all its keys, Cedar Heart Centre cannot open it')).toBeVisible();
	await expectAccessible(page);
	await page.getByLabel('Staff', { exact: true }).selectOption({ label: 'Doctor' });
	await expect(page.getByText('Today that is nobody else.')).toBeVisible(patience);
	await page.getByRole('radio', { name: /^Only one team/ }).check();
	await expect(page.getByText('You can open it, and the Cardiology team of Cedar Heart Centre')).toBeVisible();
}

/** The choice of a library is kept by the browser; what the other one sealed opens all the same. */
async function chooseEngine(page: Page): Promise<void> {
	const menu = page.getByRole('button', { name: 'Your account and settings' });
	const engine = page.getByLabel('Sealing engine');
	await menu.click();
	await engine.selectOption({ label: 'Audited (noble)' });
	await expect(page.getByText('Its code was audited independently.')).toBeVisible();
	await expectAccessible(page);
	await page.reload();
	await menu.click(patience);
	await expect(engine).toHaveValue('noble');
	await page.keyboard.press('Escape');
}

async function openRecord(page: Page, title: string): Promise<void> {
	if (!/\/patient\?/.test(page.url())) await page.goBack();
	await page.getByRole('link', { name: title, exact: true }).click(patience);
	await page.getByRole('button', { name: /^Open/ }).first().click(patience);
}

async function treat(page: Page, patient: string, title: string): Promise<void> {
	await page.goto(`treat?patient=${patient}`);
	await page.getByLabel('Title', { exact: true }).fill(title, patience);
	await page.getByLabel('Condition 1').fill('Aortic stenosis');
	await page.getByLabel('Medicine 1').fill('Metoprolol 50 mg');
	await page.getByLabel('Dose and how often').fill('1 tablet in the morning');
	await page.getByLabel('Doctor’s notes').fill('Walks two floors without a rest.');
	await page.getByRole('button', { name: 'Seal and sign' }).click();
}
