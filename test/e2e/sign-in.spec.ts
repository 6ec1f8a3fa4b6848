/** The way in, with a wallet that asks and is answered; and each thing that can go wrong on it. */
import type { BrowserContext, Page } from '@playwright/test';
import type { Hex } from 'viem';
import { generatePrivateKey } from 'viem/accounts';
import type { ScriptedWallet, ScriptedWalletOptions } from '../wallet/scripted-wallet.ts';
import { expect, expectAccessible, test, type Site } from './fixtures.ts';
import { connectWallet, walletJourney } from './wallet-journey.ts';
import { installWallet } from './wallet.ts';

interface Visit {
	page: Page;
	context: BrowserContext;
	site: Site;
}

const rpcOf = ({ config }: Site) => config.chain.rpcUrls[0] ?? '';

/** A wallet of accounts that nobody has seen yet. */
function newWallet({ context, site }: Visit, options: Partial<ScriptedWalletOptions> = {}): Promise<ScriptedWallet> {
	const privateKeys: Hex[] = [generatePrivateKey(), generatePrivateKey()];
	return installWallet(context, { privateKeys, rpcUrl: rpcOf(site), chainId: site.config.chain.chainId, ...options });
}

/** Connected for the first time, at the first question of the first visit. */
async function atFirstVisit(visit: Visit, options: Partial<ScriptedWalletOptions> = {}): Promise<ScriptedWallet> {
	const wallet = await newWallet(visit, options);
	await visit.page.goto('./sign-in');
	await visit.page.getByRole('button', { name: 'Use Test Wallet' }).click();
	if (!options.approvesAll) await wallet.approveConnection();
	return wallet;
}

async function describeOneself(page: Page): Promise<void> {
	await page.getByRole('radio', { name: 'A patient' }).check();
	await page.getByLabel('Your name').fill('Nora');
	await page.getByRole('button', { name: 'Continue' }).click();
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

test('first visit, reload, leaving and coming back, each question once answered with no', async ({
	page,
	context,
	site,
}) => {
	const wallet = await newWallet({ page, context, site }, { privateKeys: [site.person('A new patient').privateKey] });
	await walletJourney({ page, wallet, expect, url: site.url });
	await expectAccessible(page);
	expect(wallet.asked.filter((method) => method === 'eth_sendTransaction')).toHaveLength(2);
});

test.describe('without a wallet', () => {
	test('the page says what one is, and asks nobody', async ({ page }) => {
		await page.goto('./sign-in');
		await expect(page.getByRole('heading', { name: 'No wallet in this browser yet' })).toBeVisible();
		await expect(page.getByRole('link', { name: 'Find a wallet' })).toHaveAttribute('rel', /noreferrer/);
		await expectAccessible(page);
	});

	test('a page of the app shows the way in, and after it the page itself', async ({ page, site }) => {
		await page.goto('./sharing');
		await page.getByRole('button', { name: `Play ${site.person('Mariam Al-Khatib').name}` }).click();
		await expect(page).toHaveURL(/\/sharing$/);
		await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Sharing' })).toHaveAttribute(
			'aria-current',
			'page',
		);
	});
});

test.describe('a demo person', () => {
	test('is played with one click, and another with one more', async ({ page, site }) => {
		await page.goto('./sign-in');
		await page.getByRole('button', { name: `Play ${site.person('Mariam Al-Khatib').name}` }).click();
		await expect(page).toHaveURL(/\/home$/);
		await expect(page.getByRole('banner')).toContainText('Patient');
		await expect(page.getByText('Demo wallet: approves everything at once')).toBeVisible();
		await expectAccessible(page);
		for (const [name, role] of [
			['Dr Omar Nasser', 'Clinician'],
			['Al-Noor Hospital', 'Hospital'],
			['Registrar of hospitals', 'Registrar'],
		] as const) {
			await page.getByRole('complementary', { name: 'Demo people' }).getByRole('button', { name }).click();
			await expect(page.getByRole('banner')).toContainText(role);
			await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		}
	});

	test('may not open the pages of another role', async ({ page, site }) => {
		await page.goto('./sign-in');
		await page.getByRole('button', { name: `Play ${site.person('Mariam Al-Khatib').name}` }).click();
		await expect(page).toHaveURL(/\/home$/);
		await page.goto('./teams');
		await expect(heading(page, 'This page is for hospitals')).toBeVisible();
		await expectAccessible(page);
	});

	test('in one tab does not change who another tab is', async ({ page, context, site }) => {
		const second = await context.newPage();
		for (const [tab, name] of [
			[page, 'Mariam Al-Khatib'],
			[second, 'Grace Okafor'],
		] as const) {
			await tab.goto(`${site.url}sign-in`);
			await tab.getByRole('button', { name: `Play ${name}` }).click();
			await expect(tab).toHaveURL(/\/home$/);
		}
		for (const tab of [page, second]) await tab.reload();
		await expect(page.getByRole('banner')).toContainText('Mariam Al-Khatib');
		await expect(second.getByRole('banner')).toContainText('Grace Okafor');
	});
});

