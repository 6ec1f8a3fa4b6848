import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { call } from '../call.ts';
import type { Address, ChainClient } from '../types.ts';

export interface MemberEntry {
	/** 1 doctor, 2 nurse, 3 technician, 4 pharmacist, 5 biller, 6 emergency staff. */
	role: number;
	/** Seconds since 1970. */
	joinedAt: number;
	/** Seconds since 1970. */
	validUntil: number;
	/** The membership is valid and the hospital approved. */
	active: boolean;
}

/** What the chain says of a hospital's member; null when the account is none. Errors: as `call`. */
export async function readMember(
	client: ChainClient,
	parameters: { registry: Address; hospital: Address; member: Address },
): Promise<MemberEntry | null> {
	const { registry, hospital, member } = parameters;
	const question = { abi: hospitalRegistryAbi, registry, args: [hospital, member] } as const;
	const [entry, active] = await Promise.all([
		call(client, { ...question, functionName: 'memberOf' }),
		call(client, { ...question, functionName: 'isActiveMember' }),
	]);
	return entry.role === 0 ? null : { ...entry, active };
}
