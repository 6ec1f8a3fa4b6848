import { zeroAddress } from 'viem';
import { consentRegistryAbi } from '../abi/consent-registry.ts';
import { call } from '../call.ts';
import type { Address, ChainClient } from '../types.ts';

export interface GrantEntry {
	/** The grant rests while the grantee is not an active member of it; null: it is to the person alone. */
	hospital: Address | null;
	/** Seconds since 1970. */
	expiresAt: number;
	/** The patient's epoch when it was given. */
	epoch: number;
	/** It counts now: neither run out nor resting. */
	open: boolean;
}

/** What a patient has granted to someone; null when nothing, or when it was revoked. Errors: as `call`. */
export async function readGrant(
	client: ChainClient,
	parameters: { registry: Address; patient: Address; grantee: Address },
): Promise<GrantEntry | null> {
	const { registry, patient, grantee } = parameters;
	const question = { abi: consentRegistryAbi, registry, args: [patient, grantee] } as const;
	const [entry, open] = await Promise.all([
		call(client, { ...question, functionName: 'grantOf' }),
		call(client, { ...question, functionName: 'canRead' }),
	]);
	if (entry.expiresAt === 0) return null;
	const hospital = entry.hospital === zeroAddress ? null : (entry.hospital.toLowerCase() as Address);
	return { hospital, expiresAt: entry.expiresAt, epoch: entry.epoch, open };
}
