import { encodeAbiParameters, keccak256 } from 'viem';
import type { Address, Hash } from '../types.ts';

const parts = [{ type: 'address' }, { type: 'address' }, { type: 'bytes32' }] as const;

/** The id that the registry gives to a record. It commits to author and header, so nobody can take it beforehand. */
export function recordIdOf(record: { patient: Address; author: Address; headerDigest: Hash }): Hash {
	return keccak256(encodeAbiParameters(parts, [record.patient, record.author, record.headerDigest]));
}
