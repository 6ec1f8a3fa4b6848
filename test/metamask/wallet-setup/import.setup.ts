/**
 * The MetaMask that every spec starts with a copy of: Synpress runs this once, and again when it changes. Networks and accounts are
 * the specs' own, because they change with each local network. Synpress reads this file as text too: the function must stand here.
 */
import { defineWalletSetup } from '@synthetixio/synpress';
import { MetaMask } from '@synthetixio/synpress/playwright';

/** The phrase that every test chain knows. */
const seedPhrase = 'test test test test test test test test test test test junk';
const password = 'For tests only';

export default defineWalletSetup(password, async (context, walletPage) => {
	const metamask = new MetaMask(context, walletPage, password);
	await metamask.importWallet(seedPhrase);
});