test.describe('the first visit', () => {
	test('names what is missing, and leads to it', async ({ page, context, site }) => {
		await atFirstVisit({ page, context, site }, { approvesAll: true });
		await expect(page.getByRole('checkbox').first()).toBeVisible();
		for (const cloud of await page.getByRole('checkbox').all()) await cloud.uncheck();
		await page.getByRole('button', { name: 'Continue' }).click();
		const summary = page.getByRole('alert').first();
		await expect(summary).toBeFocused();
		await expect(summary).toContainText('Please correct 3 things');
		await expectAccessible(page);
		await summary.getByRole('link', { name: 'Write your name' }).click();
		await expect(page.getByLabel('Your name')).toBeFocused();
	});

	for (const kind of ['unpredictable', 'contract'] as const) {
		test(`stops a wallet that could not open the keys again (${kind})`, async ({ page, context, site }) => {
			await atFirstVisit({ page, context, site }, { approvesAll: true, [kind]: true });
			await describeOneself(page);
			await page.getByRole('button', { name: 'Create my keys' }).click();
			await expect(heading(page, 'This wallet cannot keep your keys')).toBeVisible();
			await expectAccessible(page);
			await page.getByRole('button', { name: 'Use another wallet' }).click();
			await expect(heading(page, 'Sign in with your wallet')).toBeVisible();
		});
	}

	test('says before each question what it is for, who sees it, what it costs and whether it can be undone', async ({
		page,
		context,
		site,
	}) => {
		const wallet = await atFirstVisit({ page, context, site });
		await describeOneself(page);
		const facts = ['What it does', 'Who will see it', 'What it costs', 'Can it be undone'];
		for (const fact of facts) await expect(page.getByText(fact)).toBeVisible();
		await expectAccessible(page);
		await page.getByRole('button', { name: 'Create my keys' }).click();
		await wallet.approveSignature();
		await wallet.approveSignature();
		await expect(page.getByRole('button', { name: 'Register' })).toBeVisible();
		for (const fact of facts) await expect(page.getByText(fact)).toBeVisible();
		await expectAccessible(page);
	});

	test('without money for the fee says so, and keeps the keys', async ({ page, context, site }) => {
		await atFirstVisit({ page, context, site }, { approvesAll: true });
		await describeOneself(page);
		await page.getByRole('button', { name: 'Create my keys' }).click();
		await page.getByRole('button', { name: 'Register' }).click();
		await expect(page.getByRole('alert')).toContainText('Your wallet cannot pay the network fee');
		await expect(page.getByText('Your keys are made.')).toBeVisible();
	});
});

test.describe('the network', () => {
	test('that the wallet does not know is added, after a no', async ({ page, context, site }) => {
		const wallet = await atFirstVisit({ page, context, site }, { chainId: 1 });
		await expect(heading(page, 'Your wallet is on another network')).toBeVisible();
		await expectAccessible(page);
		const change = page.getByRole('button', { name: 'Change to Local network in my wallet' });
		await change.click();
		await wallet.rejectNetwork();
		await expect(page.getByRole('alert')).toContainText('You rejected it in your wallet');
		await change.click();
		await wallet.approveNetwork();
		await expect(page.getByRole('radio', { name: 'A patient' })).toBeVisible();
	});

	test('that is changed in the middle of a form loses nothing of it', async ({ page, context, site }) => {
		const wallet = await atFirstVisit({ page, context, site });
		await page.getByLabel('Your name').fill('Nora');
		await wallet.chooseNetwork(1);
		await expect(heading(page, 'Your wallet is on another network')).toBeVisible();
		await page.getByRole('button', { name: 'Change to Local network in my wallet' }).click();
		await wallet.approveNetwork();
		await expect(page.getByLabel('Your name')).toHaveValue('Nora');
	});

	test('that does not answer is said at the door, and asked again', async ({ page, context, site }) => {
		await context.route(`${rpcOf(site)}/**`, (route) => route.abort());
		await atFirstVisit({ page, context, site }, { approvesAll: true });
		await expect(heading(page, 'The network does not answer')).toBeVisible();
		await expectAccessible(page);
		await context.unroute(`${rpcOf(site)}/**`);
		await page.getByRole('button', { name: 'Try again' }).click();
		await expect(page.getByRole('radio', { name: 'A patient' })).toBeVisible();
	});

	test('that falls silent later leaves what was read, says so, and comes back by itself', async ({
		page,
		context,
		site,
	}) => {
		await page.goto('./sign-in');
		await page.getByRole('button', { name: `Play ${site.person('Mariam Al-Khatib').name}` }).click();
		await expect(page).toHaveURL(/\/home$/);
		await page.getByRole('link', { name: 'Records' }).first().click();
		await expect(page.getByRole('main').getByRole('article').first()).toBeVisible();
		await context.route(`${rpcOf(site)}/**`, (route) => route.abort());
		await page.getByRole('link', { name: 'Sharing' }).first().click();
		await page.getByRole('link', { name: 'Log' }).first().click();
		await expect(page.getByText('does not answer. You see what was read before')).toBeVisible();
		await expectAccessible(page);
		await page.getByRole('link', { name: 'Records' }).first().click();
		await expect(page.getByRole('main').getByRole('article').first()).toBeVisible();
		await context.unroute(`${rpcOf(site)}/**`);
		await expect(page.getByText('does not answer.')).toBeHidden();
	});
});

