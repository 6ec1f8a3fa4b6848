/** The wallet journey with our own wallet in Synpress's test: it needs no download, and shows that the journey runs under Synpress. */
import { test as base } from '@playwright/test';
import { testWithSynpress } from '@synthetixio/synpress';
import { walletJourney } from '../e2e/wallet-journey.ts';
import { installWallet, type WalletDriver } from '../e2e/wallet.ts';
import { testSite } from './site.ts';

/** For our wallet what `metaMaskFixtures` is for MetaMask. */
const ourWalletFixtures = base.extend<{ wallet: WalletDriver }>({
	wallet: async ({ context }, use) => {
		const { rpcUrl, chainId, privateKey } = testSite();
		await use(await installWallet(context, { privateKeys: [privateKey], rpcUrl, chainId }));
	},
});

const test = testWithSynpress(ourWalletFixtures);

test('the wallet journey with our own wallet', async ({ page, wallet }) => {
	await walletJourney({ page, wallet, expect: test.expect, url: testSite().url });
});
