import { consentRegistryAbi } from '../abi/consent-registry.ts';
import { call } from '../call.ts';
import type { Address, ChainClient, Hash } from '../types.ts';

/** In the order of the contract's enumeration. */
const states = ['none', 'waiting', 'granted', 'denied', 'withdrawn'] as const;

/** A request lapses when it is not answered in this time. */
export const requestLifeSeconds = 14 * 24 * 60 * 60;

export interface RequestEntry {
	requester: Address;
	durationDays: number;
	/** Seconds since 1970. */
	askedAt: number;
	/** Seconds since 1970: when it lapses if it is still waiting. */
	endsAt: number;
	state: Exclude<(typeof states)[number], 'none'>;
}

/**
 * What the chain says of a request; null when there is none. Whom it asks, and in which hospital's name, its
 * `AccessRequested` event says. Errors: as `call`.
 */
export async function readRequest(
	client: ChainClient,
	parameters: { registry: Address; requestId: Hash },
): Promise<RequestEntry | null> {
	const { registry, requestId } = parameters;
	const entry = await call(client, {
		abi: consentRegistryAbi,
		registry,
		functionName: 'requestOf',
		args: [requestId],
	});
	const { requester, durationDays, askedAt } = entry;
	const state = states[entry.state];
	if (!state || state === 'none') return null;
	return {
		requester: requester.toLowerCase() as Address,
		durationDays,
		askedAt,
		endsAt: askedAt + requestLifeSeconds,
		state,
	};
}
