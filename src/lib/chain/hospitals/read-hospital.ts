import { zeroHash } from 'viem';
import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { call } from '../call.ts';
import type { Address, ChainClient, Hash } from '../types.ts';

/** In the order of the contract's enumeration. */
export const hospitalStatuses = ['withdrawn', 'applied', 'approved', 'rejected', 'suspended'] as const;
export type HospitalStatus = (typeof hospitalStatuses)[number];

export interface HospitalEntry {
	address: Address;
	status: HospitalStatus;
	/** Of the hospital's attributes. */
	epoch: number;
	/** 0: no authority key published yet. */
	authorityVersion: number;
	/** Block of the last publication of the authority key. */
	authorityBlock: number;
	/** Seconds since 1970. */
	appliedAt: number;
	/** Seconds since 1970, of the first approval; null before. */
	approvedAt: number | null;
	profileDigest: Hash;
	directoryDigest: Hash | null;
}

/** What the chain says of a hospital; null when the account never applied. Errors: as `call`. */
export async function readHospital(
	client: ChainClient,
	parameters: { registry: Address; hospital: Address },
): Promise<HospitalEntry | null> {
	const { registry, hospital } = parameters;
	const entry = await call(client, {
		abi: hospitalRegistryAbi,
		registry,
		functionName: 'hospitalOf',
		args: [hospital],
	});
	if (entry.appliedAt === 0) return null;
	return {
		...entry,
		address: hospital,
		status: hospitalStatuses[entry.status] ?? 'withdrawn',
		approvedAt: entry.approvedAt || null,
		directoryDigest: entry.directoryDigest === zeroHash ? null : entry.directoryDigest,
	};
}
