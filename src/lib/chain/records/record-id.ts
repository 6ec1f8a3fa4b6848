import { encodeAbiParameters, keccak256, zeroHash } from 'viem';
import type { Address, Hash } from '../types.ts';

const parts = [{ type: 'address' }, { type: 'address' }, { type: 'bytes32' }, { type: 'bytes32' }] as const;

/** The id that the registry gives to a record. It commits to author, header and audit root, so nobody can take it beforehand. */
export function recordIdOf(record: {
	patient: Address;
	author: Address;
	headerDigest: Hash;
	auditRoot: Hash | null;
}): Hash {
	const { patient, author, headerDigest, auditRoot } = record;
	return keccak256(encodeAbiParameters(parts, [patient, author, headerDigest, auditRoot ?? zeroHash]));
}
