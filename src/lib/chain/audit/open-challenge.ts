import { zeroHash } from 'viem';
import { possessionAuditAbi } from '../abi/possession-audit.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';
import { cloudId } from './cloud-id.ts';

export interface OpenChallengeParameters {
	/** The contract's address. */
	registry: Address;
	/** What the record's id is made of. */
	patient: Address;
	author: Address;
	headerDigest: Hash;
	auditRoot: Hash | null;
	/** The piece's index among all pieces of the record, in the order of its header. */
	piece: number;
	/** The cloud's name in the header. */
	cloud: string;
}

/**
 * Asks in public for proof that a cloud holds a piece. What to prove is known three blocks later, for 256 blocks.
 * Errors: `chain.refused` (UnknownRecord, RecordWasErased, MissingAuditRoot, ChallengeExists); otherwise as `send`.
 */
export function openChallenge(wallet: WalletClient, parameters: OpenChallengeParameters): Promise<Hash> {
	const { registry, patient, author, headerDigest, auditRoot, piece, cloud } = parameters;
	const entry = { headerDigest, auditRoot: auditRoot ?? zeroHash };
	return send(wallet, {
		abi: possessionAuditAbi,
		registry,
		functionName: 'openChallenge',
		args: [patient, author, entry, piece, cloudId(cloud)],
	});
}
