/**
 * The wallet's journey, written once for every wallet: first visit with its two signatures and one transaction, a reload that asks
 * nothing, leaving, coming back with one signature; and on the way each question once answered with no. Our own test wallet drives it in
 * `npm test`, MetaMask in `npm run test:metamask`.
 */
import type { Page } from '@playwright/test';
import type { WalletDriver } from './wallet.ts';

/** Playwright's `expect`; Synpress brings its own copy of Playwright, so the caller hands it in. */
type Expect = typeof import('@playwright/test').expect;

export interface JourneyTools {
	page: Page;
	wallet: WalletDriver;
	expect: Expect;
	/** The site, with a trailing slash. */
	url: string;
}

/** Longest that sealing, a block and a look at the chain take together on a slow machine. */
const patience = { timeout: 60_000 };

/** Opens the way in and connects, after having said no once. */
export async function connectWallet({ page, wallet, expect, url }: JourneyTools): Promise<void> {
	await page.goto(`${url}sign-in`);
	const use = page.getByRole('button', { name: `Use ${wallet.name}` });
	await use.click();
	await wallet.rejectConnection();
	await expect(page.getByRole('alert')).toContainText('You rejected it in your wallet');
	await use.click();
	await wallet.approveConnection();
}

/** First visit as a patient, with a no to the keys and a no to the transaction; ends on the home page. */
export async function firstVisit({ page, wallet, expect }: JourneyTools): Promise<void> {
	await page.getByRole('radio', { name: 'A patient' }).check(patience);
	await page.getByLabel('Your name').fill('Mariam Al-Khatib');
	await page.getByRole('button', { name: 'Continue' }).click();

	await page.getByRole('button', { name: 'Create my keys' }).click();
	await wallet.approveSignature();
	await wallet.rejectSignature();
	await expect(page.getByRole('alert')).toContainText('You rejected it in your wallet');
	await page.getByRole('button', { name: 'Create my keys' }).click();
	await wallet.approveSignature();
	await wallet.approveSignature();

	await page.getByRole('button', { name: 'Register', exact: true }).click(patience);
	await wallet.rejectTransaction();
	await expect(page.getByRole('alert')).toContainText('You rejected it in your wallet');
	await page.getByRole('button', { name: 'Register', exact: true }).click();
	await wallet.approveTransaction();
	await expectHome({ page, expect });
}

/** A reload asks the wallet nothing; leaving forgets; coming back takes one signature, after one no. */
export async function comeBack(tools: JourneyTools): Promise<void> {
	const { page, wallet, expect } = tools;
	await page.reload();
	await expectHome(tools);

	await page.getByRole('button', { name: 'Your account and settings' }).click();
	await page.getByRole('button', { name: 'Lock and leave' }).click();
	await page.getByRole('button', { name: `Use ${wallet.name}` }).click(patience);
	await wallet.approveConnection();
	await page.getByRole('button', { name: 'Unlock with my wallet' }).click(patience);
	await wallet.rejectSignature();
	await expect(page.getByRole('alert')).toContainText('You rejected it in your wallet');
	await page.getByRole('button', { name: 'Unlock with my wallet' }).click();
	await wallet.approveSignature();
	await expectHome(tools);
}

/** Signed in, as the person who made the keys. */
export async function expectHome({ page, expect }: Pick<JourneyTools, 'page' | 'expect'>): Promise<void> {
	await expect(page).toHaveURL(/\/home$/, patience);
	await expect(page.getByRole('banner')).toContainText('Mariam Al-Khatib', patience);
}

/** All of it. */
export async function walletJourney(tools: JourneyTools): Promise<void> {
	await connectWallet(tools);
	await firstVisit(tools);
	await comeBack(tools);
}
