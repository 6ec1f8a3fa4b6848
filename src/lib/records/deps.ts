/**
 * What use cases work with: one plain object per session. Tests and the journey make the same object with other parts.
 */
import {
	connectChain,
	type Address,
	type ChainClient,
	type ChainConfig,
	type Hash,
	type SignedAction,
	type WalletClient,
} from '#lib/chain/index.ts';
import type { StoreConfig } from '#lib/storage/index.ts';
import type { Cache } from './cache.ts';
import type { Engine } from './engine.ts';
import type { Identity } from './identity.ts';
import { Memo } from './memo.ts';

export interface Deps {
	readonly chain: ChainConfig;
	readonly client: ChainClient;
	/** null: reading only. */
	readonly wallet: WalletClient | null;
	readonly account: Address | null;
	/** The unlocked keyring of that account; null while locked or not yet made. */
	readonly identity: Identity | null;
	readonly engine: Engine;
	readonly cache: Cache;
	/** The clouds this account writes to: its own once unlocked, before that those suggested. */
	readonly configs: readonly StoreConfig[];
	readonly memo: Memo;
}

/** What a transaction came to. */
export interface Receipt {
	transaction: Hash;
	block: number;
	gasUsed: number;
}

export type ActionStage = 'preparing' | 'saving' | 'waiting-for-wallet' | 'handed-over' | 'confirming' | 'done';

export interface ActionOptions {
	/** Aborting before the wallet is asked leaves the chain as it was. */
	signal?: AbortSignal | undefined;
	onStage?: ((stage: ActionStage) => void) | undefined;
	/**
	 * Sign only, and let anybody else execute it and pay: gets what was signed, to hand over. The work waits until it is on chain.
	 * For what a patient does for themselves; else it has no effect.
	 */
	handOver?: ((signed: SignedAction) => void) | undefined;
}

/** Deps of a session, without an account where none is given. */
export function makeDeps(parts: Pick<Deps, 'chain' | 'engine' | 'cache'> & Partial<Deps>): Deps {
	const client = parts.client ?? connectChain(parts.chain);
	return { wallet: null, account: null, identity: null, configs: [], memo: new Memo(), ...parts, client };
}

/** The session once the keyring is open. */
export function withIdentity(deps: Deps, identity: Identity): Deps {
	return { ...deps, account: identity.account, identity, configs: identity.clouds, memo: new Memo() };
}