test.describe('the account', () => {
	test('switched while the wallet asks ends the session cleanly, and the other one goes on', async ({
		page,
		context,
		site,
	}) => {
		const wallet = await atFirstVisit({ page, context, site });
		await describeOneself(page);
		await page.getByRole('button', { name: 'Create my keys' }).click();
		await wallet.approveSignature();
		await expect.poll(() => wallet.waiting).toEqual(['signature']);
		await wallet.chooseAccount(1);
		await wallet.approveSignature();
		await expect(heading(page, 'Another account was chosen in your wallet')).toBeVisible();
		await expectAccessible(page);
		await page.getByRole('button', { name: 'Go on with this account' }).click();
		await expect(page.getByRole('radio', { name: 'A patient' })).not.toBeChecked();
	});

	test('taken away in the wallet ends the session', async ({ page, context, site }) => {
		const { privateKey } = site.person('Grace Okafor');
		const wallet = await atFirstVisit({ page, context, site }, { privateKeys: [privateKey], approvesAll: true });
		await page.getByRole('button', { name: 'Unlock with my wallet' }).click();
		await expect(page).toHaveURL(/\/home$/);
		await wallet.forgetSite();
		await expect(heading(page, 'Your wallet was locked or disconnected')).toBeVisible();
		await page.getByRole('button', { name: 'Sign in again' }).click();
		await expect(heading(page, 'Sign in with your wallet')).toBeVisible();
	});
});

test.describe('on a phone, in Arabic', () => {
	test.use({ viewport: { width: 360, height: 760 } });

	test('every step fits and reads from right to left', async ({ page, context, site }) => {
		const fits = async () => {
			const { scroll, client } = await page.evaluate(() => ({
				scroll: document.documentElement.scrollWidth,
				client: document.documentElement.clientWidth,
			}));
			expect(scroll).toBeLessThanOrEqual(client);
			await expectAccessible(page);
		};
		const wallet = await newWallet({ page, context, site });
		await page.goto('./sign-in');
		await page.getByRole('button', { name: 'العربية' }).first().click();
		await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
		await fits();
		await page.getByRole('button', { name: 'Test Wallet' }).click();
		await wallet.approveConnection();
		await page.getByRole('radio', { name: 'مريض أو مريضة' }).check();
		await page.getByLabel('اسمك').fill('مريم الخطيب');
		await fits();
		await page.getByRole('button', { name: 'متابعة' }).click();
		await fits();
		await page.getByRole('button', { name: 'إنشاء مفاتيحي' }).click();
		await wallet.approveSignature();
		await wallet.approveSignature();
		await expect(page.getByRole('button', { name: 'تسجيل' })).toBeVisible();
		await fits();
	});
});

test('the keyboard alone leads in', async ({ page, context, site }) => {
	const wallet = await newWallet({ page, context, site });
	await page.goto('./sign-in');
	await page.getByRole('button', { name: 'Use Test Wallet' }).focus();
	await page.keyboard.press('Enter');
	await wallet.approveConnection();
	await page.getByRole('radio', { name: 'A patient' }).focus();
	await page.keyboard.press('Space');
	await page.getByLabel('Your name').focus();
	await page.keyboard.type('Nora');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('button', { name: 'Create my keys' })).toBeVisible();
});

test('connecting that nobody answers can be cancelled', async ({ page, context, site }) => {
	const wallet = await newWallet({ page, context, site });
	await page.goto('./sign-in');
	await page.getByRole('button', { name: 'Use Test Wallet' }).click();
	await expect.poll(() => wallet.waiting).toEqual(['connection']);
	await expectAccessible(page);
	await page.getByRole('button', { name: 'Cancel' }).click();
	await expect(page.getByText('Waiting for your wallet')).toBeHidden();
	await wallet.approveConnection();
	await connectWallet({ page, wallet, expect, url: site.url });
});
