/** What comparing several endpoints comes to: what each said, and what of it is wrong. */
import type { ChainEvent } from '../history/index.ts';
import type { Hash } from '../types.ts';

/**
 * What shows that an endpoint is wrong: the block itself, whose hash all agree on; more than half of the endpoints; or nothing, where
 * one's word stands against another's.
 */
export type Evidence = 'block' | 'majority' | 'none';

export type Fault =
	/** It did not answer, or with what is no answer. */
	| { kind: 'no-answer'; message: string }
	| { kind: 'wrong-chain'; chainId: number }
	/** Its latest block is older than that of others. */
	| { kind: 'behind'; block: number; seconds: number }
	/** It has another block at the height that was compared. */
	| { kind: 'other-block'; block: number; hash: Hash; evidence: Evidence }
	/** It leaves out an event that happened. */
	| { kind: 'leaves-out'; event: ChainEvent; evidence: Evidence }
	/** It has an event that did not happen. */
	| { kind: 'makes-up'; event: ChainEvent; evidence: Evidence }
	/** It says something else of an event than what happened; `event` is what it says. */
	| { kind: 'changes'; event: ChainEvent; evidence: Evidence }
	/** Its proof of the contract's storage does not lead to the block's state root. */
	| { kind: 'wrong-state'; block: number };

export interface EndpointReport {
	/** Host and port, with a number where two endpoints share them. Never the path, which may hold a key. */
	host: string;
	/** Its latest block; null when it did not say. */
	head: number | null;
	/** How many events it gave of those asked for; null when it was not asked. */
	events: number | null;
	/** Whether it proved the state of the contract. */
	state: 'proved' | 'wrong' | 'not-offered' | 'not-asked';
	faults: Fault[];
}

export interface CrossCheck {
	/**
	 * `alone`: only one endpoint is configured, so nothing was compared. `too-few`: of several, fewer than two answered for this chain.
	 */
	verdict: 'agree' | 'differ' | 'too-few' | 'alone';
	/** Up to which block was compared; null when nothing was. */
	block: { number: number; hash: Hash; timestamp: number } | null;
	/** The word of the contract's storage that was asked for, as proved against that block's header. */
	word: bigint | null;
	endpoints: EndpointReport[];
}
