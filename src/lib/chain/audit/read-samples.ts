import { possessionAuditAbi } from '../abi/possession-audit.ts';
import { call } from '../call.ts';
import type { Address, ChainClient, Hash } from '../types.ts';

export interface ReadSamplesParameters {
	registry: Address;
	challengeId: Hash;
	/** The piece's size in bytes. */
	size: number;
}

/**
 * Which half of the piece each sample of a challenge asks for. Errors: `chain.refused` (UnknownChallenge, TooEarly, ChallengeExpired,
 * EmptyPiece); otherwise as `call`.
 */
export async function readSamples(client: ChainClient, parameters: ReadSamplesParameters): Promise<number[]> {
	const { registry, challengeId, size } = parameters;
	const args = [challengeId, BigInt(size)] as const;
	return (await call(client, { abi: possessionAuditAbi, registry, functionName: 'samplesOf', args })).map(Number);
}
