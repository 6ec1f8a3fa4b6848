/** What the rest of the site sees of wallets: choices to connect with, the account that is connected, and demo people. */
import type { Address, Hash } from '#lib/chain/index.ts';

/** A person of the local network's demo data, whose key is public by design. */
export interface DemoAccount {
	address: Address;
	privateKey: Hash;
	name: string;
	role: 'patient' | 'clinician' | 'hospital' | 'registrar';
}

export type WalletKind = 'injected' | 'demo' | 'walletconnect';

export interface WalletChoice {
	id: string;
	kind: WalletKind;
	/** As the wallet names itself; for a demo person, the person's name. Text of others: never markup. */
	name: string;
	/** A `data:image/…` address, so that showing it asks no server; null when there is none. */
	icon: string | null;
	/** Demo people only. */
	demo: { address: Address; role: DemoAccount['role'] } | null;
}

export interface Connected {
	walletId: string;
	kind: WalletKind;
	name: string;
	/** Lower case. */
	account: Address;
	chainId: number;
}

/** EIP-712 typed data as `eth_signTypedData_v4` takes it. */
export interface TypedData {
	domain: Record<string, unknown>;
	types: Record<string, readonly { name: string; type: string }[]>;
	primaryType: string;
	message: Record<string, unknown>;
}
