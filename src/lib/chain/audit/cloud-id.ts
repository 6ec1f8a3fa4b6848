import { keccak256, toBytes } from 'viem';
import type { Hash } from '../types.ts';

/** How the contract names a cloud: the hash of its name in headers. Whoever knows the name knows which cloud is meant. */
export function cloudId(name: string): Hash {
	return keccak256(toBytes(name));
}
