import { zeroHash } from 'viem';
import { possessionAuditAbi } from '../abi/possession-audit.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';
import { cloudId } from './cloud-id.ts';

export interface AttestFailureParameters {
	registry: Address;
	recordId: Hash;
	piece: number;
	/** The cloud's name in the header. */
	cloud: string;
	/** Digest of a report that others may be shown; null: none. */
	reportDigest: Hash | null;
}

/**
 * Says in public, in the caller's own name, that a cloud failed. It proves nothing.
 * Errors: `chain.refused` (UnknownRecord, RecordWasErased); otherwise as `send`.
 */
export function attestFailure(wallet: WalletClient, parameters: AttestFailureParameters): Promise<Hash> {
	const { registry, recordId, piece, cloud, reportDigest } = parameters;
	const args = [recordId, piece, cloudId(cloud), reportDigest ?? zeroHash] as const;
	return send(wallet, { abi: possessionAuditAbi, registry, functionName: 'attestFailure', args });
}
