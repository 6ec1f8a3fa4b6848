/** What everything that talks to the chain shares. */
import type { Client } from 'viem';

/** Lower-case `0x…`, 20 bytes. */
export type Address = `0x${string}`;
/** Lower-case `0x…`, 32 bytes. */
export type Hash = `0x${string}`;

export interface Contracts {
	hospitalRegistry: Address;
	patientRegistry: Address;
	consentRegistry: Address;
	recordRegistry: Address;
	possessionAudit: Address;
	/** Block of the first of them: there is nothing of ours before it. */
	deployedAt: number;
}

export interface ChainConfig {
	chainId: number;
	name: string;
	/** The first is asked first; the others when it does not answer. */
	rpcUrls: string[];
	/** What fees are paid in; Ether when absent. Eighteen decimals on every such chain. */
	currency?: { name: string; symbol: string };
	/** Address of a block explorer's site. */
	explorer?: string;
	contracts: Contracts;
}

/** Reads. Made by `connectChain`. */
export type ChainClient = Client;

/** Writes, and signs as its account. viem's own `WalletClient` is one. */
export type WalletClient = Client;

export interface Signal {
	signal?: AbortSignal | undefined;
}
