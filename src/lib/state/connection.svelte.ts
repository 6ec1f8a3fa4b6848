/**
 * The wallet's half of a session: what there is to connect with, what is connected now, and what the person does in the wallet unasked.
 * Methods throw AppErrors; `Session` decides what they mean.
 */
import { AppError } from '#lib/errors.ts';
import type { Deps, SiteConfig } from '#lib/records/index.ts';
import type { Connected, TypedData, WalletChoice, Wallets } from '#lib/wallet/index.ts';
import type { WalletModule } from './doors.ts';
import type { SessionParts } from './session-parts.ts';

const walletName = 'wallet';

type WalletClient = NonNullable<Deps['wallet']>;

export class Connection {
	choices = $state.raw<readonly WalletChoice[]>([]);
	now = $state.raw<Connected | null>(null);

	readonly #parts: SessionParts;
	readonly #onWallet: (now: Connected | null) => void;
	#opened: { wallet: WalletModule; wallets: Wallets } | null = null;
	#pairing: AbortController | null = null;

	/** `onWallet`: the connected account, its network, or nothing any more, each time that changes. */
	constructor(parts: SessionParts, onWallet: (now: Connected | null) => void) {
		this.#parts = parts;
		this.#onWallet = onWallet;
	}

	get isOpen(): boolean {
		return this.#opened !== null;
	}

	/** Loads the wallet code and looks for wallets. */
	async open(config: SiteConfig): Promise<void> {
		const wallet = await this.#parts.wallet();
		const demo = config.local ? (config.demo?.accounts ?? []) : [];
		const wallets = wallet.createWallets({
			chain: config.chain,
			demo,
			walletConnectProjectId: config.walletConnectProjectId,
		});
		this.#opened = { wallet, wallets };
		this.choices = wallet.listWallets(wallets);
		wallet.watchWallets(wallets, (choices) => (this.choices = choices));
		wallet.watchAccount(wallets, this.#onWallet);
	}

	/** The wallet of before a reload, without a prompt; null when there is none or it no longer shows an account. */
	async reconnect(): Promise<Connected | null> {
		const { wallet, wallets } = this.#need();
		const remembered = this.#parts.remembered.get(walletName);
		return remembered ? wallet.reconnect(wallets, remembered) : null;
	}

	/** One prompt. Errors: `wallet.none`, `wallet.rejected`, `wallet.busy`, `wallet.timeout`, `general.cancelled`. */
	async connect(walletId: string, onUri?: (uri: string) => void): Promise<Connected> {
		const { wallet, wallets } = this.#need();
		this.#pairing = new AbortController();
		const { signal } = this.#pairing;
		const connected = await wallet.connect(wallets, walletId, { signal, ...(onUri && { onUri }) });
		this.#parts.remembered.set(walletName, walletId);
		return connected;
	}

	/** Ends waiting for an answer. A window that the wallet opened, the person closes there. */
	cancel(): void {
		this.#pairing?.abort();
	}

	/** What the wallet is on at this moment. */
	current(): Connected | null {
		const { wallet, wallets } = this.#need();
		return wallet.connected(wallets);
	}

	/** One prompt. Errors: `wallet.rejected`, `chain.wrong-network`. */
	async changeNetwork(): Promise<void> {
		const { wallet, wallets } = this.#need();
		await wallet.ensureChain(wallets);
		this.now = wallet.connected(wallets) ?? this.now;
	}

	client(): Promise<WalletClient> {
		const { wallet, wallets } = this.#need();
		return wallet.walletClient(wallets);
	}

	/** One prompt. Errors: `wallet.rejected`, `wallet.changed`, `wallet.busy`. */
	sign(client: WalletClient, data: TypedData) {
		return this.#need().wallet.signTyped(client, data);
	}

	/** What a wallet threw, as an AppError. */
	errorOf(cause: unknown): AppError {
		return this.#need().wallet.walletError(cause);
	}

	async leave(): Promise<void> {
		this.#parts.remembered.delete(walletName);
		if (this.#opened) await this.#opened.wallet.disconnect(this.#opened.wallets);
	}

	#need(): { wallet: WalletModule; wallets: Wallets } {
		if (!this.#opened) throw new AppError('wallet.none', 'The wallet code is not loaded.');
		return this.#opened;
	}
}
