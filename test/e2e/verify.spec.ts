/** Checking what somebody says, as anybody: records, logs and nodes, true and false. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { SiteConfig } from '#lib/records/config.ts';
import { root } from '../../scripts/run.ts';
import { serveSite } from '../../scripts/serve.ts';
import { changingLogs, startTamperingProxy } from '../chain/tampering-proxy.ts';
import { expect, expectAccessible, test, type Site } from './fixtures.ts';

const madeUp = `0x${'9'.repeat(64)}`;
const verdict = (page: Page) => page.getByRole('status').filter({ has: page.getByRole('heading', { level: 2 }) });
const finding = (page: Page, title: string) => page.getByRole('listitem').filter({ hasText: title });

/** The number of a record that a hospital added for a patient of the demo, as the log shows it. */
async function numberOfTreatment(page: Page, site: Site): Promise<string> {
	await page.goto(`./log?of=${site.person('Mariam Al-Khatib').address}`);
	const line = page.getByRole('row').filter({ hasText: 'added a record for' }).first();
	await line.getByRole('button', { name: 'Proof' }).click();
	const href = await line.getByRole('link', { name: 'Check this yourself' }).getAttribute('href');
	return new URL(href ?? '', page.url()).searchParams.get('id') ?? '';
}

test('a pasted link of a record comes out right, and its address makes the same check', async ({ page, site }) => {
	const id = await numberOfTreatment(page, site);
	await page.goto('./verify');
	await expectAccessible(page);
	const link = `${site.url}record?id=${id}&patient=${site.person('Mariam Al-Khatib').address}`;
	await page.getByLabel('Link or number').fill(link);
	await page.getByRole('button', { name: 'Check', exact: true }).click();
	await expect(verdict(page)).toContainText('This record is what its author wrote');
	for (const title of [
		'It is written on the network',
		'Its number fits',
		'It is unchanged on the clouds',
		'The hospital was approved',
		'Its author belonged to the hospital',
		'The patient had agreed',
		'Nothing happened to it since',
		'The block proves it',
	]) {
		await expect(finding(page, title).first()).toContainText('Right');
	}
	await expect(finding(page, 'Whether the clouds keep all of it')).toContainText('Not checked');
	await expect(page.getByText('this site is set up with one node')).toBeVisible();
	await expectAccessible(page);

	await expect(page).toHaveURL(new RegExp(`/verify\\?id=${id}$`));
	await page.reload();
	await expect(verdict(page)).toContainText('This record is what its author wrote');
	await page.getByText('Share this check').click();
	await expect(page.getByRole('img', { name: 'Code of the link to this check' })).toBeVisible();
	await expectAccessible(page);
});

test('a made-up number says so, and words that hold none say what is missing', async ({ page, site }) => {
	await page.goto(`./verify?id=${madeUp}`);
	await expect(verdict(page)).toContainText('There is nothing with this number');
	await expect(finding(page, 'No such number')).toContainText('Wrong');
	await expectAccessible(page);
	const box = page.getByLabel('Link or number');
	await box.fill('my record');
	await box.press('Enter');
	await expect(page.getByText('There is no number in this')).toBeVisible();
	await expect(box).toHaveAttribute('aria-invalid', 'true');
	await expectAccessible(page);
	await box.fill(site.person('Mariam Al-Khatib').address);
	await box.press('Enter');
	await page.getByRole('link', { name: 'See its log' }).click();
	await expect(page).toHaveURL(/\/log\?of=0x/);
});

