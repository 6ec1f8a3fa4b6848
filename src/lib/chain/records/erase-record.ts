import { recordRegistryAbi } from '../abi/record-registry.ts';
import type { Unsigned } from '../permissions/messages.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface EraseRecordParameters {
	registry: Address;
	recordId: Hash;
}

/**
 * Erases a record that the calling patient added. The entry stays as a tombstone.
 * Errors: `chain.refused` (UnknownRecord, NotOwnRecord, AlreadyErased); otherwise as `send`.
 */
export function eraseRecord(wallet: WalletClient, parameters: EraseRecordParameters): Promise<Hash> {
	const { registry, recordId } = parameters;
	return send(wallet, { abi: recordRegistryAbi, registry, functionName: 'eraseRecord', args: [recordId] });
}

/** The same, to sign. */
export function eraseRecordMessage({ recordId }: EraseRecordParameters): Unsigned<'EraseRecord'> {
	return { name: 'EraseRecord', terms: { record: recordId } };
}
