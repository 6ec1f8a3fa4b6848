import { recordRegistryAbi } from '../abi/record-registry.ts';
import type { Unsigned } from '../permissions/messages.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface ResealRecordsParameters {
	registry: Address;
	/** The patient's epoch of the new locks. */
	epoch: number;
	/** Digest of the list of records with their new locks. */
	locksDigest: Hash;
}

/**
 * Puts any number of the calling patient's records under new locks, with one digest. Contents stay as they were.
 * Errors: `records.stale-epoch`; otherwise as `send`.
 */
export function resealRecords(wallet: WalletClient, parameters: ResealRecordsParameters): Promise<Hash> {
	const { registry, epoch, locksDigest } = parameters;
	return send(wallet, { abi: recordRegistryAbi, registry, functionName: 'resealRecords', args: [epoch, locksDigest] });
}

/** The same, to sign. */
export function resealRecordsMessage({ epoch, locksDigest }: ResealRecordsParameters): Unsigned<'ResealRecords'> {
	return { name: 'ResealRecords', terms: { epoch, locks: locksDigest } };
}