test('a saved log is right until one line is edited', async ({ page, site }, info) => {
	await page.goto(`./log?of=${site.person('Mariam Al-Khatib').address}`);
	const saved = async (button: string, name: string) => {
		const download = page.waitForEvent('download');
		await page.getByRole('button', { name: button }).click();
		const path = info.outputPath(name);
		await (await download).saveAs(path);
		return path;
	};
	const csv = await saved('Save as CSV', 'log.csv');
	const json = await saved('Save as JSON', 'log.json');
	const fhir = await saved('Save as FHIR', 'log.fhir.json');
	expect(JSON.parse(readFileSync(fhir, 'utf8'))).toMatchObject({ resourceType: 'Bundle', type: 'collection' });

	await page.goto('./verify');
	for (const file of [csv, json]) {
		await page.getByLabel('Choose a file').setInputFiles(file);
		await expect(verdict(page)).toContainText('This log is as it happened');
		await expect(finding(page, 'No line is missing')).toContainText('Right');
		await expect(finding(page, 'Names and sentences')).toContainText('Not checked');
	}

	const edited = info.outputPath('edited.csv');
	writeFileSync(edited, readFileSync(csv, 'utf8').replace(',access-granted,', ',access-revoked,'));
	await page.getByLabel('Choose a file').setInputFiles(edited);
	await expect(verdict(page)).toContainText('This log was changed');
	await expect(finding(page, '1 line was changed').first()).toContainText('Wrong');
	const line = page.getByRole('listitem').filter({ hasText: /Row \d+ was changed/ });
	await expect(line).toContainText('access-revoked');
	await expect(line).toContainText('access-granted');
	await expect(line).toContainText('What happened: ');
	await expectAccessible(page);

	const [heading = '', ...lines] = readFileSync(csv, 'utf8').split('\r\n');
	writeFileSync(edited, [heading, ...lines.slice(1)].join('\r\n'));
	await page.getByLabel('Choose a file').setInputFiles(edited);
	await expect(finding(page, '1 line is missing').first()).toContainText('Wrong');

	await page.getByLabel('Choose a file').setInputFiles(join(root, 'scripts/demo/samples/blood-count.pdf'));
	await expect(verdict(page)).toContainText('This could not be checked');
	await expect(page.getByText('nothing knows a file by its own fingerprint')).toBeVisible();
	await page.getByLabel('Choose a file').setInputFiles(fhir);
	await expect(page.getByText('Save it as CSV or JSON to check it here')).toBeVisible();
});

test.describe('before the page’s scripts are there', () => {
	/** Holds the page's scripts back until what it gives is called. */
	async function holdScripts(page: Page): Promise<() => Promise<void>> {
		const held: (() => Promise<void>)[] = [];
		let holding = true;
		await page.route(/\/_app\/.*\.js$/, async (route) => {
			if (holding) held.push(() => route.continue());
			else await route.continue();
		});
		return async () => {
			holding = false;
			await Promise.all(held.map((go) => go()));
		};
	}

	test('a file that is chosen is checked all the same', async ({ page }) => {
		const letGo = await holdScripts(page);
		await page.goto('./verify', { waitUntil: 'commit' });
		await page.getByLabel('Choose a file').setInputFiles(join(root, 'scripts/demo/samples/blood-count.pdf'));
		await letGo();
		await expect(verdict(page)).toContainText('This could not be checked');
		await expect(page.getByText('nothing knows a file by its own fingerprint')).toBeVisible();
	});

	test('a number that is typed and a button that is pressed do their work when they come', async ({ page }) => {
		const letGo = await holdScripts(page);
		await page.goto('./verify', { waitUntil: 'commit' });
		await page.getByLabel('Link or number').fill('no number');
		await page.getByRole('button', { name: 'Check', exact: true }).click();
		await letGo();
		await expect(page.getByText(/There is no number in this/)).toBeVisible();
	});
});

test('a file is checked in the place of a record that was', async ({ page }) => {
	await page.goto(`./verify?id=0x${'ab'.repeat(32)}`);
	await expect(page.getByLabel('Link or number')).toHaveValue(/^0xabab/);
	await page.getByLabel('Choose a file').setInputFiles(join(root, 'scripts/demo/samples/blood-count.pdf'));
	await expect(page.getByText('nothing knows a file by its own fingerprint')).toBeVisible();
	await expect(page).toHaveURL(/verify\?$|verify$/);
});

test('a picture of the code makes the check that the code says', async ({ page, site }, info) => {
	const id = await numberOfTreatment(page, site);
	await page.goto(`./verify?id=${id}`);
	// What still comes in would move the code while its picture is taken.
	await expect(page.getByText('Nobody has asked yet.')).toBeVisible();
	await expect(page.getByText(/set up with one node/)).toBeVisible();
	await page.getByText('Share this check').click();
	const picture = info.outputPath('code.png');
	await page.getByRole('img', { name: 'Code of the link to this check' }).screenshot({ path: picture });
	await page.goto('./verify');
	await page.getByLabel('Choose a file').setInputFiles(picture);
	await expect(verdict(page)).toContainText('This record is what its author wrote');
	await expect(page).toHaveURL(new RegExp(id));

	await page.goto('./verify');
	const chooser = page.waitForEvent('filechooser');
	await page.getByRole('button', { name: 'Scan a code' }).click();
	await (await chooser).setFiles(join(root, 'scripts/demo/samples/portrait.jpg'));
	await expect(page.getByText('There is no code in this picture')).toBeVisible();
	await expectAccessible(page);
});

