/** MetaMask as a driver of the wallet journey, by Synpress's own methods: what a person would press in its windows. */
import type { MetaMask } from '@synthetixio/synpress/playwright';
import { setTimeout } from 'node:timers/promises';
import type { WalletDriver } from '../e2e/wallet.ts';

/** What MetaMask calls the networks that it can be told to choose, by chain id. */
const networkNames: Readonly<Record<number, string>> = { 1: 'Ethereum Mainnet', 31337: 'Local network' };

/** How long MetaMask's window may take to open, and to close after an answer. */
const openingMs = 20_000;
const closingMs = 3_000;

export class MetaMaskDriver implements WalletDriver {
	readonly name = 'MetaMask';
	readonly #metamask: MetaMask;

	constructor(metamask: MetaMask) {
		this.#metamask = metamask;
	}

	approveConnection(): Promise<void> {
		return this.#answer(() => this.#metamask.connectToDapp());
	}

	/** Synpress has no method for it; the window's foot has the same Cancel as that of a transaction. */
	rejectConnection(): Promise<void> {
		return this.#answer(() => this.#metamask.rejectTransaction());
	}

	approveSignature(): Promise<void> {
		return this.#answer(() => this.#metamask.confirmSignature());
	}

	rejectSignature(): Promise<void> {
		return this.#answer(() => this.#metamask.rejectSignature());
	}

	approveTransaction(): Promise<void> {
		return this.#answer(() => this.#metamask.confirmTransaction());
	}

	rejectTransaction(): Promise<void> {
		return this.#answer(() => this.#metamask.rejectTransaction());
	}

	/** MetaMask asks twice about a network that it does not know: to add it, then to change to it. */
	async approveNetwork(): Promise<void> {
		await this.#answer(() => this.#metamask.approveNewNetwork());
		if (this.#window()) await this.#answer(() => this.#metamask.approveSwitchNetwork());
	}

	rejectNetwork(): Promise<void> {
		return this.#answer(() => this.#metamask.rejectNewNetwork());
	}

	chooseAccount(index: number): Promise<void> {
		return this.#metamask.switchAccount(`Account ${index + 1}`);
	}

	async chooseNetwork(chainId: number): Promise<void> {
		const name = networkNames[chainId];
		if (!name) throw new Error(`MetaMask was told of no network ${chainId}.`);
		await this.#metamask.switchNetwork(name);
	}

	/**
	 * Presses something in MetaMask's window, once it is open and until it is gone. Synpress alone overlooks a window whose address is
	 * not set yet, and would look for the next question in one that is closing. (It stays where another question waits already.)
	 */
	async #answer(press: () => Promise<void>): Promise<void> {
		const until = Date.now() + openingMs;
		while (!this.#window() && Date.now() < until) await setTimeout(100);
		await press();
		await this.#window()
			?.waitForEvent('close', { timeout: closingMs })
			.catch(() => undefined);
	}

	#window() {
		return this.#metamask.context.pages().find((page) => page.url().includes('/notification.html'));
	}
}
