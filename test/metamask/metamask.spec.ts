/** The wallet journey with MetaMask. */
import { testWithSynpress } from '@synthetixio/synpress';
import { metaMaskFixtures } from '@synthetixio/synpress/playwright';
import { walletJourney } from '../e2e/wallet-journey.ts';
import { MetaMaskDriver } from './metamask-driver.ts';
import { testSite } from './site.ts';
import importSetup from './wallet-setup/import.setup.ts';

const test = testWithSynpress(metaMaskFixtures(importSetup));

test('the wallet journey with MetaMask', async ({ page, metamask }) => {
	const { url, rpcUrl, chainId, privateKey } = testSite();
	await metamask.addNetwork({ name: 'Local network', rpcUrl, chainId, symbol: 'ETH' });
	await metamask.importWalletFromPrivateKey(privateKey.slice(2));
	await walletJourney({ page, wallet: new MetaMaskDriver(metamask), expect: test.expect, url });
});
