import { possessionAuditAbi } from '../abi/possession-audit.ts';
import { call } from '../call.ts';
import type { Address, ChainClient, Hash } from '../types.ts';

export interface Challenge {
	/** Block. */
	openedAt: number;
	piece: number;
	/** Which of its five samples were proved. */
	answered: boolean[];
	auditRoot: Hash;
}

const samples = 5;

/** What the contract says of a challenge; null when there is none. Errors: as `call`. */
export async function readChallenge(
	client: ChainClient,
	{ registry, challengeId }: { registry: Address; challengeId: Hash },
): Promise<Challenge | null> {
	const question = { abi: possessionAuditAbi, registry, functionName: 'challengeOf' } as const;
	const { openedAt, piece, answered, auditRoot } = await call(client, { ...question, args: [challengeId] });
	const bits = Array.from({ length: samples }, (_, sample) => (answered & (1 << sample)) !== 0);
	return openedAt === 0 ? null : { openedAt, piece, answered: bits, auditRoot };
}