test('two nodes that agree are said to, and one that lies is named', async ({ page, site }) => {
	const [rpcUrl = ''] = site.config.chain.rpcUrls;
	const proxy = await startTamperingProxy(rpcUrl);
	const config: SiteConfig = {
		...site.config,
		chain: { ...site.config.chain, rpcUrls: [rpcUrl, proxy.url], explorer: 'https://explorer.example' },
	};
	const server = await serveSite({ folder: join(root, 'build'), port: 0, config });
	const id = await numberOfTreatment(page, site);
	await page.goto(`${server.url}verify?id=${id}`);
	const nodes = page.getByRole('region', { name: 'Whether the nodes agree' });
	await expect(nodes).toContainText('2 nodes say the same');
	await expect(nodes).toContainText(proxy.host);
	await expectAccessible(page);

	proxy.tamper = changingLogs((logs) => logs.slice(1));
	await page.getByRole('button', { name: 'Check again' }).click();
	await expect(nodes).toContainText('The nodes do not agree');
	const liar = nodes.getByRole('listitem').filter({ hasText: proxy.host });
	await expect(liar).toContainText('Wrong');
	await expect(liar).toContainText(/It leaves out a line of block \d+. The block itself shows it./);
	await expect(nodes.getByRole('listitem').filter({ hasText: new URL(rpcUrl).host })).toContainText('Agrees');
	await expect(verdict(page)).toContainText('This record is what its author wrote');
	await expectAccessible(page);

	// The other way round: whose answers the page shows is the liar.
	const asLiar = { ...config, chain: { ...config.chain, rpcUrls: [proxy.url, rpcUrl] } };
	const deceived = await serveSite({ folder: join(root, 'build'), port: 0, config: asLiar });
	await page.goto(`${deceived.url}verify?id=${id}`);
	await expect(verdict(page)).toContainText('The node that was asked cannot be trusted');
	await deceived.close();
	await page.goto(`${server.url}verify?id=${id}`);
	await expect(nodes).toContainText('The nodes do not agree');

	await page.locator('summary').filter({ hasText: 'Technical details' }).last().click();
	await expect(page.getByRole('link', { name: /^0x/ })).toHaveAttribute('href', /^https:\/\/explorer\.example\/tx\/0x/);
	await server.close();
	await proxy.stop();
});

test('by keyboard alone', async ({ page }) => {
	await page.goto('./verify');
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	const box = page.getByLabel('Link or number');
	for (let press = 0; press < 30 && !(await box.evaluate((each) => each === document.activeElement)); press++) {
		await page.keyboard.press('Tab');
	}
	await expect(box).toBeFocused();
	await page.keyboard.insertText(madeUp);
	await page.keyboard.press('Tab');
	await expect(page.getByRole('button', { name: 'Check', exact: true })).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(verdict(page)).toContainText('There is nothing with this number');
	await page.keyboard.press('Tab');
	await expect(page.getByRole('button', { name: 'Scan a code' })).toBeFocused();
	const file = page.getByLabel('Choose a file');
	await page.keyboard.press('Tab');
	await expect(file).toBeFocused();
	await page.keyboard.press('Tab');
	await expect(page.getByRole('button', { name: 'Check again' })).toBeFocused();
});

test.describe('in Arabic', () => {
	test.use({ locale: 'ar' });

	test('from right to left, on a phone, in a good and a bad case', async ({ page, site }) => {
		await page.setViewportSize({ width: 390, height: 844 });
		await page.goto('./verify');
		await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
		await expectAccessible(page);
		await page.goto(`./log?of=${site.person('Mariam Al-Khatib').address}`);
		const line = page.getByRole('row').filter({ hasText: 'إضافة' }).first();
		await line.getByRole('button').click();
		await line.getByRole('link', { name: 'التحقّق من هذا بنفسك' }).click();
		await expect(verdict(page)).toContainText('هذا الملف هو ما كتبه صاحبه');
		await expectAccessible(page);
		await page.goto(`./verify?id=${madeUp}`);
		await expect(verdict(page)).toContainText('لا شيء بهذا الرقم');
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
	});
});

test('the home page and the top bar lead there', async ({ page }) => {
	await page.goto('./');
	await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Check a record' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Check a record' })).toBeVisible();
	await page.goto('./');
	await page.getByRole('main').locator('a[href$="verify"]').click();
	await expect(page.getByRole('heading', { level: 1, name: 'Check a record' })).toBeVisible();
});
