/**
 * The session of one account in one tab: which wallet, whose keyring, in which role. Screens read its fields and call its methods; what
 * a method fails with lands in `error`, and the person stays where they were.
 *
 * The way in: visitor → connecting → looking-up → first-visit or locked → ready. Switching the account in the wallet ends the session
 * (`changed`): keys are overwritten, work under way is aborted, and nothing of the first account is used for the second. Changing only
 * the network does not: the status reads `wrong-network` until it is changed back, and all that was open still is.
 *
 * Longer than other files: every way in and out counts turns and ends the same secrets, and those are private to one class. What only reads
 * is in `session-state.svelte.ts`.
 */
import { AppError, asAppError } from '#lib/errors.ts';
import type { AccountView, ActionStage, Address, Deps, Identity, PreparedKeyring, Role } from '#lib/records/index.ts';
import type { Connected } from '#lib/wallet/index.ts';
import type { Connection } from './connection.svelte.ts';
import type { RecordsModule } from './doors.ts';
import { network } from './network.svelte.ts';
import { browserParts, type SessionParts } from './session-parts.ts';
import { SessionState, type FirstVisit, type SessionWork } from './session-state.svelte.ts';

export class Session extends SessionState {
	#starting: Promise<void> | null = null;
	#records: RecordsModule | null = null;
	#prepared: PreparedKeyring | null = null;
	#ending = new AbortController();
	#onEnd: (() => void)[] = [];
	/** Grows with every beginning and end: an answer to an earlier turn is dropped. */
	#turn = 0;

	constructor(parts: SessionParts = browserParts) {
		super(parts);
	}

	/** Aborted when the session ends: give it to whatever works in the account's name. */
	get signal(): AbortSignal {
		return this.#ending.signal;
	}

	/** The open session's dependencies. Error: `wallet.locked`. */
	need(): Deps {
		if (!this.deps) throw new AppError('wallet.locked', 'No session is open.');
		return this.deps;
	}

	/** The connected wallet's dependencies, with the keyring where it is open. Error: `wallet.none`. */
	needWallet(): Deps {
		const deps = this.deps ?? this.connected;
		if (!deps) throw new AppError('wallet.none', 'No wallet is connected.');
		return deps;
	}

