/**
 * What screens see of a session: its fields and what follows from them. `session.svelte.ts` changes them.
 */
import type { AppError } from '#lib/errors.ts';
import type { ActionStage, Address, Deps, Settings, SiteConfig, StoreConfig } from '#lib/records/index.ts';
import type { Connected, DemoAccount } from '#lib/wallet/index.ts';
import { Acting } from './acting.svelte.ts';
import { Connection } from './connection.svelte.ts';
import type { SessionParts } from './session-parts.ts';

export type SessionStatus =
	| 'starting' // reading the configuration, taking up the session of before a reload
	| 'no-network' // this site is connected to no network
	| 'visitor'
	| 'connecting' // the wallet was asked for an account
	| 'looking-up' // the chain was asked about the account
	| 'unreachable' // and did not answer
	| 'first-visit' // no keys on chain yet
	| 'locked' // keys on chain, not open in this tab
	| 'ready'
	| 'wrong-network' // the wallet is on another one
	| 'changed'; // the account was switched in the wallet

/** What the person is being waited for, so that one button is busy and says why. */
export type SessionWork = 'unlock' | 'make-keys' | 'register' | 'change-network';

export interface FirstVisit {
	displayName: string;
	language: Settings['language'];
	clouds: StoreConfig[];
	asPatient: boolean;
}

export abstract class SessionState {
	error = $state.raw<AppError | null>(null);
	work = $state<SessionWork | null>(null);
	/** While registering: how far it is. */
	stage = $state<ActionStage | null>(null);
	config = $state.raw<SiteConfig | null>(null);
	/** Null until the session is ready. */
	deps = $state.raw<Deps | null>(null);
	/** Like `deps`, but from the moment of connecting and without the keyring: enough for what anybody may do. */
	connected = $state.raw<Deps | null>(null);
	/** Keys were made in this first visit and wait to be registered. */
	hasPreparedKeys = $state(false);
	/** After `changed`: the account that the wallet is on now; null when it is on none. */
	nextAccount = $state<Address | null>(null);
	/** How far the way in is, whatever network the wallet is on; screens read it, the session changes it. */
	step = $state<Exclude<SessionStatus, 'wrong-network'>>('starting');

	protected readonly parts: SessionParts;
	protected readonly link: Connection;
	protected readonly acting: Acting;

	constructor(parts: SessionParts) {
		this.parts = parts;
		this.link = new Connection(parts, (now) => this.onWallet(now));
		this.acting = new Acting(parts.remembered);
	}

	/** What the person did in the wallet, unasked: another account, another network, or no account any more. */
	protected abstract onWallet(now: Connected | null): void;

	get status(): SessionStatus {
		const { now } = this.link;
		return now && this.config && now.chainId !== this.config.chain.chainId ? 'wrong-network' : this.step;
	}

	/** What there is to connect with. */
	get wallets() {
		return this.link.choices;
	}

	/** Lower case. */
	get account(): Address | null {
		return this.link.now?.account ?? null;
	}

	get walletName(): string | null {
		return this.link.now?.name ?? null;
	}

	get isDemo(): boolean {
		return this.link.now?.kind === 'demo';
	}

	get demoPeople(): readonly DemoAccount[] {
		return this.config?.local ? (this.config.demo?.accounts ?? []) : [];
	}

	get networkName(): string | null {
		return this.config?.chain.name ?? null;
	}

	get accountView() {
		return this.acting.view;
	}

	get roles() {
		return this.acting.roles;
	}

	/** The role acted in; null: nobody has given this account one yet. */
	get role() {
		return this.acting.role;
	}

	/** As a clinician: where, as what, until when. */
	get membership() {
		return this.acting.membership;
	}

	/** The hospital acted for. */
	get hospital() {
		return this.acting.hospital;
	}

	/** As a hospital: which one, and what is public of it. */
	get office() {
		return this.acting.office;
	}

	/** Hospitals to act as, where there may be several. */
	get offices() {
		return this.acting.offices;
	}

	/** As a hospital: the contract takes this account's word for it. */
	get isAdministrator(): boolean {
		const { office, accountView } = this;
		return accountView?.offices.some(({ address }) => address === office?.address) ?? false;
	}

	/** As a hospital: this account's keyring is the hospital's, so it can give members their keys. */
	get hasHospitalKeys(): boolean {
		return this.office !== null && this.office.address === this.account;
	}

	get settings(): Settings | null {
		return this.deps?.identity?.settings ?? null;
	}

	get displayName(): string {
		return this.settings?.displayName ?? '';
	}
}
