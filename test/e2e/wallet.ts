/**
 * The test wallet in a browser: every page of a context gets an EIP-1193 provider that announces itself by EIP-6963 and hands its
 * requests to this process, where the keys are.
 */
import type { BrowserContext, Page } from '@playwright/test';
import { ScriptedWallet, type ScriptedWalletOptions } from '../wallet/scripted-wallet.ts';
import { bridgeProvider } from './wallet-in-page.ts';

export type { WalletDriver } from '../wallet/scripted-wallet.ts';

/** Puts a wallet into every page of the context, those opened later too. */
export async function installWallet(context: BrowserContext, options: ScriptedWalletOptions): Promise<ScriptedWallet> {
	const wallet = new ScriptedWallet(options);
	await context.exposeBinding('amanaTestWallet', (_source, method: string, params: unknown) =>
		wallet.respond(method, params),
	);
	await context.addInitScript(bridgeProvider, { name: wallet.name });
	wallet.onEvent((event, data) => Promise.all(context.pages().map((page) => tell(page, event, data))));
	return wallet;
}

/** A page that is being left has no one to tell. */
async function tell(page: Page, event: string, data: unknown): Promise<void> {
	await page
		.evaluate(
			([name, value]) => window.dispatchEvent(new CustomEvent('amana-test-wallet', { detail: { name, value } })),
			[event, data] as const,
		)
		.catch(() => undefined);
}
