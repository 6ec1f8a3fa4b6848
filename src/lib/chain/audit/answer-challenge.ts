import { possessionAuditAbi } from '../abi/possession-audit.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface AnswerChallengeParameters {
	registry: Address;
	challengeId: Hash;
	/** Which sample it answers; all of them unless given. */
	sample?: number;
	/** As `proveFrom` of `audit` makes it, its bytes as text. */
	proof: {
		/** Of the piece, in bytes. */
		size: number;
		/** How many pieces the record has. */
		pieces: number;
		data: Hash;
		path: readonly Hash[];
		recordPath: readonly Hash[];
	};
}

/**
 * Answers a challenge: anyone may, for whatever cloud. Errors: `chain.refused` (UnknownChallenge, TooEarly, ChallengeExpired, UnknownSample,
 * AlreadyProven, EmptyPiece, UnknownPiece, WrongDataLength, WrongPathLength, WrongRoot); otherwise as `send`.
 */
export function answerChallenge(
	wallet: WalletClient,
	{ registry, challengeId, sample, proof }: AnswerChallengeParameters,
): Promise<Hash> {
	const answer = { ...proof, size: BigInt(proof.size) };
	const call = { abi: possessionAuditAbi, registry };
	return sample === undefined
		? send(wallet, { ...call, functionName: 'proveLeaves', args: [challengeId, answer] })
		: send(wallet, { ...call, functionName: 'proveLeaf', args: [challengeId, sample, answer] });
}