	/** Calls back whenever a session ends or another role is taken. Returns its own off switch. */
	onEnd(callback: () => void): () => void {
		this.#onEnd.push(callback);
		return () => (this.#onEnd = this.#onEnd.filter((other) => other !== callback));
	}

	/** Loads what a session needs and takes up the one of before a reload. Any number of calls do it once; after a failure, again. */
	start(): Promise<void> {
		this.#starting ??= this.#start();
		return this.#starting;
	}

	async #start(): Promise<void> {
		this.step = 'starting';
		this.error = null;
		try {
			[this.config, this.#records] = await Promise.all([this.parts.loadConfig(), this.parts.records()]);
			await this.link.open(this.config);
		} catch (cause) {
			this.#starting = null;
			const error = asAppError(cause);
			this.#fail(error);
			this.step = error.code === 'chain.no-network' ? 'no-network' : 'unreachable';
			return;
		}
		const connection = await this.link.reconnect();
		if (connection) await this.#begin(connection);
		else this.step = 'visitor';
	}

	/** Asks a wallet for an account: one prompt. An open session ends first. `onUri`: the text of WalletConnect's QR code. */
	async connect(walletId: string, onUri?: (uri: string) => void): Promise<void> {
		await this.start();
		if (!this.link.isOpen) return;
		await this.#end();
		const turn = ++this.#turn;
		this.step = 'connecting';
		try {
			const connection = await this.link.connect(walletId, onUri);
			if (turn === this.#turn) await this.#begin(connection);
		} catch (cause) {
			if (turn !== this.#turn) return;
			this.#fail(this.link.errorOf(cause));
			this.step = 'visitor';
		}
	}

	/** A demo person, in one click; only on a local network. */
	async connectDemo(address: Address): Promise<void> {
		const { demoWalletId } = await this.parts.wallet();
		await this.connect(demoWalletId(address));
	}

	/** Ends waiting for a wallet. */
	cancelConnect(): void {
		this.link.cancel();
		if (this.step !== 'connecting') return;
		this.#turn++;
		this.step = 'visitor';
	}

	/** After `changed`: as the account that the wallet is on now. After `unreachable`: asks again. */
	async goOn(): Promise<void> {
		if (!this.link.isOpen) return this.start();
		this.nextAccount = null;
		const connection = this.link.current();
		if (connection) await this.#begin(connection);
		else this.step = 'visitor';
	}

	/** Asks the wallet to change to this site's network: one prompt. */
	changeNetwork(): Promise<void> {
		return this.#working('change-network', () => this.link.changeNetwork());
	}

	/** Opens the keyring: one signature. */
	unlock(): Promise<void> {
		return this.#working('unlock', async (deps, records, turn) => {
			const identity = await records.unlock(deps, { sign: this.#signWith(deps) });
			if (turn === this.#turn) await this.#opened(identity);
		});
	}

	/** First visit, step one: makes the keys. The wallet signs the same message twice; nothing leaves the browser. */
	createKeyring(answers: FirstVisit): Promise<void> {
		return this.#working('make-keys', async (deps, records, turn) => {
			const prepared = await records.createKeyring(deps, { ...answers, sign: this.#signWith(deps) });
			if (turn !== this.#turn) return;
			this.#prepared = prepared;
			this.hasPreparedKeys = true;
		});
	}

	/** First visit, step two: the sealed keyring goes to the clouds, its public part on chain, in one transaction. May be tried again. */
	register(): Promise<void> {
		return this.#working('register', async (deps, records, turn) => {
			if (!this.#prepared) throw new AppError('wallet.locked', 'The keys are not made yet.');
			const onStage = (stage: ActionStage) => (this.stage = stage);
			const { identity } = await records.publishKeys(deps, this.#prepared, { signal: this.signal, onStage });
			const view = await records.lookUpAccount(deps, identity.account);
			if (turn !== this.#turn) return;
			this.acting.take(view);
			await this.#opened(identity);
		});
	}

	/** Reads again what the chain says about this account: after applying, being approved, joining a team. Never throws. */
	async refresh(): Promise<void> {
		const { account, deps } = this;
		if (!account || !deps || !this.#records) return;
		const turn = this.#turn;
		try {
			const view = await this.#records.lookUpAccount(deps, account);
			if (turn !== this.#turn) return;
			network.answered();
			this.acting.take(view);
		} catch (cause) {
			network.failed(asAppError(cause));
		}
	}

	/** Puts an identity with changed settings in place of the old one. */
	renew(identity: Identity): void {
		if (this.deps && this.#records) this.deps = this.#records.withIdentity(this.deps, identity);
	}

	switchRole(role: Role): void {
		if (this.acting.choose(role)) this.#tellEnd();
	}

	/** For a clinician or an administrator of several hospitals. */
	switchHospital(hospital: Address): void {
		this.acting.chooseHospital(hospital);
		this.#tellEnd();
	}

	/** Ends the session, forgets its keys and what was private in this browser, and leaves the wallet. */
	async lockAndLeave(): Promise<void> {
		const { deps } = this;
		if (deps) await this.#records?.forgetPrivate(deps).catch(() => undefined);
		await this.#end();
		this.#turn++;
		this.acting.forget();
		this.step = 'visitor';
		await this.link.leave();
	}

	async #begin(connection: Connected): Promise<void> {
		const turn = ++this.#turn;
		this.link.now = connection;
		this.step = 'looking-up';
		this.error = null;
		try {
			const { config } = this;
			const records = this.#records;
			if (!config || !records) return;
			const { account } = connection;
			const wallet = await this.link.client();
			const parts = { chain: config.chain, configs: config.clouds, wallet, account };
			const deps = records.makeDeps({ ...parts, ...this.parts.open(records) });
			const view = await records.lookUpAccount(deps, account);
			if (turn !== this.#turn) return;
			network.askWith(() => deps.client.request({ method: 'eth_chainId' }));
			network.answered();
			this.connected = deps;
			this.acting.take(view);
			await this.#enter(deps, view, turn);
		} catch (cause) {
			if (turn !== this.#turn) return;
			this.#fail(asAppError(cause));
			this.step = 'unreachable';
		}
	}

	async #enter(deps: Deps, view: AccountView, turn: number): Promise<void> {
		if (!view.hasKeys) {
			if (view.isRegistrar) this.#ready(deps);
			else this.step = 'first-visit';
			return;
		}
		const root = await this.parts.keptRoot.take({ chainId: deps.chain.chainId, account: view.account });
		const identity = root ? await this.#records?.unlockWithRoot(deps, root).catch(() => null) : null;
		root?.fill(0);
		if (turn !== this.#turn) return;
		if (identity) {
			this.#ready(this.#records?.withIdentity(deps, identity) ?? deps);
			return;
		}
		this.step = 'locked';
		// The demo wallet asks nobody, so there is no prompt to explain first.
		if (this.isDemo) await this.unlock();
	}

	async #opened(identity: Identity): Promise<void> {
		const deps = this.connected;
		const records = this.#records;
		if (!deps || !records) return;
		const root = Uint8Array.from(records.exportRoot(identity));
		await this.parts.keptRoot.keep({ chainId: deps.chain.chainId, account: identity.account }, root);
		root.fill(0);
		if (deps !== this.connected) return;
		this.#prepared = null;
		this.hasPreparedKeys = false;
		this.#ready(records.withIdentity(deps, identity));
	}

	#ready(deps: Deps): void {
		this.deps = deps;
		this.step = 'ready';
	}

	protected override onWallet(now: Connected | null): void {
		const { now: before } = this.link;
		if (this.step === 'changed') this.nextAccount = now?.account ?? null;
		if (!before) return;
		if (now?.account === before.account) {
			this.link.now = now;
			return;
		}
		void this.#end();
		this.#turn++;
		this.nextAccount = now?.account ?? null;
		this.step = 'changed';
	}

	async #end(): Promise<void> {
		const { deps } = this;
		for (const identity of [deps?.identity, this.#prepared?.identity]) {
			if (identity) this.#records?.forgetIdentity(identity);
		}
		this.#ending.abort(new AppError('wallet.changed', 'The session ended.'));
		this.#ending = new AbortController();
		this.link.now = null;
		this.acting.clear();
		this.connected = null;
		this.#prepared = null;
		this.deps = null;
		this.hasPreparedKeys = false;
		this.error = null;
		this.work = null;
		this.stage = null;
		this.#tellEnd();
		if (deps) await this.parts.keptRoot.drop();
	}

	#tellEnd(): void {
		for (const callback of this.#onEnd) callback();
	}

	/** One piece of work that may ask the wallet. Its failure becomes `error`; a second click while it runs does nothing. */
	async #working(
		work: SessionWork,
		run: (deps: Deps, records: RecordsModule, turn: number) => Promise<void>,
	): Promise<void> {
		const deps = this.connected;
		if (!deps || !this.#records || this.work) return;
		const turn = this.#turn;
		this.work = work;
		this.error = null;
		try {
			await run(deps, this.#records, turn);
		} catch (cause) {
			if (turn === this.#turn) this.#fail(this.link.errorOf(cause));
		}
		if (turn !== this.#turn) return;
		this.work = null;
		this.stage = null;
	}

	#signWith(deps: Deps) {
		return (data: Parameters<Connection['sign']>[1]) => {
			if (!deps.wallet) throw new AppError('wallet.none', 'No wallet is connected.');
			return this.link.sign(deps.wallet, data);
		};
	}

	#fail(error: AppError): void {
		network.failed(error);
		this.error = error.code === 'general.cancelled' ? null : error;
	}
}

export const session = new Session();
