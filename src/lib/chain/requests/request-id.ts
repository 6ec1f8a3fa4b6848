import { encodeAbiParameters, keccak256 } from 'viem';
import type { Address, Hash } from '../types.ts';

/** A request that is not answered in this time has lapsed. Nothing on chain depends on it: screens and readers keep it. */
export const requestLifeSeconds = 14 * 24 * 60 * 60;

const parts = [{ type: 'address' }, { type: 'address' }, { type: 'address' }, { type: 'bytes32' }] as const;

/** The id by which answers name a request. It commits to who asks whom in whose name, so nobody can take another's. */
export function requestIdOf(request: {
	patient: Address;
	requester: Address;
	hospital: Address;
	detailsDigest: Hash;
}): Hash {
	const { patient, requester, hospital, detailsDigest } = request;
	return keccak256(encodeAbiParameters(parts, [patient, requester, hospital, detailsDigest]));
}
